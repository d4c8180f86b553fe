"""Where a problem is in a file, and what is said of it: `file:line: key: what; expected what`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from praya.contract.base import BROKEN, Keys, Problem
from praya.errors import FileProblem, codes
from praya.text.outside import quote

Lines = dict[Keys, int]

# Members of unions, by which pydantic names the one that it tried.
BRANCHES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "date": "a date",
    "datetime": "a moment",
}


UNKNOWN_KEY = "is not a key that is known here; the JSON Schema at the head of the file has those that are"


def describe_problems(path: Path, lines: Lines, problems: Iterable[Problem]) -> list[FileProblem]:
    """The problems of a file by line, each once."""
    placed = sorted(problems, key=lambda problem: line_of(lines, problem.keys))
    return list(dict.fromkeys(describe_problem(path, lines, each) for each in placed))


def describe_problem(path: Path, lines: Lines, problem: Problem) -> FileProblem:
    key = dotted(problem.keys) or "contract"
    return FileProblem(problem.code, f"{path}:{line_of(lines, problem.keys)}: {key}: {problem.sentence}")


def line_of(lines: Lines, keys: Keys) -> int:
    """The line of a key; of one that is not there, that of what it would be in."""
    while keys not in lines:
        keys = keys[:-1]
    return lines[keys]


def describe_unread(errors: list[Any]) -> Iterator[Problem]:
    """What pydantic could not read; where a value could be of several types, one problem for all that were tried."""
    errors = [error for error in errors if error["type"] != BROKEN]
    tried: dict[Keys, list[str]] = {}
    for error in errors:
        *location, branch = error["loc"] or ("",)
        if branch in BRANCHES and error["type"] != "missing":
            tried.setdefault(tuple(location), []).append(BRANCHES[branch])
    for error in errors:
        *location, branch = error["loc"] or ("",)
        words = tried.get(tuple(location), [])
        if branch not in BRANCHES or len(words) == 1:
            yield _problem(error)
        elif words:
            del tried[tuple(location)]
            either = f"expected {', '.join(words[:-1])} or {words[-1]}"
            yield _problem(error | {"type": "union", "msg": either})


def _problem(error: Any) -> Problem:
    keys = tuple(part for part in error["loc"] if not _is_branch(part))
    kind, message = error["type"], error["msg"]
    code = codes.contract.VALUE_NOT_VALID
    if kind == "missing":
        code = codes.contract.KEY_MISSING
        expected = "is missing; expected it here"
    elif kind == "extra_forbidden":
        code = codes.contract.KEY_UNKNOWN
        expected = UNKNOWN_KEY
    else:
        said = quote(message[0].lower() + message[1:], 600).replace("value error, ", "")
        expected = f"is {_describe_value(error['input'])}; {said}"
    return Problem(keys, expected, code)


def _describe_value(value: object) -> str:
    """What stands in a file, with quotation marks where it is text; of a section only what kind of thing it is."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    return f"'{quote(value)}'" if isinstance(value, str) else quote(value)


def _is_branch(part: object) -> bool:
    """pydantic names the member of a union that it tried; that is no key of the file."""
    return isinstance(part, str) and part in BRANCHES


def dotted(keys: Keys) -> str:
    text = ""
    for part in (key if isinstance(key, int) else quote(key) for key in keys):
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
