"""Dates of birth: a full date beside a word such as DOB or 出生日期, or in a column that is named so.

Missed: a year or an age alone, dates of other calendars.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued

_GAP = r"[^0-9A-Za-z\p{Han}]{1,3}"
_MONTH = (
    r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august|september"
    r"|october|november|december)\b\.?"
)
_YEAR, _N, _H = (
    r"(?:19|20)[0-9]{2}",
    r"[0-9]{1,2}",
    r"(?:[0-9]{1,2}|[零〇一二三四五六七八九十壹貳贰叁肆伍陸陆柒捌玖拾]{1,3})",
)
_S = r"[^0-9A-Za-z\p{Han}]{0,3}"
_DATE = "|".join(
    [
        rf"{_YEAR}{_GAP}{_N}{_GAP}{_N}",
        rf"{_N}{_GAP}{_N}{_GAP}(?:{_YEAR}|[0-9]{{2}})",
        rf"{_N}(?:st|nd|rd|th)?{_S}(?:of )?{_MONTH}{_S}(?:{_YEAR}|[0-9]{{2}})",
        rf"{_MONTH}{_S}{_N}(?:st|nd|rd|th)?{_S}{_YEAR}",
        rf"(?:{_YEAR}|[零〇一二三四五六七八九]{{4}}|[0-9]{{2}}){_S}年{_S}{_H}{_S}月{_S}{_H}{_S}[日號号]?",
        rf"{_YEAR}(?:0[1-9]|1[0-2])[0-3][0-9]|[0-3][0-9](?:0[1-9]|1[0-2]){_YEAR}",
        # Its eight digits in groups of any size.
        rf"(?:1{_S}9|2{_S}0){_S}[0-9]{_S}[0-9]{_S}[01]{_S}[0-9]{_S}[0-3]{_S}[0-9]",
        # Written digit by digit.
        r"[0-9](?:[^0-9A-Za-z\p{Han}]{1,3}[0-9]){7}",
    ]
)
BIRTH = cued(
    "date of birth",
    r"(?:(?i:\bd\.?o\.?b\b|\bdate of birth|\bbirth ?dates?\b|\bbirthdays?\b|\bborn\b"
    r"|\bbirth\b)|出生(?:日期|年月日?|日|[於于在])?"
    r"|生[於于](?:$|[^\p{Han}]|[零〇一二])|生日|出世(?:日期)?)",
    rf"(?:{_DATE})",
    r"(?i)(?:^|[^a-z])d_?o_?b(?:$|[^a-z])|birth_?date|date_?of_?birth|birth ?day|date of birth|出生(?:日|年月)|生日",
    "****-**-**",
    dates=True,
)
