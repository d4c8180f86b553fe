"""Signatures that another package uses say what they hold: no `dict[str, Any]`, under whatever name.

What crosses from a package (a folder) to another: functions and classes that a module of another package imports, or
reads from an imported module; and the classes that their signatures name. Of a class: its base classes, its public
methods and its annotated fields.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

INCLUDE = Path(__file__).parents[1] / "include"
MAPPINGS = {"dict", "Mapping", "MutableMapping", "Dict", "defaultdict", "OrderedDict"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ALIASES = (ast.Name, ast.Subscript, ast.BinOp)
CALLED = {"__init__", "__call__", "__getitem__", "__iter__", "__enter__"}
CONTRACT = "a contract as it is written, with the keys of formats and collectors that others add"
EXPECTATION = "expectations of Great Expectations, and kwargs of guards that others add"
JSON_LD = "nodes of JSON-LD, as DCAT-AP has them"
# Modules that hand on JSON of which somebody else defines the keys, with what it is.
FOREIGN_JSON = {
    "praya.contract.model": CONTRACT,
    "praya.contract.register_table": "rows of a released table",
    "praya.contract.release": CONTRACT,
    "praya.contract.source": CONTRACT,
    "praya.disclosure.protect.past": "cells of any table of counts",
    "praya.disclosure.protect.publication": "rows of any table of counts",
    "praya.ledger.line": "the body of a line of any kind, which is read by the property of its kind",
    "praya.metadata.dcat_nodes": JSON_LD,
    "praya.metadata.turtle_text": JSON_LD,
    "praya.pipeline.validate.field_expectations": EXPECTATION,
    "praya.pipeline.validate.rule_specs": EXPECTATION,
    "praya.pipeline.validate.suite": EXPECTATION,
    "praya.pipeline.validate.verdict_words": EXPECTATION,
    "praya.reports.sources": "rows of any released table",
    "praya.store.interface": "any JSON object of the store; readers in one place each say which",
    "praya.store.states": "a disclosure decision as the version of Praya wrote it that took it",
}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr


@dataclass
class Module:
    """A module: what it defines, the dotted names that its imports stand for, and all that are imported anywhere in
    it, where functions may import different things by one name."""

    name: str
    package: str
    tree: ast.Module
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for node in self.tree.body:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                self.definitions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.definitions[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                self.definitions[node.target.id] = node.value
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
                self.imports |= names
                self.imported |= {*names.values()}
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.split(".")[0]
                    self.imports[alias.asname or top] = alias.name if alias.asname else top


class Code:
    """The modules below a folder, with what their names stand for."""

    def __init__(self, root: Path) -> None:
        self.modules = {module.name: module for module in read_modules(root)}

    def find(self, name: str) -> tuple[Module, str] | None:
        """The module that defines a dotted name, and its name there; re-exports are followed."""
        where, _, last = name.rpartition(".")
        if not (module := self.modules.get(where)):
            return None
        if last in module.definitions:
            return module, last
        source = module.imports.get(last, name)
        return self.find(source) if source != name else None

    def resolve(self, module: Module, node: ast.expr) -> str | None:
        """The dotted name that an expression of a module stands for."""
        if isinstance(node, ast.Name):
            return (
                f"{module.name}.{node.id}" if node.id in module.definitions else module.imports.get(node.id)
            )
        if isinstance(node, ast.Attribute) and (owner := self.resolve(module, node.value)):
            return f"{owner}.{node.attr}"
        return None

    def crossing(self) -> dict[tuple[str, str], Definition]:
        """What is used from another package, by module and name."""
        waiting = [*self._used_elsewhere()]
        crossing: dict[tuple[str, str], Definition] = {}
        while waiting:
            module, name = waiting.pop()
            definition = module.definitions[name]
            if (module.name, name) in crossing:
                continue
            crossing[module.name, name] = definition
            for annotation in annotations(definition):
                waiting += self.named(module, annotation)
        return crossing

    def named(self, module: Module, annotation: ast.expr) -> Iterator[tuple[Module, str]]:
        """What an annotation names of the code."""
        for node in ast.walk(unquoted(annotation)):
            name = self.resolve(module, node) if isinstance(node, ast.expr) else None
            if name and (definition := self.find(name)):
                yield definition

    def _used_elsewhere(self) -> Iterator[tuple[Module, str]]:
        for user in self.modules.values():
            names = set(user.imported)
            for node in ast.walk(user.tree):
                if isinstance(node, ast.Attribute) and (name := self.resolve(user, node)):
                    names.add(name)
            for name in sorted(names):
                definition = self.find(name)
                if definition and definition[0].package != user.package:
                    yield definition

    def is_untyped(self, module: Module, annotation: ast.expr) -> bool:
        """Whether an annotation has a mapping from text to anything, by whatever name."""
        for node in ast.walk(unquoted(annotation)):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and node.value.id in MAPPINGS
            ):
                parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
                if len(parts) == 2 and self.is_any(module, parts[1]):
                    return True
            alias = self.alias(module, node) if isinstance(node, ast.expr) else None
            if alias and self.is_untyped(*alias):
                return True
        return False

    def is_any(self, module: Module, node: ast.expr) -> bool:
        if alias := self.alias(module, node):
            return self.is_any(*alias)
        return isinstance(node, ast.Name) and node.id == "Any"

    def alias(self, module: Module, node: ast.expr) -> tuple[Module, ast.expr] | None:
        """What a name stands for, where it is the name of a type that is written out elsewhere."""
        name = self.resolve(module, node)
        definition = self.find(name) if name else None
        if definition is None:
            return None
        value = definition[0].definitions[definition[1]]
        return (definition[0], value) if isinstance(value, ALIASES) else None

    def violations(self) -> Iterator[tuple[str, str]]:
        """Module and signature of what crosses packages and has such a mapping."""
        for (name, defined), definition in sorted(self.crossing().items(), key=lambda item: item[0]):
            if isinstance(definition, ast.expr) and not is_typed_dict(definition):
                continue
            module = self.modules[name]
            for where, annotation in signatures(defined, definition):
                if self.is_untyped(module, annotation):
                    yield name, where


def read_modules(root: Path) -> Iterator[Module]:
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        package = ".".join(parts[:-1])
        name = package if parts[-1] == "__init__" else ".".join(parts)
        yield Module(name, package, ast.parse(path.read_text("utf-8")))


def annotations(definition: Definition) -> Iterator[ast.expr]:
    yield from (annotation for _, annotation in signatures("", definition))
    if isinstance(definition, ast.ClassDef):
        yield from definition.bases
    elif isinstance(definition, ALIASES):
        yield definition


def signatures(name: str, definition: Definition) -> Iterator[tuple[str, ast.expr]]:
    """The annotations of a function, of a class, or of a TypedDict that is written as a call, with where they are."""
    if isinstance(definition, FUNCTIONS):
        arguments = definition.args
        every = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
        yield from ((f"{name}({each.arg})", each.annotation) for each in every if each and each.annotation)
        if definition.returns:
            yield f"{name}()", definition.returns
    elif isinstance(definition, ast.ClassDef):
        for node in definition.body:
            if isinstance(node, FUNCTIONS) and is_public(node.name):
                yield from signatures(f"{name}.{node.name}", node)
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and is_public(node.target.id)
            ):
                yield f"{name}.{node.target.id}", node.annotation
    elif is_typed_dict(definition):
        keys, values = definition.args[1].keys, definition.args[1].values
        yield from ((f"{name}.{key.value}", value) for key, value in zip(keys, values, strict=True))


def is_typed_dict(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TypedDict"


def is_public(name: str) -> bool:
    return not name.startswith("_") or name in CALLED


def unquoted(annotation: ast.expr) -> ast.expr:
    """An annotation that is written as text, as an expression."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value, mode="eval").body
    return annotation


@pytest.fixture(scope="module")
def untyped() -> list[tuple[str, str]]:
    return [*Code(INCLUDE).violations()]


def test_what_another_package_uses_says_what_it_holds(untyped: list[tuple[str, str]]) -> None:
    assert [f"{module}: {where}" for module, where in untyped if module not in FOREIGN_JSON] == []


def test_every_exception_is_needed(untyped: list[tuple[str, str]]) -> None:
    assert {*FOREIGN_JSON} - {module for module, _ in untyped} == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from typing import Any\ndef make() -> dict[str, Any]: ...", ["make()"]),
        ("from typing import Any\ndef make(rows: 'list[Mapping[str, Any]]'): ...", ["make(rows)"]),
        ("from typing import Any\nRow = dict[str, Any]\ndef make() -> list[Row]: ...", ["make()"]),
        ("from typing import Any\nJson = Any\ndef make() -> dict[str, Json]: ...", ["make()"]),
        ("from other.alias import Body\ndef make() -> Body: ...", ["make()"]),
        ("from other import alias\ndef make() -> alias.Body: ...", ["make()"]),
        ("class make:\n    body: dict[str, Any]\n    _own: dict[str, Any]", ["make.body"]),
        ("class make:\n    def tell(self) -> dict[str, Any]: ...", ["make.tell()"]),
        ("class Base:\n    body: dict[str, Any]\nclass make(Base): ...", ["Base.body"]),
        ("class Line:\n    body: dict[str, Any]\ndef make() -> list[Line]: ...", ["Line.body"]),
        ("make = TypedDict('make', {'a-b': dict[str, Any], 'c': str})", ["make.a-b"]),
        ("def make() -> dict[str, int]: ...\ndef other() -> dict[str, Any]: ...", []),
    ],
)
def test_what_is_untyped_is_found(text: str, expected: list[str], tmp_path: Path) -> None:
    files = {
        "maker/__init__.py": "from maker.parts import make",
        "maker/parts.py": f"from typing import Any\n{text}",
        "other/alias.py": "from typing import Any, TypeAlias\nBody: TypeAlias = dict[str, Any]",
        "user/user.py": "import maker\nmaker.make",
    }
    for name, content in files.items():
        (path := tmp_path / name).parent.mkdir(exist_ok=True)
        path.write_text(content)
    assert [where for module, where in Code(tmp_path).violations() if module == "maker.parts"] == expected
