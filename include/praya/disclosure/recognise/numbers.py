"""Telephone numbers, payment cards and vehicle marks.

**Telephones.** Claimed: Hong Kong's eight digits from 2040 up (20 is not given out, and `2023…` is a year), solid
or four and four, with or without 852; in any other grouping only after 852 or a word such as Tel or 電話. Not taken
for one: part of a longer number, a decimal, an address in the web, an amount, what a word calls a case or reference,
two numbers that read as a range or as hours. A cell that is nothing but eight digits is judged with its column (see
`judge`). Missed: numbers in words or Chinese numerals, seven digits, numbers of other places.

**Cards.** Claimed: the lengths and first digits of Visa, Mastercard, UnionPay, American Express, JCB, Diners and
Discover with a right Luhn digit, solid or in their printed groups. Missed: other groupings, debit cards of other
schemes, Octopus.

**Vehicle marks.** Claimed: two letters (without I, O, Q) and up to four digits without a leading zero, after a word
such as plate or 車牌; with three or four digits, in a text that speaks of vehicles; with four that are no year, in any
text, unless the letters stand for something else (`HK 1980`, lamp posts); as a whole cell, where the cells of the
column do not share their letters as codes do, or its name says what it holds. Missed: marks chosen by their
owners, marks without letters, short ones in a text that speaks of nothing like a vehicle.
"""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import (
    GAP,
    SPACE,
    Recogniser,
    bare,
    digits_of,
    every,
    first_of,
    matches,
    one_of,
    only,
    without,
)

# The first number of eight digits that may be a telephone's.
LOWEST = 20_400_000
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
# Numbers of other places: in their international form, and the Mainland's mobile ones after a word.
_ABROAD = r"(?:^|[^0-9A-Za-z.])(\+ ?[1-9](?:[^0-9A-Za-z\p{Han}]{0,2}[0-9]){9,14})(?:$|[^0-9])"
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

PHONE_NEAR = (
    rf"(?:^|[^0-9]|852){_ANYHOW}(?:$|[^0-9])|\+{GAP}?[1-9](?:{GAP}{{0,2}}[0-9]){{9,14}}"
    rf"|(?:^|[^0-9])1[3-9](?:[ .-]?[0-9]){{9}}(?:$|[^0-9])"
)


def _phones(text: str) -> str:
    solid = only(every(without(text, _INNOCENT), _BARE, 1), _no_range)
    rest = without(text, _PRINTED_CARD)
    others = [every(rest, pattern, 1) for pattern in (_AFTER_CUE, _WITH_CODE, _ABROAD, _MAINLAND)]
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


PHONE = Recogniser(
    kind="phone",
    near=PHONE_NEAR,
    digits=True,
    found=_phones,
    mask=lambda v: f"left({digits_of(v)}, 1) || '*** ****'",
    number=lambda v: f"{v} between {LOWEST} and 99999999 or {v} between 85221000000 and 85299999999",
    named=_PHONE_NAMED,
    near_named=rf"(?:^|[^0-9]){_ANYHOW}(?:$|[^0-9])",
    found_named=lambda text: only(every(text, rf"(?:^|[^0-9]|852 ?)({_ANYHOW})(?:$|[^0-9])", 1), _no_day),
    alone=r"[2-9][0-9]{7}(?:\.0)?|[2-9][0-9]{3}-[0-9]{4}",
)

_SOLID_CARD = r"(?:^|[^0-9A-Za-z.])([2-6][0-9]{12,18})(?:$|[^0-9A-Za-z])"
_PRINTED_CARD = r"\b[2-6][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{3})?\b"
_OTHER_CARD = (
    r"\b(?:3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5}|3[0689][0-9]{2}[ -][0-9]{6}[ -][0-9]{4}"
    r"|62[0-9]{4}[ -][0-9]{12,13})\b"
)
_BRANDS = (
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|35[0-9]{14}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|62[0-9]{14,17}"
)
CARD_NEAR = rf"(?:^|[^0-9A-Za-z.])[2-6](?:{GAP}{{0,3}}[0-9]){{12,18}}(?:$|[^0-9A-Za-z])"


def luhn(digits: str) -> str:
    """SQL that is true where the last of the digits is the right Luhn check digit."""
    place = f"(ascii({digits}[length({digits}) - i]) - 48)"
    doubled = (
        f"case when i % 2 = 0 then {place} else {place} * 2 - case when {place} > 4 then 9 else 0 end end"
    )
    return f"list_sum(list_transform(range(length({digits})), lambda i: {doubled})) % 10 = 0"


def _cards(text: str) -> str:
    shaped = (every(text, _SOLID_CARD, 1), every(text, _PRINTED_CARD), every(text, _OTHER_CARD))
    return first_of(*(only(bare(values), is_card) for values in shaped))


def is_card(digits: str) -> str:
    """SQL that is true of the digits of a card."""
    return f"regexp_full_match({digits}, '{_BRANDS}') and {luhn(digits)}"


CARD = Recogniser(
    kind="card",
    near=CARD_NEAR,
    digits=True,
    found=_cards,
    mask=lambda v: f"left({v}, 1) || '*** **** **** ****'",
    number=lambda v: f"{v} between 2e12 and 7e18",
    alone=_BRANDS,
    chance=1 / 10,
)

_LETTERS = r"[A-HJ-NPR-Z]{2}"
_MARK = rf"\b{_LETTERS} ?[1-9][0-9]{{2,3}}\b"
_ANY_MARK = rf"{_LETTERS} ?[1-9][0-9]{{0,3}}"
# Four digits that are no year, after letters that are hardly ever anything else.
_CLEAR_MARK = rf"\b{_LETTERS} ?(?:1[0-8]|2[1-9]|[3-9][0-9])[0-9]{{2}}\b"
_OTHER_LETTERS = "^{} ?".format(
    one_of(
        "AD AM AS AT BC BS BY CC CE DD EN FY GB HK KG KM MB MC MM MP NT PC PH PL PM RM SF SM SR TV TX US WC WK WR"
    )
)
_YEAR = f"{_OTHER_LETTERS}(?:19|20)[0-9][0-9]$"
_PLATE = (
    r"(?:\b(?i:plates?|licen[cs]e|registration|reg|vehicle|car|taxi|van|lorry|truck|minibus|motorcycle)\b"
    r"(?i:[ .:#]|no|number|mark|is|was|with|registration|plate){0,6}[ .:#]*"
    r"|車牌|车牌|車輛|车辆|登記號碼|登记号码|私家車|私家车|的士|貨車|货车|車號|车号)"
)
# After such a word, whatever is between letters and digits.
_PIECES = (
    r"[A-HJ-NPR-Z][^0-9A-Za-z\p{Han}]{0,2}[A-HJ-NPR-Z]"
    r"[^0-9A-Za-z\p{Han}]{0,3}[1-9](?:[^0-9A-Za-z\p{Han}]{0,2}[0-9]){0,3}"
)
_AFTER_PLATE = rf"{_PLATE}[^0-9A-Za-z]{{0,6}}({_PIECES})(?:$|[^0-9A-Za-z])"
_VEHICLES = (
    r"(?i)\b(?:vehicles?|cars?|plates?|taxis?|vans?|lorry|lorries|trucks?|minibus|motorcycles?|driver|driving|drove"
    r"|parked|parking|speeding|overtook|collision|crash|traffic|lane)\b|車|车|的士|司機|司机|泊"
)
# Lamp posts and the lots of the New Territories look the same.
_NO_MARK = (
    r"(?i:lamp ?-?posts?|pole|燈柱|灯柱|柱)[^0-9A-Za-z]{0,8}(?i:no\.? ?)?[A-Z]{0,2} ?[0-9]{1,5}"
    r"|DD ?[0-9]{1,3}.{0,12}(?i:lot)|[A-Z]{2} ?[0-9]{3,4}號?(?:電燈|电灯|燈柱|灯柱)"
)
_MARK_NAMED = (
    r"(?i)(?:^|[^a-z])plate|vehicle|reg(?:istration)?_?(?:mark|no)|car_?no|車牌|车牌|車輛|车辆|登記號碼"
)

MARK_NEAR = (
    rf"(?:^|[^0-9A-Za-z])[A-HJ-NPR-Z]{{2}}{SPACE}?[1-9][0-9]{{0,3}}(?:$|[^0-9A-Za-z])"
    rf"|{_PLATE}[^0-9A-Za-z]{{0,6}}{_PIECES}"
)


def _marks(text: str) -> str:
    plain = without(text, _NO_MARK)
    spoken = f"case when {matches(text, _VEHICLES)} then {every(plain, _MARK)} else [] end"
    alone = only(every(text, f"^ *({_MARK}) *$", 1), lambda v: f"not {matches(v, _YEAR)}")
    clear = only(every(plain, _CLEAR_MARK), lambda v: f"not {matches(v, _OTHER_LETTERS)}")
    # A whole cell without a word beside it is for its column to decide.
    clear = f"case when length(trim({text})) > 8 then {clear} else [] end"
    return first_of(every(plain, _AFTER_PLATE, 1), spoken, alone, clear)


MARK = Recogniser(
    kind="vehicle mark",
    near=MARK_NEAR,
    found=_marks,
    mask=lambda _: "'** ****'",
    named=_MARK_NAMED,
    near_named=rf"^ *{_PIECES} *$",
    found_named=lambda text: every(text, rf"^ *({_PIECES}) *$", 1),
    alone=_MARK,
)
