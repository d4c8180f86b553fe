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
    for number, code in enumerate(listed.codes):
        if code.code in seen:
            yield Problem(("codes", number, "code"), f"code {quote(code.code)} is there twice; keep one")
        seen.add(code.code)


def check_former_codes_differ(listed: Codes) -> Iterator[Problem]:
    seen = set[str]()
    for number, code in enumerate(listed.codes):
        if code.formerly in seen:
            yield Problem(("codes", number, "formerly"), f"two codes were {quote(code.formerly)} before")
        if code.formerly:
            seen.add(code.formerly)


def check_labels(listed: Codes) -> Iterator[Problem]:
    for number, code in enumerate(listed.codes):
        for name, key in LANGUAGES.items():
            if (getattr(code.label, name) or "").startswith(RUNS):
                yield Problem(
                    ("codes", number, "label", key),
                    f"the label of {quote(code.code)} begins with a character that spreadsheets run as a formula",
                )


def check_notation(listed: Codes) -> Iterator[Problem]:
    with_notation = [number for number, code in enumerate(listed.codes) if code.notation]
    if with_notation and listed.notation is None:
        yield Problem(
            ("codes", with_notation[0], "notation"),
            "`notation` of the list says what the second notation is; it is missing",
        )


def check_codes_of_today(listed: CodeList) -> Iterator[Problem]:
    known = {code.code for code in listed.codes}
    for number, code in enumerate(listed.codes):
        if code.today and code.today not in known:
            yield Problem(
                ("codes", number, "today"),
                f"`today` is {quote(code.today)}, which the list does not have; expected one of its codes",
            )


CODES = (check_codes_differ, check_former_codes_differ, check_labels, check_notation)
CODE_LIST = (*CODES, check_codes_of_today)
