"""Reads the code for messages that show what comes from outside without `praya.text.outside`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# What makes a text from outside safe to show; errors of Praya have gone through it by themselves.
SAFE = {
    "quote",
    "quote_all",
    "clean",
    "describe_error",
    "describe_crash",
    "escape_markdown",
    "shown",
    "describe",
}
SAFE |= {"_cause", "_sentence", "_said", "_describe_value", "dotted", "_listed", "_wrong_use", "_crashed"}
# The functions that say something, besides `raise`.
SAYS = {
    "Problem",
    "say",
    "warn",
    "stop",
    "print",
    "print_event",
    "record_problem",
    "info",
    "warning",
    "error",
    "exception",
    "debug",
}
# Names of values that somebody else has written.
OUTSIDE = {
    "url", "location", "header", "headers", "reason", "text", "raw", "value", "cell", "body", "content", "answer",
    "login", "password", "payload", "line", "first", "last", "samples", "response", "message", "input",
}  # fmt: skip
OURS = {
    "PrayaError", "ContractError", "Retryable", "SourceError", "SourceUnavailable", "ReleaseHeld", "ReleaseRefused",
    "NotKnown", "LeftOut", "PersonUnknown", "MeasureError", "StageError", "IntegrityError", "DisclosureError",
    "MAY_PASS", "AirflowException", "Problem", "FileProblem", "Reproduction", "AddressRefused", "SqlRefused",
    "JsonError",
}  # fmt: skip


class Shown(NamedTuple):
    """Something that is shown: file, line, and the expression as it is written."""

    file: str
    line: int
    what: str


def unsafe(root: Path) -> Iterator[Shown]:
    """What the code below `root` shows of outside without making it safe."""
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        name = path.relative_to(root).as_posix()
        for found in sorted({*_messages(tree), *_exceptions(tree)}):
            yield Shown(name, *found)


def _messages(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What messages show by name: of a value that is from outside, and of any in the form for quoting (`!r`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            said: ast.AST = node.exc
        elif isinstance(node, ast.Call) and _name(node.func) in SAYS:
            said = node
        else:
            continue
        for part in ast.walk(said):
            if isinstance(part, ast.FormattedValue) and _is_outside(part):
                yield part.lineno, ast.unparse(part.value)


def _is_outside(part: ast.FormattedValue) -> bool:
    value = part.value
    if isinstance(value, ast.Call) and _name(value.func) in {*SAFE, "len", "int", "type"}:
        return False
    return part.conversion in (ord("r"), ord("a")) or _name(value) in OUTSIDE


def _exceptions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Uses of the text of an exception that is not Praya's: as a text, or inside one."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or not handler.name or handler.type is None:
            continue
        if {_name(one) for one in _types(handler.type)} <= OURS:
            continue
        parents = {child: node for node in ast.walk(handler) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(handler):
            if isinstance(node, ast.Name) and node.id == handler.name and _is_text(node, parents):
                yield node.lineno, ast.unparse(parents[node])


def _is_text(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether an exception becomes text without being made safe on the way up to its statement."""
    text = False
    while node in parents and not isinstance(node, ast.stmt):
        node = parents[node]
        if isinstance(node, ast.Call) and _name(node.func) in SAFE:
            return False
        text |= isinstance(node, ast.FormattedValue)
        text |= isinstance(node, ast.Call) and _name(node.func) in ("str", "repr")
    return text


def _types(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _name(node: ast.AST) -> str:
    """The last name of an expression: `b` of `a.b`, of `a.b(…)` and of `a["b"]`."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
