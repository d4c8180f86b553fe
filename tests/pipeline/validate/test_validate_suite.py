"""What a contract says becomes expectations that hold and break as they should; suite files are plain GX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from made.expected import stops
from pipeline.validate.staged import contract, field
from praya.errors import ContractError, codes
from praya.pipeline.validate.engine import evaluate
from praya.pipeline.validate.suite import from_contract, load_suite

EVERYTHING = [
    field("month", "yearmonth", constraints={"required": True}),
    field("department", "string", constraints={"pattern": r"(?:D):\d{1,2}|'{x}%'", "maxLength": 4}),
    field("channel", "string", constraints={"enum": ["phone", "email"], "minLength": 5}),
    field("calls", "integer", constraints={"minimum": 0, "maximum": 100}, unit="calls"),
    field("answered_pct", "number", decimals=2, constraints={"maximum": 100, "enum": [0.1, 2]}),
    field("score", "number"),
    field("opened", "date", constraints={"minimum": "2026-01-01"}),
    field("seen", "datetime", constraints={"minimum": "2026-01-01"}),
    field("at", "time"),
    field("since", "year", constraints={"minimum": 1997}),
    field("urgent", "boolean"),
    field("reference", "string", constraints={"unique": True}),
]
GOOD = (
    "select '2026-01' as month, 'D:12' as department, 'phone' as channel, 3::bigint as calls, "
    "0.10::decimal(18, 2) as answered_pct, 1.5::double as score, date '2026-01-01' as opened, "
    "timestamptz '2026-01-01 12:00+08' as seen, time '12:00' as at, 2000::integer as since, "
    "true as urgent, 'r1' as reference"
).replace(" as at", ' as "at"')


def everything() -> Any:
    return contract(
        "calls",
        EVERYTHING,
        ["month", "department"],
        foreign_keys=[
            {"fields": ["department"], "reference": {"resource": "all-departments", "fields": ["code"]}},
            {"fields": ["reference"], "reference": {"fields": ["reference"]}},
        ],
    )


def test_every_rule_of_a_contract_has_a_stable_readable_id() -> None:
    made = from_contract(everything())
    assert [each["id"] for each in made] == [
        "contract:table:columns",
        "contract:table:rows",
        "contract:month:type",
        "contract:month:required",
        "contract:department:type",
        "contract:department:maxLength",
        "contract:department:pattern",
        "contract:channel:type",
        "contract:channel:enum",
        "contract:channel:minLength",
        "contract:calls:type",
        "contract:calls:minimum",
        "contract:calls:maximum",
        "contract:answered_pct:type",
        "contract:answered_pct:enum",
        "contract:answered_pct:maximum",
        "contract:score:type",
        "contract:opened:type",
        "contract:opened:minimum",
        "contract:seen:type",
        "contract:seen:minimum",
        "contract:at:type",
        "contract:since:type",
        "contract:since:minimum",
        "contract:urgent:type",
        "contract:reference:type",
        "contract:reference:unique",
        "contract:department:required",
        "contract:table:primaryKey",
        "contract:department:foreignKey:all-departments",
        "contract:reference:foreignKey:self",
    ]
    assert {each["severity"] for each in made} == {"critical"}
    assert made == from_contract(everything())
    assert "calls is at least 0 calls" in [each["description"] for each in made]


def test_a_good_table_holds_all(write_table: Any) -> None:
    references = {"all_departments": write_table("select 'D:12' as code")}
    results = evaluate(write_table(GOOD), from_contract(everything()), name="calls", references=references)
    assert [(r.id, r.status, r.error) for r in results if r.status != "passed"] == []


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ("null as month", {"month:required", "month:type"}),
        ("'E:12' as department", {"department:pattern", "department:foreignKey:all-departments"}),
        (
            "'D:123' as department",
            {"department:pattern", "department:maxLength", "department:foreignKey:all-departments"},
        ),
        ("null::varchar as department", {"department:required"}),
        ("'fax' as channel", {"channel:enum", "channel:minLength"}),
        ("-1::bigint as calls", {"calls:minimum"}),
        ("101::bigint as calls", {"calls:maximum"}),
        ("3::integer as calls", {"calls:type"}),
        ("100.01::decimal(18, 2) as answered_pct", {"answered_pct:maximum", "answered_pct:enum"}),
        ("0.1::decimal(18, 1) as answered_pct", {"answered_pct:type"}),
        ("date '2025-12-31' as opened", {"opened:minimum"}),
        ("timestamptz '2025-12-31 23:59+08' as seen", {"seen:minimum"}),
        ("1996::integer as since", {"since:minimum"}),
        ("'yes' as urgent", {"urgent:type"}),
        ("true as other", {"table:columns"}),
    ],
)
def test_what_breaks_a_rule_is_found_by_that_rule(write_table: Any, changed: str, broken: set[str]) -> None:
    value, name = changed.rsplit(" as ", 1)
    sql = (
        f"select * replace ({value} as {name}) from ({GOOD})"
        if name != "other"
        else f"select *, {changed} from ({GOOD})"
    )
    references = {"all_departments": write_table("select 'D:12' as code")}
    results = evaluate(write_table(sql), from_contract(everything()), name="calls", references=references)
    assert [r.error for r in results if r.status == "error"] == []
    assert {r.id.removeprefix("contract:") for r in results if r.status == "failed"} == broken


def test_keys_find_what_comes_twice(write_table: Any) -> None:
    references = {"all_departments": write_table("select 'D:12' as code")}
    table = write_table(f"select * from ({GOOD}), range(2)".replace("select *", "select * exclude (range)"))
    results = evaluate(table, from_contract(everything()), name="calls", references=references)
    failed = {r.id: r.unexpected for r in results if r.status != "passed"}
    assert failed == {"contract:reference:unique": 2, "contract:table:primaryKey": 2}


def test_no_rows_is_not_the_dataset(write_table: Any) -> None:
    references = {"all_departments": write_table("select 'D:12' as code")}
    table = write_table(f"select * from ({GOOD}) where false")
    results = evaluate(table, from_contract(everything()), name="calls", references=references)
    assert [r.id for r in results if r.status != "passed"] == ["contract:table:rows"]


# --- suite files ------------------------------------------------------------------------------------

SUITE: dict[str, Any] = {
    "name": "calls",
    "expectations": [
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "month"},
            "id": "6f1d3c1e-58d4-4a3f-9a44-6ddb9a0f0b57",
            "severity": "warning",
            "meta": {"name": "month-is-there", "notes": ["The department promised so in its letter."]},
        },
        {
            "type": "unexpected_rows_expectation",
            "kwargs": {"unexpected_rows_query": "select * from {batch} where calls < 0"},
            "description": "No month has fewer than no calls",
        },
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "month"}},
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "month", "mostly": 0.5}},
    ],
    "meta": {},
}


def write(folder: Path, suite: Any, name: str = "calls") -> Path:
    path = folder / f"{name}.json"
    path.write_text(suite if isinstance(suite, str) else json.dumps(suite))
    return path


def test_a_suite_file_loads_here_and_in_a_stock_file_context(tmp_path: Path) -> None:
    import great_expectations as gx

    context = gx.get_context(mode="file", project_root_dir=tmp_path)
    path = write(tmp_path / "gx" / "expectations", SUITE)
    theirs = context.suites.get("calls")
    ours = load_suite(path)
    assert [e.expectation_type for e in theirs.expectations] == [e["type"] for e in ours]
    assert [e.severity for e in theirs.expectations] == [e["severity"] for e in ours]
    assert [e["severity"] for e in ours] == ["warning", "critical", "critical", "critical"]
    assert [e["id"] for e in ours] == [
        "suite:month-is-there",
        "suite:table:unexpected_rows_expectation",
        "suite:month:column_values_to_be_unique",
        "suite:month:column_values_to_be_unique:2",
    ]


def test_no_file_is_an_empty_suite(tmp_path: Path) -> None:
    assert load_suite(tmp_path / "calls.json") == []


@pytest.mark.parametrize("suite", ["{", []])
def test_a_file_that_is_no_suite_is_refused(tmp_path: Path, suite: Any) -> None:
    path = write(tmp_path, suite)
    with stops(codes.validate.SUITE_NOT_READABLE, path):
        load_suite(path)


@pytest.mark.parametrize(
    ("suite", "key", "value"),
    [
        ({"name": "other", "expectations": []}, "name", "'calls'"),
        ({"name": "calls", "expectations": ["x"]}, "expectations[0]", "str"),
        ({"name": "calls", "expectations": [{"kwargs": {}}]}, "expectations[0].type", "GX"),
        ({"name": "calls", "expectations": [{"type": "expect_x"}]}, "expectations[0].kwargs", "object"),
        (
            {
                "name": "calls",
                "expectations": [{"type": "expect_column_values_to_match_regex", "kwargs": {}}],
            },
            "expectations[0].type",
            "regexp_full_match",
        ),
        (
            {
                "name": "calls",
                "expectations": [
                    {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "select 1"}}
                ],
            },
            "expectations[0].kwargs.unexpected_rows_query",
            "{batch}",
        ),
        (
            {"name": "calls", "expectations": [{"type": "expect_x", "kwargs": {}, "severity": "info"}]},
            "expectations[0].severity",
            "'info'",
        ),
        (
            {
                "name": "calls",
                "expectations": [{"type": "expect_x", "kwargs": {}, "id": "mine"}],
            },
            "expectations[0].id",
            "`meta.name`",
        ),
        (
            {
                "name": "calls",
                "expectations": [{"type": "expect_x", "kwargs": {}, "meta": {"name": "a"}}] * 2,
            },
            "expectations[1].meta.name",
            "'a'",
        ),
        (
            {
                "name": "calls",
                "expectations": [{"type": "expect_x", "kwargs": {}, "meta": {"references": "b"}}],
            },
            "expectations[0].meta.references",
            "list",
        ),
    ],
)
def test_a_wrong_suite_says_where_and_what(tmp_path: Path, suite: Any, key: str, value: str) -> None:
    path = write(tmp_path, suite)
    with stops(codes.validate.EXPECTATION_NOT_VALID, f"{path}:", f": {key}: ", value):
        load_suite(path)


def test_a_problem_of_a_suite_has_the_line_of_its_key(tmp_path: Path) -> None:
    rules = [{"type": "expect_x", "kwargs": {}, "meta": {"name": "a"}}] * 2
    path = write(tmp_path, {"name": "other", "expectations": [*rules, {"type": "expect_x", "kwargs": 1}]})
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    with pytest.raises(ContractError) as caught:
        load_suite(path)
    lines = path.read_text().splitlines()
    keys = ['"name": "other"', '"name": "a"', '"kwargs": 1']
    numbers = [max(number for number, line in enumerate(lines, 1) if key in line) for key in keys]
    assert [problem.split(":")[1:3] for problem in caught.value.problems] == [
        [str(numbers[0]), " name"],
        [str(numbers[1]), " expectations[1].meta.name"],
        [str(numbers[2]), " expectations[2].kwargs"],
    ]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, {"name": "other", "expectations": [{}, {"type": "expect_x"}]})
    with pytest.raises(ContractError) as caught:
        load_suite(path)
    assert len(caught.value.problems) == 4
