"""Names in the code use no word that is ruled out, but for the number of each package that is left to rename."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prose.names import LIST, Rules, compare, find_names, read_rules, write_lower

RULES = Rules(frozenset({"told", "strangers"}), frozenset({"one"}), {"praya.store": 2})


def test_each_package_has_as_many_names_as_are_allowed() -> None:
    rules = read_rules()
    wrong, lower = compare(rules, find_names(rules))
    assert wrong == []
    assert lower == {}, "run: PYTHONPATH=include:tests .venv/bin/python -m prose.names --lower"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("one", "one"), ("_one", "one"), ("one_scan", None), ("told", "told"), ("what_was_told", "told"),
        ("ToldTwice", "told"), ("STRANGERS", "strangers"), ("toldest", None), ("phone", None),
    ],
)  # fmt: skip
def test_a_word_is_ruled_out_as_the_list_says(name: str, word: str | None) -> None:
    assert RULES.word_in(name) == word


def test_every_kind_of_declaration_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "praya" / "store" / "deep" / "deeper"
    folder.mkdir(parents=True)
    (folder / "strangers.py").write_text(
        "class Told:\n    one: int\n\ndef told(one, *, kept):\n    for one in kept:\n        kept = one.told\n"
    )
    names = find_names(RULES, tmp_path)
    assert [each.name for each in names] == ["strangers", "Told", "told", "one", "one", "one"]
    assert {each.package for each in names} == {".".join(("praya", "store", "deep"))}


def test_a_number_may_fall_and_not_rise(tmp_path: Path) -> None:
    folder = tmp_path / "praya" / "store"
    folder.mkdir(parents=True)
    (folder / "keys.py").write_text("one = 1\n")
    assert compare(RULES, find_names(RULES, tmp_path)) == ([], {"praya.store": 1})
    (folder / "more.py").write_text("def told(one):\n    return one\n")
    (sentence,) = compare(RULES, find_names(RULES, tmp_path))[0]
    assert sentence.startswith("praya.store: 3 names") and " told" in sentence


def test_a_lower_number_is_written_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "names.yaml"
    shutil.copy(LIST, file)
    package, number = next(iter(read_rules(file).allowed.items()))
    write_lower({package: number - 1}, file)
    assert read_rules(file).allowed == {**read_rules().allowed, package: number - 1}
    write_lower({package: 0}, file)
    assert package not in read_rules(file).allowed
    assert file.read_text().startswith("# Words that no name")
