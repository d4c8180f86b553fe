"""Puts the codes of code lists into the fields of a contract that name these lists, before the contract is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from praya.contract.base import Keys, Problem
from praya.contract.code_list import CodeList
from praya.errors import ContractError, codes
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.load import Lists

NAMED = "expected the name of a code list, or {list: its name, also: [special codes]}"


def fill_codes(data: Any, lists: Lists) -> Iterator[Problem]:
    """Put the codes that fields name into `data`, in place of the names of their lists; gives what is wrong with them.

    What has not the shape of a contract is left to the model.
    """
    schema = data.get("schema") if isinstance(data, dict) else None
    fields = schema.get("fields") if isinstance(schema, dict) else None
    for number, field in enumerate(fields if isinstance(fields, list) else []):
        if isinstance(field, dict) and "codes" in field:
            problems = [*_fill_field(field, lists)]
            if problems:
                del field["codes"]
            yield from (
                problem._replace(keys=("schema", "fields", number, *problem.keys)) for problem in problems
            )


def _fill_field(field: dict[Any, Any], lists: Lists) -> Iterator[Problem]:
    named = field["codes"] if isinstance(field["codes"], dict) else {"list": field["codes"]}
    also, constraints = named.get("also", []), field.get("constraints", {})
    texts = [named.get("list"), *(also if isinstance(also, list) else [None])]
    if {*named} - {"list", "also"} or not all(isinstance(each, str) for each in texts):
        yield Problem(("codes",), NAMED, codes.contract.CODE_LIST_NOT_USABLE)
        return
    enum = constraints.get("enum") if isinstance(constraints, dict) else None
    if enum is not None and not (isinstance(enum, list) and all(isinstance(each, str) for each in enum)):
        return  # the model says what is wrong with it
    try:
        listed = lists.get(named["list"])
    except ContractError as error:
        yield from (Problem(("codes",), each, codes.contract.CODE_LIST_NOT_USABLE) for each in error.problems)
        return
    places: list[tuple[Keys, str]] = [
        (("constraints", "enum", number), code) for number, code in enumerate(enum or [])
    ]
    places += [(("codes", "also", number), code) for number, code in enumerate(also)]
    if problems := [*_wrong_codes(listed, places)]:
        yield from problems
        return
    filled = lists.codes_of(listed, enum, also)
    field["codes"] = filled
    if isinstance(constraints, dict):
        field["constraints"] = constraints | {"enum": [code["code"] for code in filled["codes"]]}


def _wrong_codes(listed: CodeList, places: list[tuple[Keys, str]]) -> Iterator[Problem]:
    """The codes that the list does not have, and those that a key names twice."""
    known, seen = {code.code for code in listed.codes}, set[tuple[Keys, str]]()
    for keys, code in places:
        if code not in known:
            missing = f"the code list {listed.list_} has no label for {quote(code)}; add it there"
            yield Problem(keys, missing, codes.contract.CODE_LIST_NOT_USABLE)
        elif (keys[:2], code) in seen:
            yield Problem(keys, f"code {quote(code)} is there twice; keep one")
        seen.add((keys[:2], code))
