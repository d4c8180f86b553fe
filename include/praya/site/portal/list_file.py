"""Files that are a list with one part, or none, for each dataset: JSON, lines, and the articles of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from praya.metadata import as_json
from praya.site.portal.composed_file import ComposedFile, Piece, Span


class Frame(NamedTuple):
    """What stands before, between and behind the parts; `empty` is the whole file where there are none."""

    before: bytes
    between: bytes
    behind: bytes
    empty: bytes


def json_frame(document: Any, marker: str, depth: int) -> Frame:
    """The frame of JSON whose list, which is empty in `document`, stands behind the text `marker`; its items are
    `depth` levels in."""
    whole = as_json(document)
    before, _, behind = whole.partition(f"{marker}[]".encode())
    start, indent = f"{marker}[".encode(), b"\n" + b"  " * depth
    return Frame(before + start + indent, b"," + indent, b"\n" + b"  " * (depth - 1) + b"]" + behind, whole)


def json_part(value: Any, depth: int) -> bytes:
    """A value as it stands in a list of JSON, `depth` levels in."""
    return as_json(value).removesuffix(b"\n").replace(b"\n", b"\n" + b"  " * depth)


def compose_list(frame: Frame, parts: Sequence[Sequence[Piece]]) -> tuple[ComposedFile, list[list[Span]]]:
    """The whole file, and where each part lies in it; an empty part has no place in the list."""
    file, spans, first = ComposedFile(), list[list[Span]](), True
    if not any(parts):
        file.add([frame.empty])
        return file, [[] for _ in parts]
    file.add([frame.before])
    for part in parts:
        if part and first:
            spans.append(file.add(part))
            first = False
        else:
            spans.append(file.separate(frame.between, part) if part else [])
    file.add([frame.behind])
    return file, spans
