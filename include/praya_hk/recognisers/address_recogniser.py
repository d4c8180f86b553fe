"""Addresses of homes.

Claimed, in English and in Chinese, with digits or Chinese numerals: a flat, room or unit together with a floor, a
building or a street; a floor together with a building; a number in a named street or village. A street, an estate or
a district alone is nobody's address.

Missed: a building's name alone, a number after the street (`Specimen Road 12`), lots, post boxes, villages
without a number, addresses in other languages. Offices have addresses too: declare their fields.
"""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import (
    SPACE,
    WHOLE_WORD,
    Recogniser,
    accented_one_of,
    every,
    first_of,
    matches,
    one_of,
    only,
)

_WORD = r"(?i:flat|flt|room|rm|unit|suite|apt|apartment)s?\.? ?(?i:no\.? ?)?"
# A unit has a number or a capital letter: `a flat a week` is none.
_UNIT = rf"\b{_WORD}(?:[0-9]{{1,4}}[A-Za-z]?|[A-Z][0-9]{{0,4}}|[a-z](?:[0-9]{{1,4}}|[,/]))\b"
_ORDINAL = one_of("ground first second third fourth fifth sixth seventh eighth ninth tenth top")
_FLOOR = (
    r"(?:\b(?:[0-9]{1,3}[A-Za-z]?|(?i:g|ug|lg|m|ub|b)[0-9]?) ?/ ?(?i:f)\b\.?|\b[0-9]{1,2}F\b"
    rf"|\b[0-9]{{1,3}}(?i:st|nd|rd|th) (?i:floor|fl\b\.?)|\b(?i:floor) [0-9]{{1,3}}\b|\b(?i:{_ORDINAL} floor))"
)
_BUILDING = "(?i:{})".format(
    one_of(
        "house court mansions? building bldg block tower estate gardens? centre center plaza villas? heights lodge "
        "apartments chuen tsuen village"
    )
)
_STREET = "(?i:{})".format(
    one_of(
        "road rd street st avenue ave lane path terrace drive circuit crescent square close row praya village tsuen wai"
    )
)
_NAME = r"[A-Z][A-Za-z'’.-]*"
_GAP = r"[ ,.;/-]{0,4}"
_ENGLISH = [
    rf"{_UNIT}{_GAP}{_FLOOR}",
    rf"{_FLOOR}{_GAP}{_UNIT}",
    rf"{_UNIT}[^.;\n<>]{{0,40}}?\b(?:{_BUILDING}|{_STREET})\b",
    rf"{_FLOOR}{_GAP}(?:{_NAME},? ){{1,4}}{_BUILDING}\b",
    rf"\b{_BUILDING}(?: [0-9A-Z]{{1,3}})?{_GAP}{_UNIT}",
]
_NUMBERED = rf"\b[0-9]{{1,4}}[A-Za-z]?(?:-[0-9]{{1,4}}[A-Za-z]?)?,? (?:[A-Za-z0-9'’.-]+ ){{1,4}}{_STREET}\b"
# Words that no street's name has, between a number and a street.
_NO_STREET = r"(?i) {} ".format(
    one_of(
        "a an the this that my our and or in on at to of for by from with near via off along is walk way wide minutes? "
        "mins? hours? days? m km metres? meters? files? different bus buses cars? trees? route cases? complaints?"
    )
)

_N = "[0-9一二三四五六七八九十百零]"
_ROOM = "(?:室|單位|单位|房)"
_STOREY = "(?:樓|楼|字樓|字楼|層|层|/[Ff])"
_WAY = "[道路街里徑径坊巷村邨圍围臺台]"
_HOUSE = "[樓楼閣阁苑廈厦座舍軒轩邨]"
# 12號線, 3號幹線, 1號碼頭, 8號風球 and the like are not houses.
_NO_HOUSE = "[^線线幹干出閘闸月碼码巴風风波牌]"
_CHINESE = [
    rf"{_WAY} ?第?{_N}{{1,5}}[A-Za-z]?(?:[-至]{_N}{{1,5}}[A-Za-z]?)? ?[號号](?:$|{_NO_HOUSE})",
    rf"{_N}{{1,3}} ?{_STOREY}[ ,，]?[A-Za-z0-9]{{1,4}}(?:-[A-Za-z0-9]{{1,4}})? ?(?:{_ROOM}|座)",
    rf"{_N}{{1,3}} ?[樓楼] ?[A-H](?:$|[^A-Za-z0-9])",
    rf"{_N}[號号] ?{_N}{{1,3}} ?(?:樓|楼|字樓|字楼)",
    rf"(?:[0-9A-Z]|{_N}){{1,2}}座 ?{_N}{{1,3}} ?{_STOREY}",
    rf"{_HOUSE}[ ,，]?[A-Z]?[0-9]{{1,4}}[A-Z]? ?{_ROOM}",
    rf"(?:大廈|大厦|大樓|大楼|\p{{Han}}[閣阁苑舍軒轩座]){_N}{{1,3}}{_STOREY}",
    rf"[^0-9一二三四五六七八九十百零地上下頂顶各字幾几多每座]樓{_N}{{1,3}}{_STOREY}",
]

NEAR = "|".join(
    [
        rf"\b{_WORD}[0-9A-Za-z]{{1,5}}\b",
        r"[0-9GMBgmb] ?/ ?[Ff]\b|[0-9]F\b|(?i:floor) [0-9]",
        rf"(?:[0-9](?i:st|nd|rd|th)|(?i:{_ORDINAL})) (?i:fl)",
        _NUMBERED,
        rf"{_WAY}{SPACE}?第?{_N}[^號号]{{0,14}}[號号]",
        rf"(?:{_HOUSE}|[層层Ff])[ ,，]?[A-Za-z0-9]{{1,4}}(?:[-－至][A-Za-z0-9]{{1,4}})?{SPACE}?(?:{_ROOM}|座)",
        rf"(?:{_HOUSE}|[號号]){SPACE}?{_N}{{1,3}} ?(?:樓|楼|字|層|层|/)",
        rf"{_N}{SPACE}?[樓楼]{SPACE}?[A-H](?:$|[^A-Za-z0-9])",
    ]
)

_ACCENTED_STREET = accented_one_of(
    "road rd street st avenue lane path terrace drive crescent square village floor"
)
_ACCENTED_UNIT = accented_one_of("flat flt room rm unit suite apt apartment")
_ACCENTED = rf"[0-9].{{0,60}}{_ACCENTED_STREET}|{WHOLE_WORD}{_ACCENTED_UNIT}s?\.? ?[0-9A-Za-z]{{1,4}}(?:$|[^0-9A-Za-z])"


def _find(text: str) -> str:
    numbered = only(every(text, _NUMBERED), lambda v: f"not {matches(v, _NO_STREET)}")
    return first_of(numbered, *(every(text, pattern) for pattern in (*_ENGLISH, *_CHINESE)))


ADDRESS = Recogniser(
    name="address",
    near=NEAR,
    find=_find,
    mask=lambda v: rf"regexp_replace({v}, '[\p{{L}}\p{{N}}]+', '***', 'g')",
    accented=_ACCENTED,
)
