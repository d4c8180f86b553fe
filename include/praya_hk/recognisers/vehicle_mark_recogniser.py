"""Vehicle marks.

Claimed: two letters (without I, O, Q) and up to four digits without a leading zero, after a word such as plate or
車牌; with three or four digits, in a text that speaks of vehicles; with four that are no year, in any text, unless
the letters stand for something else (`HK 1980`, lamp posts); as a whole cell, where the cells of the column do not
share their letters as codes do, or its name says what it holds. Missed: marks chosen by their owners, marks without
letters, short ones in a text that speaks of nothing like a vehicle.
"""

from __future__ import annotations

from praya.disclosure.recognise.cell_scan import HITS
from praya.disclosure.recognise.judge import Case
from praya.disclosure.recognise.recogniser import (
    SPACE,
    Recogniser,
    every,
    first_of,
    matches,
    one_of,
    only,
    without,
)
from praya.store.duck import literal

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

_NEAR = (
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


def _alike(case: Case) -> str:
    """Codes of which many begin with the same letters, and the numbers of lamp posts."""
    most, all_ = case.asked(
        "select max(n), sum(n) from "
        f"(select count(distinct text) as n from {HITS} where {case.hits} group by left(trim(text), 2))"
    )
    lamps = matches(literal(case.column.name), "(?i)lamp|post|pole|燈柱|灯柱")
    return f"{all_ >= 3 and most >= 0.4 * all_} or {lamps}"


VEHICLE_MARK = Recogniser(
    name="vehicle mark",
    near=_NEAR,
    find=_marks,
    mask=lambda _: "'** ****'",
    named=_MARK_NAMED,
    near_named=rf"^ *{_PIECES} *$",
    find_named=lambda text: every(text, rf"^ *({_PIECES}) *$", 1),
    alone=_MARK,
    other=_alike,
)
