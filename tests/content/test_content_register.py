"""The register of metrics is complete: every system of the documents, every figure, a target or the reason why not."""

from __future__ import annotations

import duckdb
import pytest

from made.tables import INCLUDE, records
from praya.contract.load import load_code_list
from praya.contract.register import Metric, Programme, load_register

SYSTEMS = (
    "1823",
    "head-135",
    "efficiency-office",
    "management-services-officers",
    "sie-fund",
    "business-facilitation",
    "techconnect",
    "innovation-and-technology-fund",
    "talent",
    "innovation-infrastructure",
    "open-data",
    "iam-smart",
    "wi-fi",
    "smart-lampposts",
    "shared-platforms",
    "smart-city",
    "it-strategy",
    "digital-inclusion",
    "cyber-security",
    "cross-boundary",
    "digital-government",
    "bureau-measures",
)
REGISTER = load_register(INCLUDE / "metrics" / "register")
METRICS = [metric for programme in REGISTER for metric in programme.metrics]
# What is generated has marts of its own; all others are observations.
OBSERVED = [
    metric for programme in REGISTER if programme.programme in SYSTEMS for metric in programme.metrics
]


def test_every_system_of_the_documents_has_its_place() -> None:
    assert [programme.programme for programme in REGISTER] == [*SYSTEMS, "synthetic-1823"]
    assert [programme.order for programme in REGISTER] == [*range(1, len(SYSTEMS) + 2)]


@pytest.mark.parametrize("programme", REGISTER, ids=[one.programme for one in REGISTER])
def test_every_metric_has_a_target_or_says_why_not_in_three_languages(programme: Programme) -> None:
    for metric in programme.metrics:
        reason = metric.target.none_because
        assert (metric.target.value is None) == (reason is not None), metric.id
        for text in (metric.title, metric.definition, metric.computed, reason or metric.title):
            assert text.en.isascii() or "’" in text.en or "“" in text.en, metric.id
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh_hant), metric.id
            assert text.in_language("zh-Hans"), metric.id


def test_a_metric_has_figures_or_says_why_there_are_none(content: duckdb.DuckDBPyConnection) -> None:
    found = {metric for (metric,) in content.execute("select metric from programme_observations").fetchall()}
    without = {metric.id for metric in OBSERVED if metric.gap}
    assert found & without == set()
    assert found | without == {metric.id for metric in OBSERVED}


def test_every_system_has_a_figure_of_its_own_or_shows_another_s(content: duckdb.DuckDBPyConnection) -> None:
    found = {metric for (metric,) in content.execute("select metric from programme_observations").fetchall()}
    for programme in REGISTER:
        if programme.programme in SYSTEMS:
            told = {*programme.also, *(metric.id for metric in programme.metrics)}
            assert told & found, programme.programme


def test_a_metric_names_the_documents_of_its_figures(content: duckdb.DuckDBPyConnection) -> None:
    known = {row["Document"] for row in records("/programmes/documents.csv")}
    rows = content.execute(
        "select metric, list(distinct source_document) from programme_observations group by metric"
    ).fetchall()
    told = {metric: set(documents) for metric, documents in rows}
    for metric in OBSERVED:
        assert set(metric.documents) <= known, metric.id
        assert told.get(metric.id, set()) <= set(metric.documents), metric.id


def test_an_area_and_an_office_are_called_the_same_everywhere() -> None:
    areas = {(area.number, area.title) for metric in METRICS for area in metric.policy_areas}
    assert {number for number, _ in areas} == {17, 27}
    assert len(areas) == 2
    offices = {(metric.office.en, metric.office.zh_hant) for metric in METRICS}
    assert (
        len({english for english, _ in offices}) == len(offices) == len({chinese for _, chinese in offices})
    )


def test_an_office_that_is_no_more_is_named_with_what_it_is_today() -> None:
    offices = load_code_list(INCLUDE / "code_lists" / "offices.yaml").of_field(None, [])
    known = {one.label.en.split(" (now ")[0]: one.label for one in offices.codes}
    for one in (*REGISTER, *METRICS):
        label = known.get(one.office.en.split(" (now ")[0])
        assert label is None or one.office.as_dict() == label.as_dict()


def test_targets_are_compared_in_the_direction_of_the_register(content: duckdb.DuckDBPyConnection) -> None:
    compared = content.execute(
        "select metric, relation, stated, expected, outcome from programme_cross_checks where kind = 'target'"
    ).fetchall()
    by_id = {metric.id: metric for metric in OBSERVED}
    for name, relation, stated, expected, outcome in compared:
        metric: Metric = by_id[name]
        assert (relation == "at least") == (metric.direction == "more is better"), name
        assert expected == metric.target.value
        assert (outcome == "met") == metric.meets(stated), name
    actual = {
        metric
        for (metric,) in content.execute(
            "select metric from programme_observations where stage = 'actual'"
        ).fetchall()
    }
    with_target = {metric.id for metric in OBSERVED if metric.target.value is not None}
    assert {name for name, *_ in compared} == with_target & actual
