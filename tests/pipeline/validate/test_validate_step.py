"""The step: verdict, report, ledger and states; the same again when nothing changed; what blocks, blocks."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from made import open_store
from made.expected import stops
from pipeline.validate.staged import contract, field, stage
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.validate import rules_key, validate_table
from praya.pipeline.validate import verdict as verdicts
from praya.store import Store
from praya.store.states import Accepted, Validated

CALLS = contract(
    "calls",
    [
        field("month", "string"),
        field("calls", "integer", constraints={"minimum": 0}),
        field("note", "string"),
    ],
    ["month"],
    title="Calls <b>& more</b>",
)
GOOD = "select '2026-0' || (range + 1) as month, range::bigint as calls, '<i>n</i>' as note from range(5)"
BAD = f"select * replace (calls - 1 as calls) from ({GOOD})"


def write_suite(suites: Path, *expectations: dict[str, Any]) -> None:
    (suites / "calls.json").write_text(json.dumps({"name": "calls", "expectations": list(expectations)}))


def rows(query: str, **rest: Any) -> dict[str, Any]:
    return {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": query}, **rest}


def read(store: Store, state: Validated) -> dict[str, Any]:
    return store.read_json(state.path)


def files(store: Store) -> dict[str, bytes]:
    """Every file that the step may write, and its bytes."""
    areas = ("verdicts", "state", "ledger")
    return {
        str(path.relative_to(store.root)): path.read_bytes()
        for area in areas
        for path in sorted((store.root / area).rglob("*"))
        if path.is_file()
    }


def test_a_good_table_is_accepted(store: Store, suites: Path) -> None:
    stage(store, "calls", GOOD)
    state = validate_table(CALLS, store, suites)
    assert state.verdict == "passed"
    assert store.state(Validated, "calls") == state
    assert store.state(Accepted, "calls") == Accepted(
        key="k1",
        table="staged/calls/k1/table.parquet",
        rows=5,
        received_at="2026-11-02T01:30:00Z",
        synthetic=False,
        verdict="passed",
        verdict_key=state.key,
        rules=rules_key(CALLS, suites),
        report=f"verdicts/calls/{state.key}/report.html",
    )
    (line,) = Ledger(store)
    assert (line.kind, line.subject, line.body["verdict"]) == ("verdict", "calls", "passed")


def test_the_same_inputs_are_checked_once_and_change_nothing(
    store: Store, suites: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, "calls", GOOD)
    first = validate_table(CALLS, store, suites)
    before = files(store)
    monkeypatch.setattr("praya.pipeline.validate.engine.evaluate", None)
    assert validate_table(CALLS, store, suites) == first
    assert files(store) == before


def test_two_stores_get_the_same_bytes(tmp_path: Path, suites: Path) -> None:
    write_suite(
        suites, rows("select nonsense from {batch}"), rows("select * from {batch}", severity="warning")
    )
    trees = []
    for name in ("one", "another-place"):
        store = open_store(tmp_path / name)
        stage(store, "calls", BAD)
        with stops(codes.validate.EXPECTATION_FAILED, "calls"):
            validate_table(CALLS, store, suites)
        trees.append({name: data for name, data in files(store).items() if name.startswith("verdicts")})
    assert trees[0] == trees[1]
    assert len(trees[0]) == 4  # the verdict, and its page in three languages


def test_a_critical_failure_blocks_and_is_said_again(
    store: Store, suites: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, "calls", GOOD)
    validate_table(CALLS, store, suites)
    accepted = store.state(Accepted, "calls")
    stage(store, "calls", BAD, key="k2")
    with stops(codes.validate.EXPECTATION_FAILED, "calls is at least 0", "1 of 5 rows", "20.00%") as first:
        validate_table(CALLS, store, suites)
    assert store.state(Accepted, "calls") == accepted
    validated = store.read_state(Validated, "calls")
    assert (validated.verdict, validated.staged) == ("failed", "k2")
    monkeypatch.setattr("praya.pipeline.validate.engine.evaluate", None)
    before = files(store)
    with stops(codes.validate.EXPECTATION_FAILED, str(first.value)):
        validate_table(CALLS, store, suites)
    assert files(store) == before


def test_a_warning_does_not_block(store: Store, suites: Path) -> None:
    stage(store, "calls", GOOD)
    write_suite(suites, rows("select * from {batch} where calls > 3", severity="warning"))
    state = validate_table(CALLS, store, suites)
    assert state.verdict == "warned"
    assert store.read_state(Accepted, "calls").verdict == "warned"
    assert state.counts["failed_warning"] == 1


def test_an_engine_error_blocks_and_blames_the_checker(store: Store, suites: Path) -> None:
    stage(store, "calls", GOOD)
    write_suite(suites, rows("select nonsense from {batch}", severity="warning", meta={"name": "odd"}))
    messages = []
    for _ in range(2):
        with stops(codes.validate.EXPECTATION_NOT_CHECKED, "suite:odd") as caught:
            validate_table(CALLS, store, suites)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert store.state(Accepted, "calls") is None
    assert store.read_state(Validated, "calls").verdict == "error"
    assert len(list((store.root / "verdicts/calls").iterdir())) == 1


def test_an_engine_error_does_not_stick(store: Store, suites: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of memory today must not keep good data back tomorrow."""
    from praya.pipeline.validate import engine

    stage(store, "calls", GOOD)
    most = {"type": "expect_column_max_to_be_between", "kwargs": {"column": "calls", "max_value": 9}}
    write_suite(suites, most)
    with monkeypatch.context() as broken:
        broken.setattr(
            engine, "_validate", lambda _batch, built, _form: dict.fromkeys(built, ("error", "no memory"))
        )
        with stops(codes.validate.EXPECTATION_NOT_CHECKED, "no memory"):
            validate_table(CALLS, store, suites)
    assert validate_table(CALLS, store, suites).verdict == "passed"


def test_a_foreign_key_waits_for_its_reference(store: Store, suites: Path) -> None:
    departments = contract("all-departments", [field("code", "string")], ["code"])
    calls = contract(
        "calls",
        [field("department", "string")],
        ["department"],
        foreign_keys=[
            {"fields": ["department"], "reference": {"resource": "all-departments", "fields": ["code"]}}
        ],
    )
    stage(store, "calls", "select 'D' || range as department from range(4)")
    with stops(codes.validate.EXPECTATION_NOT_CHECKED, "all-departments"):
        validate_table(calls, store, suites)
    stage(store, "all-departments", "select 'D' || range as code from range(3)")
    validate_table(departments, store, suites)
    with stops(codes.validate.EXPECTATION_FAILED, "department", "all-departments"):
        validate_table(calls, store, suites)
    failed = [
        each for each in read(store, store.read_state(Validated, "calls"))["expectations"] if each["samples"]
    ]
    assert [each["samples"] for each in failed] == [[{"department": "D3"}]]
    stage(store, "all-departments", "select 'D' || range as code from range(4)", key="k2")
    validate_table(departments, store, suites)
    assert validate_table(calls, store, suites).verdict == "passed"


def test_a_suite_may_join_other_datasets(store: Store, suites: Path) -> None:
    stage(store, "calls", GOOD)
    stage(store, "all-months", "select '2026-01' as month, 0::bigint as calls, '' as note")
    validate_table(
        contract(
            "all-months",
            [field("month", "string"), field("calls", "integer"), field("note", "string")],
            ["month"],
        ),
        store,
        suites,
    )
    query = "select a.month from {batch} as a anti join all_months as m using (month)"
    write_suite(suites, rows(query, severity="warning", meta={"references": ["all-months"]}))
    state = validate_table(CALLS, store, suites)
    assert [each["unexpected"] for each in read(store, state)["expectations"]][-1] == 4


def test_what_was_not_staged_is_not_validated(store: Store, suites: Path) -> None:
    with stops(codes.validate.NOTHING_STAGED, "calls"):
        validate_table(CALLS, store, suites)
    stage(store, "calls", GOOD, stopped="calls: 9 of 14 rows do not fit the contract")
    with stops(codes.stage.ROWS_OUTSIDE_LIMITS, "9 of 14 rows"):
        validate_table(CALLS, store, suites)


def test_the_report_shows_everything_escaped_and_stands_alone(store: Store, suites: Path) -> None:
    quarantine = (
        "select range::bigint as row, (range + 2)::bigint as line, 'calls' as column_name, 'x' as value, "
        "if(range < 30, 'type', 'enum') as rule, 'is not an integer' as reason, "
        "'<script>alert(' || range || ')</script>' as raw from range(31)"
    )
    stage(
        store,
        "calls",
        BAD,
        quarantine=quarantine,
        rows_in=36,
        rows_quarantined=31,
        quarantined_by_rule={"type": 30, "enum": 1},
        synthetic=True,
    )
    write_suite(
        suites,
        rows(
            "select * from {batch}", description="<script>alert('d')</script>", meta={"notes": "<u>note</u>"}
        ),
        rows("select nonsense from {batch}"),
    )
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(CALLS, store, suites)
    state = store.read_state(Validated, "calls")
    page = store.path(state.report).read_text("utf-8")
    verdict = read(store, state)
    for each in verdict["expectations"]:
        assert each["id"] in page
        assert html.escape(each["description"]).replace("&#x27;", "&#39;") in page
    for injected in ("<script", "<i>", "<u>", "<b>"):
        assert injected not in page
    for outside in ("http://", "https://", "src=", "@import", "url("):
        assert outside not in page
    assert "&lt;i&gt;n&lt;/i&gt;" in page
    assert "2 November 2026, 09:30" in page
    assert "Synthetic data" in page
    samples = verdict["quarantine"]["samples"]
    assert len(samples) == verdicts.QUARANTINE_SAMPLES
    assert {sample["rule"] for sample in samples} == {"type", "enum"}
    assert "&lt;script&gt;alert(0)" in page


def test_verdict_and_page_say_how_each_rule_was_checked(store: Store, suites: Path) -> None:
    query = rows("select * from {batch} where calls > 3", severity="warning", meta={"name": "few-calls"})
    most = {"type": "expect_column_max_to_be_between", "kwargs": {"column": "calls", "max_value": 9}}
    waits = rows("select 1 from {batch}", meta={"references": ["all-months"], "name": "waits"})
    write_suite(suites, query, most, waits)
    stage(store, "calls", GOOD)
    with stops(codes.validate.EXPECTATION_NOT_CHECKED, "suite:waits"):
        validate_table(CALLS, store, suites)
    state = store.read_state(Validated, "calls")
    verdict = read(store, state)
    by = {each["id"]: each["engine"] for each in verdict["expectations"]}
    scanned = [id_ for id_, engine in by.items() if engine == "scan"]
    assert all(id_.startswith("contract:") for id_ in scanned)
    assert {id_: engine for id_, engine in by.items() if id_ not in scanned} == {
        "suite:few-calls": "great expectations",
        "suite:calls:column_max_to_be_between": "great expectations",
        "suite:waits": None,
    }
    answered = {each["engine"]: each["expectations"] for each in verdict["checked"]["answered"]}
    assert answered == {"scan": len(scanned), "great expectations": 2, None: 1}
    page = store.path(state.report).read_text("utf-8")
    told = html.unescape(page)
    for words in (
        verdict["checked"]["rules"],
        *(each["how"] for each in verdict["checked"]["answered"]),
        f"<strong>Praya's scan</strong>, {len(scanned)} rules",
        "<strong>Great Expectations</strong>, 2 rules",
    ):
        assert words in told
    assert page.count("<td>Praya&#39;s scan</td>") == len(scanned)
    assert page.count("<td>Great Expectations</td>") == 2
    assert page.count("<td>Not put to the table</td>") == 1


def test_a_page_of_a_good_real_table_says_nothing_of_faults(store: Store, suites: Path) -> None:
    stage(store, "calls", GOOD)
    page = store.path(validate_table(CALLS, store, suites).report).read_text("utf-8")
    assert "Passed: everything that was checked holds" in page
    for absent in ("What needs attention", "<h2>Quarantine", "Synthetic data"):
        assert absent not in page


def test_limits_and_queries_mean_hong_kong_time(store: Store, suites: Path) -> None:
    """Midnight in Hong Kong is 16:00 of the day before in UTC, as which it is stored."""
    limits = {
        "minimum": "2024-01-01",
        "maximum": "2024-01-01T00:00:00Z",
        "enum": ["2024-01-01T00:00:00+08:00"],
    }
    seen = contract("calls", [field("id", "integer"), field("seen", "datetime", constraints=limits)], ["id"])
    write_suite(suites, rows("select * from {batch} where seen <> timestamp '2024-01-01 00:00:00'"))
    stage(store, "calls", "select 1::bigint as id, timestamptz '2023-12-31 16:00:00+00' as seen")
    assert validate_table(seen, store, suites).verdict == "passed"
    stage(store, "calls", "select 1::bigint as id, timestamptz '2023-12-31 15:59:59+00' as seen", key="k2")
    with stops(codes.validate.EXPECTATION_FAILED, "seen"):
        validate_table(seen, store, suites)
    failed = {each["id"] for each in read(store, store.read_state(Validated, "calls"))["expectations"]
              if each["status"] == "failed"}  # fmt: skip
    assert {"contract:seen:minimum", "contract:seen:enum"} <= failed and "contract:seen:maximum" not in failed
