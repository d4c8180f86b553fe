"""The catalogue in Turtle from parts: what is said of one dataset alone, and of things that several of them name.

A thing that several name has its block where the first of them names it, with everything that any says of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from praya.metadata.dcat_nodes import PREFIXES
from praya.metadata.turtle_text import describe_node, name_node, write_block, write_prefixes
from praya.site.portal.composed_file import ComposedFile, Piece, Span, slice_pieces

SHARED_PLACES = ("publisher", "category-")


class Mention(NamedTuple):
    """A thing that other datasets may name too: before which byte of the dataset's own text its block would stand, and
    what the dataset says of it."""

    offset: int
    subject: str
    statements: tuple[str, ...]


class TurtlePart(NamedTuple):
    """A dataset in Turtle: its name, its own blocks, and what it mentions, in order."""

    name: str
    own: Sequence[Piece]
    mentions: Sequence[Mention]


def make_turtle_part(node: Mapping[str, Any], dataset: str, base_url: str) -> TurtlePart:
    """The part of a dataset's JSON-LD node. Its own are the addresses below its folder, and its place on the page."""
    own, mentions = bytearray(), list[Mention]()
    folder = name_node(f"{base_url}/{dataset}/", PREFIXES).removesuffix(">")
    place = (
        "" if dataset.startswith(SHARED_PLACES) else name_node(f"{base_url}/index.html#{dataset}", PREFIXES)
    )
    for subject, statements in describe_node(node, PREFIXES).items():
        if subject.startswith(folder) or subject == place:
            own += write_block(subject, statements).encode()
        else:
            mentions.append(Mention(len(own), subject, tuple(statements)))
    return TurtlePart(name_node(node["@id"], PREFIXES), [bytes(own)], mentions)


def compose_turtle(
    root: Mapping[str, Any], parts: Sequence[TurtlePart]
) -> tuple[ComposedFile, list[list[Span]]]:
    """The whole file, and where each part's own blocks lie in it. `root` is the catalogue's node without datasets."""
    blocks = describe_node(root, PREFIXES)
    of_root = list(blocks)
    if parts:
        blocks[of_root[0]].append(f"dcat:dataset {', '.join(part.name for part in parts)}")
    _unite(blocks, parts)
    file = ComposedFile()
    file.add([write_prefixes(PREFIXES).encode()])
    file.add([write_block(subject, blocks[subject]).encode() for subject in of_root])
    written = set(of_root)
    return file, [_add(file, part, blocks, written) for part in parts]


def _unite(blocks: dict[str, list[str]], parts: Iterable[TurtlePart]) -> None:
    """Put what the parts say of shared things into their blocks, each statement once."""
    seen = set[tuple[str, tuple[str, ...]]]()
    for part in parts:
        for mention in part.mentions:
            if (said := (mention.subject, mention.statements)) not in seen:
                seen.add(said)
                block = blocks.setdefault(mention.subject, [])
                block += [statement for statement in mention.statements if statement not in block]


def _add(
    file: ComposedFile, part: TurtlePart, blocks: Mapping[str, Sequence[str]], written: set[str]
) -> list[Span]:
    spans, done = list[Span](), 0
    for mention in part.mentions:
        if mention.subject not in written:
            written.add(mention.subject)
            spans += file.add(slice_pieces(part.own, done, mention.offset))
            file.add([write_block(mention.subject, blocks[mention.subject]).encode()])
            done = mention.offset
    if not done:
        return spans + file.add(part.own)
    return spans + file.add(slice_pieces(part.own, done, 1 << 62))
