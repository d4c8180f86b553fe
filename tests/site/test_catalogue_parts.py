"""Files that are put together from kept parts are those that are made from everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from full import examples
from praya.metadata import write_turtle
from praya.metadata.dcat_nodes import PREFIXES
from praya.site.portal.composed_file import ComposedFile, Piece, Span, read_pieces, slice_pieces
from praya.site.portal.list_file import compose_list, json_frame, json_part
from praya.site.portal.turtle_parts import compose_turtle, make_turtle_part

BASE = "https://data.example.gov.hk/praya"
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=5)
NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta", "publisher", "category-a"])
SHARED = st.sampled_from(
    [f"{BASE}/index.html#category-a", "https://licence.example", "spdx:sha256", f"{BASE}/x"]
)
ROOT = {"@context": PREFIXES, "@id": f"{BASE}/catalogue.jsonld", "@type": "dcat:Catalog", "dct:title": "All"}


@st.composite
def nodes(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Dataset → node, in the order of names: some of its things are its own, others are shared."""
    found = {}
    for name in sorted(draw(st.sets(NAMES, max_size=5))):
        shared = [
            {"@id": each, "@type": "skos:Concept", "skos:notation": draw(st.sampled_from("ab"))}
            for each in draw(st.lists(SHARED, max_size=3))
        ]
        own = [
            {"@id": f"{BASE}/{name}/{place}", "dct:title": draw(TEXTS)}
            for place in range(draw(st.integers(0, 2)))
        ]
        found[name] = {
            "@id": f"{BASE}/{name}/latest.json",
            "@type": "dcat:Dataset",
            "dcat:landingPage": {"@id": f"{BASE}/index.html#{name}", "@type": "foaf:Document"},
            "dcat:theme": draw(st.permutations([*shared, *own])),
        }
    return found


def whole_turtle(datasets: dict[str, dict[str, Any]]) -> bytes:
    return write_turtle({**ROOT, "dcat:dataset": list(datasets.values())}).encode()


def written(file: ComposedFile, standing: Path | None, target: Path) -> bytes:
    file.write(standing, target)
    return target.read_bytes()


@settings(max_examples=examples(400))
@given(nodes(), nodes(), st.sets(NAMES))
def test_turtle_goes_on_from_the_file_that_stands(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, dict[str, Any]],
    after: dict[str, dict[str, Any]],
    unchanged: set[str],
) -> None:
    folder = tmp_path_factory.mktemp("turtle")
    after |= {name: before[name] for name in unchanged & before.keys()}
    after = dict(sorted(after.items()))
    first = {name: make_turtle_part(node, name, BASE) for name, node in before.items()}
    file, spans = compose_turtle(ROOT, list(first.values()))
    standing = folder / "standing"
    assert written(file, None, standing) == whole_turtle(before)

    lying = dict(zip(first, spans, strict=True))
    parts = [
        first[name]._replace(own=lying[name])
        if name in unchanged & before.keys()
        else make_turtle_part(node, name, BASE)
        for name, node in after.items()
    ]
    file, _ = compose_turtle(ROOT, parts)

    assert written(file, standing, folder / "new") == whole_turtle(after)
    assert not file.is_in(standing) or whole_turtle(after) == whole_turtle(before)


@settings(max_examples=examples(400))
@given(st.lists(st.none() | st.dictionaries(TEXTS, TEXTS), max_size=6), st.data())
def test_a_list_goes_on_from_the_file_that_stands(
    tmp_path_factory: pytest.TempPathFactory, before: list[dict[str, str] | None], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("list")
    frame = json_frame({"a": 1, "list": [], "b": [2]}, '"list": ', 2)
    file, spans = compose_list(
        frame, [[json_part(value, 2)] if value is not None else [] for value in before]
    )
    standing = folder / "standing"
    assert json.loads(written(file, None, standing))["list"] == [
        value for value in before if value is not None
    ]

    places = st.sampled_from(range(len(before) or 1))
    kept = data.draw(st.lists(places, max_size=6, unique=True)) if before else []
    parts: list[tuple[list[Piece], Any]] = [([*spans[place]], before[place]) for place in kept]
    for value in data.draw(st.lists(st.dictionaries(TEXTS, TEXTS), max_size=2)):
        parts.insert(data.draw(st.integers(0, len(parts))), ([json_part(value, 2)], value))
    file, _ = compose_list(frame, [pieces for pieces, _ in parts])

    listed = [value for _, value in parts if value is not None]
    expected = json.dumps({"a": 1, "list": listed, "b": [2]}, indent=2, ensure_ascii=False).encode() + b"\n"
    assert written(file, standing, folder / "new") == expected


@given(
    st.binary(max_size=20),
    st.lists(st.binary(max_size=5) | st.tuples(*[st.integers(0, 9)] * 2), max_size=5),
    st.data(),
)
def test_a_slice_of_pieces_is_the_slice_of_their_bytes(
    tmp_path_factory: pytest.TempPathFactory, there: bytes, listed: list[Any], data: st.DataObject
) -> None:
    standing = tmp_path_factory.mktemp("slice") / "standing"
    standing.write_bytes(there + bytes(20))
    pieces = [piece if isinstance(piece, bytes) else Span(*piece) for piece in listed]
    whole = read_pieces(pieces, standing)
    start, end = data.draw(st.integers(0, 30)), data.draw(st.integers(0, 30))

    assert read_pieces(slice_pieces(pieces, start, end), standing) == whole[start:end]


def test_parts_that_lie_side_by_side_are_copied_in_one(tmp_path: Path) -> None:
    frame = json_frame([], "", 1)
    file, spans = compose_list(frame, [[json_part({"number": number}, 1)] for number in range(100)])
    written(file, None, tmp_path / "standing")
    changed: list[list[Piece]] = [[*each] for each in spans]
    changed[50] = [json_part({"number": "another"}, 1)]

    file, _ = compose_list(frame, changed)

    assert file.copied == 2
    assert not file.is_in(tmp_path / "standing")
    assert compose_list(frame, spans)[0].is_in(tmp_path / "standing")
