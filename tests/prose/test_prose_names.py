"""Names in the code use no word that is ruled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from prose.names import Rules, find_names, read_rules

RULES = Rules(frozenset({"told", "strangers"}), frozenset({"one"}))


def test_no_name_uses_a_word_that_is_ruled_out() -> None:
    assert find_names(read_rules()) == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("one", "one"), ("_one", "one"), ("one_scan", None), ("told", "told"), ("what_was_told", "told"),
        ("ToldTwice", "told"), ("STRANGERS", "strangers"), ("toldest", None), ("phone", None),
    ],
)  # fmt: skip
def test_a_word_is_ruled_out_as_the_list_says(name: str, word: str | None) -> None:
    assert RULES.word_in(name) == word


def test_every_kind_of_declaration_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "praya" / "store" / "deep"
    folder.mkdir(parents=True)
    (folder / "strangers.py").write_text(
        "class Told:\n    one: int\n\ndef told(one, *, kept):\n    for one in kept:\n        kept.one = one.told\n"
    )
    names = find_names(RULES, tmp_path)
    assert [each.name for each in names] == ["strangers", "Told", "told", "one", "one", "one", "one"]
    assert names[0].place.endswith("/deep/strangers.py:1")
