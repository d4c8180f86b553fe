"""Identifiers that only a word beside them gives away, in a text or in the name of the column."""

from __future__ import annotations

from collections.abc import Callable

from praya.disclosure.recognise.cuts import Cut
from praya.disclosure.recognise.recogniser import Recogniser, every, first_of, only

# What may be between a cue and the identifier: punctuation, and words such as `no. is`.
_LINKS = (
    r"(?:[^0-9A-Za-z\p{Han}]|(?i:\b(?:no|nos|number|num|numbers|is|was|card|holder|code|of|the|my|his|her|their|id"
    r"|account|acct|reads?|as|booklet|document|doc|on|date|in|ref)\b)"
    r"|號碼|号码|證號|证号|編號|编号|帳號|账号|賬號|卡號|卡号|[號号碼码卡證证係系为為是乃])"
)
AFTER, BEFORE = rf"{_LINKS}{{0,12}}", rf"{_LINKS}{{0,6}}"
LEFT, RIGHT = r"(?:^|[^0-9A-Za-z])", r"(?:$|[^0-9A-Za-z])"


def cued(
    name: str,
    cue: str,
    value: str,
    named: str,
    shown: str,
    *,
    also: str | None = None,
    near: str | None = None,
    before: bool = True,
    holds: Callable[[str], str] | None = None,
    named_value: str | None = None,
    accented: str | None = None,
    cuts: tuple[Cut, ...] = (),
    dates: bool = False,
) -> Recogniser:
    """A recogniser for `value` (RE2) after `cue`, shortly before it, or in a column that is `named` so.

    `also` finds the identifier without any cue and goes with `near`; `holds` is SQL that is true of a right value;
    `shown` is what an example shows, and nothing of the value is in it. `accented`, `cuts` and `dates` are those of
    `Recogniser`.
    """
    patterns = [rf"{cue}{AFTER}({value}){RIGHT}"]
    patterns += [rf"{LEFT}({value}){BEFORE}{cue}"] if before else []
    patterns += [also] if also else []
    in_column = rf"{LEFT}({named_value or value}){RIGHT}"

    def make_matcher(*among: str) -> Callable[[str], str]:
        def select(text: str) -> str:
            lists = [every(text, pattern, 1) for pattern in among]
            return first_of(*([only(each, holds) for each in lists] if holds else lists))

        return select

    return Recogniser(
        name=name,
        near="|".join([cue, *([near] if near else [])]),
        find=make_matcher(*patterns),
        mask=lambda _: f"'{shown}'",
        number=lambda _: "false",
        named=named,
        near_named="[0-9]",
        find_named=make_matcher(in_column),
        accented=accented,
        cuts=cuts,
        dates=dates,
    )
