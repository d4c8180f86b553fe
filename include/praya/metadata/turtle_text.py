"""Turtle (RDF 1.1) from JSON-LD nodes as `dcat_nodes` makes them: one subject a block, in the order in which they come.

rdflib would write it too, at the price of a dependency, an import of half a second, and blank nodes in an order of its
own; tests hold that rdflib reads the same graph from both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
UNSAFE = {ord(each): f"\\u{ord(each):04X}" for each in '<>"{}|^`\\ '}


def write_turtle(document: Mapping[str, Any]) -> str:
    """`document` is a JSON-LD node with a context of prefixes; nodes with an `@id` become blocks of their own."""
    prefixes = document["@context"]
    blocks: dict[str, list[str]] = {}
    _describe({name: value for name, value in document.items() if name != "@context"}, prefixes, blocks)
    head = "".join(f"@prefix {name}: <{url}> .\n" for name, url in prefixes.items())
    return head + "".join(
        f"\n{subject}\n    " + " ;\n    ".join(lines) + " .\n" for subject, lines in blocks.items()
    )


def _describe(node: Mapping[str, Any], prefixes: Mapping[str, str], blocks: dict[str, list[str]]) -> None:
    """Put what is said of a node with an `@id` into its block, each statement once."""
    block = blocks.setdefault(_name(node["@id"], prefixes), [])
    block += [statement for statement in _statements(node, prefixes, blocks) if statement not in block]


def _statements(
    node: Mapping[str, Any], prefixes: Mapping[str, str], blocks: dict[str, list[str]]
) -> list[str]:
    statements = []
    for name, value in node.items():
        if name == "@id":
            continue
        values = value if isinstance(value, list) else [value]
        if name == "@type":
            statements.append(f"a {', '.join(values)}")
        elif values:
            statements.append(f"{name} {', '.join(_object(each, prefixes, blocks) for each in values)}")
    return statements


def _object(value: Any, prefixes: Mapping[str, str], blocks: dict[str, list[str]]) -> str:
    if isinstance(value, str):
        return _literal(value)
    if "@value" in value:
        text = _literal(value["@value"])
        return f"{text}@{value['@language']}" if "@language" in value else f"{text}^^{value['@type']}"
    if "@id" in value:
        if len(value) > 1:
            _describe(value, prefixes, blocks)
        return _name(value["@id"], prefixes)
    return f"[ {' ; '.join(_statements(value, prefixes, blocks))} ]"


def _name(iri: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = iri.partition(":")
    return iri if prefix in prefixes and local.isidentifier() else f"<{iri.translate(UNSAFE)}>"


def _literal(text: str) -> str:
    return f'"{text.translate(ESCAPES)}"'
