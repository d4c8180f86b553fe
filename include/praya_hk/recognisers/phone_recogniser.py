"""Telephone numbers.

Claimed: Hong Kong's eight digits from 2040 up (20 is not given out, and `2023…` is a year), solid or four and four,
with or without 852; in any other grouping only after 852 or a word such as Tel or 電話; numbers of other places in
their international form, and the Mainland's mobile ones after such a word. Not taken for one: part of a longer
number, a decimal, an address in the web, an amount, what a word calls a case or reference, two numbers that read as
a range or as hours. A cell that is nothing but eight digits is judged with its column. Missed: numbers in words or
Chinese numerals, seven digits.
"""

from __future__ import annotations

from praya.disclosure.recognise.cuts import number_after
from praya.disclosure.recognise.judge import Case
from praya.disclosure.recognise.recogniser import (
    Recogniser,
    digits_of,
    every,
    first_of,
    only,
    without,
)
from praya.disclosure.recognise.recognisers.card_recogniser import PRINTED as PRINTED_CARD
from praya.disclosure.recognise.recognisers.international_phone_recogniser import NEAR as INTERNATIONAL_NEAR
from praya.disclosure.recognise.recognisers.international_phone_recogniser import NUMBER as INTERNATIONAL
from praya_hk.number_blocks import LOWEST, counters, find_counted

_FOUR = r"(?:20[4-9]|2[1-9][0-9]|[3-9][0-9]{2})[0-9]"
_CODE = r"(?:\+|00|\()? ?852\)?[ -]{0,2}"
_FOUR_FOUR = rf"{_FOUR}(?: ?[-.]? ?)[0-9]{{4}}"
_GROUPED = r"[2-9][0-9](?:[ .-]?[0-9]){6}"
# After a word that says so, or in a column that does: whatever is between the digits.
_ANYHOW = (
    r"(?:2[^0-9A-Za-z\p{Han}]{0,3}(?:0[^0-9A-Za-z\p{Han}]{0,3}[4-9]"
    r"|[1-9][^0-9A-Za-z\p{Han}]{0,3}[0-9])"
    r"|[3-9](?:[^0-9A-Za-z\p{Han}]{0,3}[0-9]){2})(?:[^0-9A-Za-z\p{Han}]{0,3}[0-9]){5}"
)
# What stands before a number that is one of its own. A dot is one of a decimal, a sign of an amount or a code.
_LEFT = r"(?:^|[^0-9A-Za-z.$#/=&%@-]|[^0-9A-Za-z.,$#/=&%@-]-|[^0-9]{2}\.|\p{Han}[.-])"
_RIGHT = r"(?:$|[^0-9A-Za-z.%@-]|[.-](?:$|[^0-9A-Za-z]))"
_CUE = (
    r"(?:\b(?i:telephone|tel|phone|mobile|mob|cell|fax|called|calls|call|contact|whats ?app|sms|hotline|dial)"
    r"|電話|电话|手提|手機|手机|聯絡|联络|聯繫|联系|致電|致电|傳真|传真|來電|来电|熱線|热线|(?i:wa\.me)/)"
)
_AFTER_CUE = rf"{_CUE}(?:\b[^0-9\n]{{0,14}}|[^0-9A-Za-z\n]{{0,14}})(?:{_CODE})?({_ANYHOW})(?:$|[^0-9])"
_WITH_CODE = rf"(?:^|[^0-9A-Za-z.])(?:\+ ?852\)?|\(852\)|00852|852)[ -]{{0,2}}({_ANYHOW})(?:$|[^0-9])"
# The Mainland's mobile numbers, after a word.
_MAINLAND = rf"{_CUE}(?:\b[^0-9\n]{{0,14}}|[^0-9A-Za-z\n]{{0,14}})(?:86[ -]?)?(1[3-9](?:[ .-]?[0-9]){{9}})(?:$|[^0-9])"
_BARE = rf"{_LEFT}(?:\()?({_FOUR_FOUR})(?:\))?{_RIGHT}"
# A whole number that went through a spreadsheet.
_FLOAT = rf"^ *({_FOUR}[0-9]{{4}})\.0 *$"
# Taken out before a bare number is looked for: web and mail addresses, cards, references, amounts, ranges, hours.
_INNOCENT = "|".join(
    [
        r"(?i:https?://|www\.)[^\s<>一-鿿]+",
        r"[A-Za-z0-9.+-]+@[A-Za-z0-9.-]+",
        r"[0-9]{4}(?:[ -][0-9]{4}){2,}",
        r"(?i:\b(?:ref(?:erence)?|case|order|invoice|receipt|ticket|account|a/c|permit|licen[cs]e|file|serial|id|rfa"
        r"|sr|lot)\b\.? ?(?:no|number|nos|id)?\.? ?[:#]? ?)[0-9]{8}",
        r"(?:編號|编号|檔號|档号|單號|单号|帳號|账号|戶口)[::： ]{0,2}[0-9]{8}",
        r"(?i:hk|us)?(?i:\$|dollars) ?[0-9]{8}",
        r"(?i:\b)(?:[01][0-9]|2[0-3])[0-5][0-9] ?- ?(?:[01][0-9]|2[0-4])[0-5][0-9] ?(?i:hrs|hours|h\b|時|时)",
    ]
)
# A date, which is not what a column of last contacts holds numbers for.
_A_DAY = (
    r"[0-3]?[0-9][^0-9][01]?[0-9][^0-9](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[^0-9][01]?[0-9][^0-9][0-3]?[0-9]"
)
_PHONE_NAMED = (
    r"(?i)(?:^|[^a-z])tel(?:_?no)?(?:$|[^a-z])|phone|mobile|(?:^|[^a-z])fax|whatsapp|contact"
    r"|電話|电话|手提|手機|手机|傳真|传真|聯絡|联络"
)

_NEAR = (
    rf"(?:^|[^0-9]|852){_ANYHOW}(?:$|[^0-9])|{INTERNATIONAL_NEAR}"
    rf"|(?:^|[^0-9])1[3-9](?:[ .-]?[0-9]){{9}}(?:$|[^0-9])"
)


def _phones(text: str) -> str:
    solid = only(every(without(text, _INNOCENT), _BARE, 1), _no_range)
    rest = without(text, PRINTED_CARD)
    others = [every(rest, pattern, 1) for pattern in (_AFTER_CUE, _WITH_CODE, INTERNATIONAL, _MAINLAND)]
    others = [only(values, _no_day) for values in others] + [every(text, _FLOAT, 1)]
    spoken = first_of(solid, *others)
    # Columns full of numbers are common, and this is quicker.
    number = f"length({text}) = 8 and try_cast({text} as integer) between {LOWEST} and 99999999"
    return f"case when {number} then [{text}] else {spoken} end"


def _no_range(value: str) -> str:
    """Two numbers with a hyphen that lie close together are a range (`Shop 3019-3020`)."""
    gap = f"(right({digits_of(value)}, 4)::integer - left({digits_of(value)}, 4)::integer)"
    return f"not (contains({value}, '-') and {gap} between 0 and 50)"


def _no_day(value: str) -> str:
    return f"not regexp_full_match({value}, '{_A_DAY}')"


def _counted_or_linked(case: Case) -> str:
    """What counts something, and links of two numbers of which not all have four digits."""
    if case.column.number:
        return "false"  # `find_counted` was asked before the scan
    text = case.column.text
    links, alike = case.asked(
        f"select count(*) filter (where not regexp_full_match({text}, ' *[0-9]{{4}}-[0-9]{{4}} *')), count(*) "
        f"from {case.source} where regexp_full_match({text}, ' *[0-9]+-[0-9]+ *')"
    )
    counted = counters(case.con, case.source, case.column)("try_cast(text as double)")
    return f"coalesce({counted}, false) or ({2 * links >= alike > 0} and contains(text, '-'))"


PHONE = Recogniser(
    name="phone",
    near=_NEAR,
    digits=True,
    find=_phones,
    mask=lambda v: f"left({digits_of(v)}, 1) || '*** ****'",
    number=lambda v: f"{v} between {LOWEST} and 99999999 or {v} between 85221000000 and 85299999999",
    named=_PHONE_NAMED,
    near_named=rf"(?:^|[^0-9]){_ANYHOW}(?:$|[^0-9])",
    find_named=lambda text: only(every(text, rf"(?:^|[^0-9]|852 ?)({_ANYHOW})(?:$|[^0-9])", 1), _no_day),
    alone=r"[2-9][0-9]{7}(?:\.0)?|[2-9][0-9]{3}-[0-9]{4}",
    other=_counted_or_linked,
    innocent=find_counted,
    cuts=(
        number_after(
            "tel|telephone|phone|mobile|fax|call|contact|whatsapp", "電話|电话|手機|手机|聯絡|联络|致電|致电"
        ),
    ),
    whole=r"(?:852)?(?:20[4-9]|2[1-9][0-9]|[3-9][0-9]{2})[0-9]{5}",
    instead_of=("international phone",),
)
