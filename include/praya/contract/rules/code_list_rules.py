"""Rules of a code list: its codes differ, and its labels can stand in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.code_list import CodeList, Codes

# What a spreadsheet would run as a formula, half or full width.
RUNS = tuple("=+-@\t\r\n'＝＋－＠")
LANGUAGES = {"en": "en", "zh_hant": "zh-Hant", "zh_hans": "zh-Hans"}


def check_codes_differ(listed: Codes) -> Iterator[Problem]:
    seen = set[str]()
    for number, one in enumerate(listed.codes):
        if one.code in seen:
            yield Problem(("codes", number, "code"), f"code {quote(one.code)} is there twice; keep one")
        seen.add(one.code)


def check_former_codes_differ(listed: Codes) -> Iterator[Problem]:
    seen = set[str]()
    for number, one in enumerate(listed.codes):
        if one.formerly in seen:
            yield Problem(("codes", number, "formerly"), f"two codes were {quote(one.formerly)} before")
        if one.formerly:
            seen.add(one.formerly)


def check_labels(listed: Codes) -> Iterator[Problem]:
    for number, one in enumerate(listed.codes):
        for name, key in LANGUAGES.items():
            if (getattr(one.label, name) or "").startswith(RUNS):
                yield Problem(
                    ("codes", number, "label", key),
                    f"the label of {quote(one.code)} begins with a character that spreadsheets run as a formula",
                )


def check_notation(listed: Codes) -> Iterator[Problem]:
    noted = [number for number, one in enumerate(listed.codes) if one.notation]
    if noted and listed.notation is None:
        yield Problem(
            ("codes", noted[0], "notation"),
            "`notation` of the list says what the second notation is; it is missing",
        )


def check_codes_of_today(listed: CodeList) -> Iterator[Problem]:
    known = {one.code for one in listed.codes}
    for number, one in enumerate(listed.codes):
        if one.today and one.today not in known:
            yield Problem(
                ("codes", number, "today"),
                f"`today` is {quote(one.today)}, which the list does not have; expected one of its codes",
            )


CODES = (check_codes_differ, check_former_codes_differ, check_labels, check_notation)
CODE_LIST = (*CODES, check_codes_of_today)
