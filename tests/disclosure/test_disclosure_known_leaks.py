"""Prints that gave a small count away once, as they were published: the attacker must see it in each of them.

Whatever `praya.disclosure.protect` does today, these show that the attacker is not blind; none of them calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from disclosure.reading import Read, Table, exact, perturbed, ten_five
from disclosure.versions import Versions

Print = Mapping[str, int | None]


class Sheet:
    """Tables of one count by place in print, hand-made: what is None is withheld."""

    def __init__(self, read: Read) -> None:
        self.read, self.versions, self.number = read, Versions(), 0

    def add(self, true: Mapping[str, int], shown: Print) -> Table:
        """A release of `true` that shows `shown`; the row `all` is the total of the others."""
        self.number += 1
        versions, release = self.versions, self.number
        truth = {("sheet", "cases", place): value for place, value in true.items()}
        versions.release(release, truth)
        own = {("cases", place) for place, value in true.items() if value < 10}
        why = versions.why("sheet", release, own)
        rows: list[dict[str, Any]] = [
            {"place": place, "cases": figure, "cases_conf_status": "C" if figure is None else "F"}
            for place, figure in shown.items()
        ]
        found = Table(versions.puzzle, "sheet", ("place",), ("cases",), self.read, release, why).take(rows)
        for place, figure in shown.items():
            cell = ("sheet", "cases", place)
            status = "C" if figure is None else "F"
            versions.printed(release, cell, true[place], figure, status, self.read)
        if "all" in true:
            found.adds(("cases",), "place", "all", [place for place in true if place != "all"])
        return found

    def known(self) -> dict[str, tuple[int, int]]:
        """What of each count that is given away is known: of place and value in its first release that is small."""
        found = self.versions.narrow(5, self.read.least)
        return {each.cell[2]: each.known for each in found}


def test_two_withheld_ones_of_a_total_are_at_most_nine_each() -> None:
    sheet = Sheet(ten_five)
    sheet.add({"all": 18, "a": 9, "b": 9}, {"all": 20, "a": None, "b": None})
    assert sheet.known() == {"a": (9, 9), "b": (9, 9)}


def test_rounded_ones_and_their_total_leave_one_value() -> None:
    sheet = Sheet(ten_five)
    sheet.add({"all": 33, "a": 9, "b": 12, "c": 12}, {"all": 35, "a": None, "b": 10, "c": 10})
    assert sheet.known() == {"a": (9, 9)}


def test_a_reader_who_does_not_know_that_withheld_is_small_gains_nothing() -> None:
    """The old reading: withheld is anything. It is not what the rule says."""
    sheet = Sheet(ten_five)
    sheet.versions.why = lambda *_: lambda *_: None  # type: ignore[method-assign, assignment]
    sheet.add({"all": 18, "a": 9, "b": 9}, {"all": 20, "a": None, "b": None})
    assert sheet.known() == {}


def test_a_rate_in_print_means_ten_and_ten_of_the_rest() -> None:
    """Of a withheld count with a rate of it in print, 20 are known; of 18 to 22, 0 to 2 are left for the other."""
    sheet = Sheet(ten_five)
    true = {"all": 22, "a": 20, "b": 2}
    found = sheet.add(true, {"all": 20, "a": None, "b": None})
    table = Table(sheet.versions.puzzle, "sheet", ("place",), ("cases", "quick"), ten_five, found.release)
    table.take(
        [{"place": "a", "cases": None, "cases_conf_status": "C", "quick": None, "quick_conf_status": "C"}]
    )
    assert sheet.known() == {}, "0 to 9, as b is small and a is not"
    table.seen[("a",)] = {**table.seen[("a",)], "pct": 50.0}
    table.rate("pct", "quick", "cases")
    assert sheet.known() == {"b": (0, 2)}


@pytest.mark.parametrize("read", [ten_five, exact])
def test_one_late_record_that_makes_ten_tells_nine(read: Read) -> None:
    sheet = Sheet(read)
    sheet.add({"a": 9, "b": 100}, {"a": None, "b": 100})
    assert sheet.known() == {}
    sheet.add({"a": 10, "b": 101}, {"a": 10, "b": 101})
    assert sheet.known() == {"a": (9, 9)}


def test_under_cell_keys_one_late_record_tells_less() -> None:
    sheet = Sheet(perturbed)
    sheet.add({"a": 9, "b": 100}, {"a": None, "b": 101})
    sheet.add({"a": 10, "b": 101}, {"a": 11, "b": 100})
    assert sheet.known() == {}
    assert sheet.versions.puzzle.ranges([(1, "sheet", "cases", "a")])[1, "sheet", "cases", "a"] == (6, 13)


@pytest.mark.parametrize("read", [exact, perturbed])
def test_a_zero_that_turns_into_withheld_is_one(read: Read) -> None:
    sheet = Sheet(read)
    sheet.add({"a": 0, "b": 100}, {"a": 0, "b": 100})
    sheet.add({"a": 1, "b": 101}, {"a": None, "b": 101})
    assert sheet.known() == {"a": (1, 1)}


@pytest.mark.parametrize("read", [exact, ten_five, perturbed])
def test_a_row_that_appears_is_one(read: Read) -> None:
    sheet = Sheet(read)
    sheet.add({"b": 100}, {"b": 100})
    sheet.add({"a": 1, "b": 101}, {"a": None, "b": 101})
    before = read.least == 0  # then the zero of the release before is known, and that is the same
    assert sheet.known() == {"a": (0, 0) if before else (1, 1)}


def test_a_row_of_a_new_period_is_anything() -> None:
    """What appears with all others tells nothing by appearing."""
    versions = Versions(period_of=lambda cell: cell[1])
    for release, months in enumerate((["01"], ["01", "02"])):
        versions.release(release, {("cases", month, "a"): 4 for month in months})
        for month in months:
            versions.puzzle.number((release, "cases", month, "a"), *ten_five(None, "C", True))
    assert versions.narrow(5) == []


def test_what_was_withheld_for_others_and_is_in_print_later() -> None:
    """The check began afresh with every release: a deletion elsewhere put a figure where C was, and nothing changed."""
    sheet = Sheet(ten_five)
    true = {"all": 29, "a": 7, "b": 12, "c": 10}
    sheet.add(true, {"all": 30, "a": None, "b": None, "c": 10})
    assert sheet.known() == {}
    assert sheet.versions.unveiled() == []
    sheet.add(true, {"all": 30, "a": None, "b": 10, "c": 10})
    assert sheet.versions.unveiled() == [(2, ("sheet", "cases", "b"))]
    (known,) = sheet.versions.puzzle.ranges([(1, "sheet", "cases", "a")]).values()
    assert known == (4, 9), "no longer 0 to 9"


def test_two_releases_withhold_different_ones_of_three() -> None:
    """Each of them alone leaves many values; together they leave one."""
    sheet = Sheet(exact)
    true = {"all": 33, "a": 3, "b": 12, "c": 18}
    sheet.add(true, {"all": 33, "a": None, "b": None, "c": 18})
    assert sheet.known() == {}
    sheet.add(true, {"all": 33, "a": None, "b": 12, "c": None})
    assert sheet.known() == {"a": (3, 3)}


def test_a_known_move_between_cells_joins_their_figures() -> None:
    """One case moves from a to b: what b is in print after it says what it was before."""
    sheet = Sheet(ten_five)
    sheet.add({"all": 33, "a": 14, "b": 9, "c": 10}, {"all": 35, "a": None, "b": None, "c": None})
    assert sheet.known() == {}
    sheet.add({"all": 33, "a": 13, "b": 10, "c": 10}, {"all": 35, "a": None, "b": 10, "c": None})
    assert sheet.known() == {"b": (9, 9)}


def test_what_a_figure_in_print_and_the_difference_say_is_told_apart() -> None:
    """10 in print, and one record less: who knows of that one knows 9, whatever the later release shows."""
    sheet = Sheet(exact)
    sheet.add({"a": 10, "b": 100}, {"a": 10, "b": 100})
    sheet.add({"a": 9, "b": 99}, {"a": None, "b": 99})
    (found,) = sheet.versions.narrow(5, 1)
    assert found.known == (9, 9)
    assert sheet.versions.told_by_the_difference(found, 5)
    again = Sheet(exact)
    again.add({"a": 9, "b": 99}, {"a": None, "b": 99})
    again.add({"a": 10, "b": 100}, {"a": 10, "b": 100})
    again.add({"a": 9, "b": 99}, {"a": None, "b": 99})
    (found,) = again.versions.narrow(5, 1)
    assert not again.versions.told_by_the_difference(found, 5), "it was small before it was in print"


@pytest.mark.parametrize(("part", "whole", "own"), [(95, 100, True), (300, 304, True)])
def test_a_rate_that_is_missing_says_that_few_are_left(part: int, whole: int, own: bool) -> None:
    """Both counts in print and no rate: the others are few, and under suppression exactly so many."""
    versions = Versions()
    true = {("sheet", "quick", "a"): part, ("sheet", "cases", "a"): whole}
    versions.release(1, {**true, ("sheet", "cases less quick", "a"): whole - part})
    why = versions.why("sheet", 1, {("pct", "a")} if own else set())
    table = Table(versions.puzzle, "sheet", ("place",), ("cases", "quick"), exact, 1, why)
    status = {"cases_conf_status": "F", "quick_conf_status": "F", "pct_conf_status": "C"}
    table.take([{"place": "a", "cases": whole, "quick": part, "pct": None, **status}])
    table.rate("pct", "quick", "cases")
    assert [each.known for each in versions.narrow(5)] == [(whole - part, whole - part)]


def test_a_rate_that_is_empty_and_not_withheld_is_of_nobody() -> None:
    """Zero was withheld, and its share, which there is none of, was not: then the zero is known, and the one after."""
    sheet = Sheet(replace(perturbed, least=0))
    for cases in (0, 1):
        found = sheet.add({"a": cases, "b": 100 + cases}, {"a": None, "b": 100})
        for place, pct, status in (("a", None, "C" if cases else None), ("b", 50.0, "F")):
            found.seen[(place,)] = {**found.seen[(place,)], "pct": pct, "pct_conf_status": status}
        found.share_of_nobody("pct", "cases", "cases")
    assert sheet.known() == {"a": (0, 0)}


def test_who_knows_that_three_are_gone_knows_that_there_were_three() -> None:
    """Of 0 to 5, 3 to 5 are left: by what changed, and not by what is in print. Of 0 to 3, too few were left before."""
    for whole, told in ((55, True), (53, False)):
        sheet = Sheet(replace(exact, least=0))
        sheet.add({"all": whole, "a": 3, "b": whole - 3}, {"all": whole, "a": None, "b": None})
        sheet.versions.puzzle.number((1, "sheet", "cases", "b"), 50)
        sheet.add({"all": whole - 3, "a": 0, "b": whole - 3}, {"all": whole - 3, "a": None, "b": None})
        (found,) = sheet.versions.narrow(5)
        assert found.known == (3, whole - 50)
        assert sheet.versions.told_by_the_difference(found, 5) == told
