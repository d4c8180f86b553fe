"""Turtle (RDF 1.1) from JSON-LD nodes as `dcat_nodes` makes them: one subject a block, in the order in which they come.

rdflib would write it too, at the price of a dependency, an import of half a second, and blank nodes in an order of its
own; tests hold that rdflib reads the same graph from both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
UNSAFE = {ord(each): f"\\u{ord(each):04X}" for each in '<>"{}|^`\\ '}


def write_turtle(document: Mapping[str, Any]) -> str:
    """`document` is a JSON-LD node with a context of prefixes; nodes with an `@id` become blocks of their own."""
    prefixes = document["@context"]
    blocks = describe_node(document, prefixes)
    return write_prefixes(prefixes) + "".join(
        write_block(subject, statements) for subject, statements in blocks.items()
    )


def describe_node(node: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, list[str]]:
    """What is said of a node and of each node with an `@id` in it: subject → statements, in the order of the blocks."""
    blocks: dict[str, list[str]] = {}
    _describe({name: value for name, value in node.items() if name != "@context"}, prefixes, blocks)
    return blocks


def write_prefixes(prefixes: Mapping[str, str]) -> str:
    """The lines before all blocks."""
    return "".join(f"@prefix {name}: <{url}> .\n" for name, url in prefixes.items())


def write_block(subject: str, statements: Sequence[str]) -> str:
    """The block of a subject."""
    return f"\n{subject}\n    " + " ;\n    ".join(statements) + " .\n"


def _describe(node: Mapping[str, Any], prefixes: Mapping[str, str], blocks: dict[str, list[str]]) -> None:
    """Put what is said of a node with an `@id` into its block, each statement once."""
    block = blocks.setdefault(name_node(node["@id"], prefixes), [])
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
        return name_node(value["@id"], prefixes)
    return f"[ {' ; '.join(_statements(value, prefixes, blocks))} ]"


def name_node(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as Turtle has it: by its prefix where it has one."""
    prefix, _, local = iri.partition(":")
    return iri if prefix in prefixes and local.isidentifier() else f"<{iri.translate(UNSAFE)}>"


def _literal(text: str) -> str:
    return f'"{text.translate(ESCAPES)}"'
