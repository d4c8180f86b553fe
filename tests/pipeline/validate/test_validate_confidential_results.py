"""What a verdict and its page say of confidential tables: no figure of counts, no exact number of records."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from made.expected import stops
from pipeline.validate.staged import contract, field, stage
from praya.contract import Contract
from praya.contract.telling import disclose_number, in_words
from praya.errors import codes
from praya.pipeline.validate import validate_table
from praya.store import Store
from praya.store.states import Validated

FIELDS = [field("month", "string"), field("kind", "string"), field("calls", "integer")]
# 4,321 and 87 are the figures that must not be told.
RETENTION = {"raw_days": 30, "ground": "for as long as this test takes"}
FEW = "select '2026-01' as month, 'a' as kind, 87::bigint as calls"
TABLE = f"{FEW} union all select '2026-01', 'all', 4321"


def of_class(class_: str, **more: Any) -> Contract:
    disclosure = {"class": class_, "reason": "nothing but invented rows", **more}
    kept = {"retention": RETENTION} if class_ == "personal records" else {}
    return contract("calls", FIELDS, ["month", "kind"], disclosure=disclosure, **kept)


COUNTS = of_class("aggregated counts", counts=["calls"])
RECORDS = of_class("personal records")


def suite(suites: Path, *expectations: dict[str, Any]) -> None:
    (suites / "calls.json").write_text(json.dumps({"name": "calls", "expectations": list(expectations)}))


def rows(name: str, query: str, severity: str = "critical") -> dict[str, Any]:
    kwargs = {"unexpected_rows_query": query}
    return {
        "type": "unexpected_rows_expectation",
        "kwargs": kwargs,
        "severity": severity,
        "meta": {"name": name},
    }


def of_column(kind: str, severity: str = "warning", **kwargs: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": {"column": "calls", **kwargs}, "severity": severity}


def both(store: Store) -> tuple[dict[str, Any], str]:
    """The verdict as machines read it, and verdict and page as text."""
    state = store.read_state(Validated, "calls")
    verdict = store.path(state.path).read_text("utf-8")
    page = store.path(state.report).read_text("utf-8").partition("</style>")[2]
    return json.loads(verdict), verdict + html.unescape(page)


FAILING = [
    rows("too-many", "select * from {batch} where calls > 1000"),
    rows("too-few", "select month, kind, calls, calls * 1000 as thousand from {batch} where calls < 88"),
    rows("a-warning", "select * from {batch} where kind = 'a'", "warning"),
    of_column("expect_column_values_to_be_between", min_value=100, max_value=1000),
    of_column("expect_column_values_to_be_in_set", "critical", value_set=[1]),
    of_column("expect_column_max_to_be_between", max_value=7),
    of_column("expect_column_sum_to_be_between", max_value=7),
    of_column("expect_column_mean_to_be_between", min_value=1),
    of_column("expect_column_distinct_values_to_equal_set", value_set=[1]),
    rows("broken", "select cast(calls || kind as integer) from {batch}"),
]


def test_of_a_table_of_counts_no_figure_is_told_and_the_failing_rows_are(store: Store, suites: Path) -> None:
    stage(store, "calls", TABLE)
    suite(suites, *FAILING)
    with stops(codes.validate.EXPECTATION_FAILED, "calls") as raised:
        validate_table(COUNTS, store, suites)
    verdict, told_ = both(store)
    for text in (told_, str(raised.value)):
        text = text.replace(verdict["key"], "").replace(verdict["staged"], "")
        assert not (found := re.search(r".*(4,?32[0-9]|(?<![\w.-])87(?![\w.-])|87000|2,?204).*", text)), found
    by = {each["id"]: each for each in verdict["expectations"]}
    assert by["suite:too-many"]["samples"] == [{"month": "2026-01", "kind": "all"}]
    assert by["suite:too-few"]["samples"] == [{"month": "2026-01", "kind": "a"}]
    assert by["suite:a-warning"]["samples"] == [] and by["suite:a-warning"]["unexpected"] == 1
    assert {each["status"] for each in by.values()} == {"passed", "failed", "error"}
    assert (verdict["rows_in"], verdict["counted"]) == (2, "exactly")


def test_of_public_facts_everything_is_told(store: Store, suites: Path) -> None:
    """The same expectations: the test above cannot pass because nothing is ever told."""
    stage(store, "calls", TABLE)
    suite(suites, *FAILING)
    with stops(codes.validate.EXPECTATION_FAILED, "calls"):
        validate_table(of_class("public facts"), store, suites)
    _, told_ = both(store)
    assert re.search(r"4,321", told_) and '"calls": 87' in told_ and "2204" in told_


def test_of_records_their_number_is_told_in_fives(store: Store, suites: Path) -> None:
    stage(
        store,
        "calls",
        "select '2026-01' as month, range::varchar as kind, range::bigint as calls from range(1233)",
        rows_in=1236,
        rows_quarantined=3,
        quarantined_by_rule={"type": 1, "enum": 2},
    )
    suite(
        suites,
        rows("some", "select month from {batch} where calls < 27", "warning"),
        rows("few", "select month from {batch} where calls < 4", "warning"),
        of_column("expect_column_values_to_be_between", min_value=27),
        of_column("expect_column_max_to_be_between", min_value=1),
        {
            "type": "expect_table_row_count_to_be_between",
            "kwargs": {"min_value": 9000},
            "severity": "warning",
        },
    )
    validate_table(RECORDS, store, suites)
    verdict, told_ = both(store)
    assert (verdict["rows_in"], verdict["rows_out"], verdict["rows_quarantined"]) == (1235, 1235, None)
    assert verdict["quarantine"]["by_rule"] == {"type": None, "enum": None}
    words = {each["id"]: each["observed_words"] for each in verdict["expectations"]}
    (of_table,) = [words[id_] for id_ in words if "row_count" in id_]
    assert words["suite:some"] == "about 25 rows" and words["suite:few"] == "fewer than 10 rows"
    assert words["suite:calls:column_values_to_be_between"] == "about 25 of about 1,235 rows do not hold"
    assert words["suite:calls:column_max_to_be_between"] == "not shown"
    assert of_table == "about 1,235"
    for number in ("1233", "1,233", "1236", "1,236", "1232", "1,232", " 27 of", "2.19%"):
        assert number not in told_


def test_an_error_that_quotes_a_value_does_not(store: Store, suites: Path) -> None:
    stage(store, "calls", TABLE)
    suite(suites, rows("broken", "select cast(calls || 'x' as integer) from {batch}"))
    with stops(codes.validate.EXPECTATION_NOT_CHECKED, "calls") as raised:
        validate_table(COUNTS, store, suites)
    assert "4321" not in both(store)[1] + str(raised.value) and "87x" not in both(store)[1] + str(
        raised.value
    )


def test_quarantined_rows_of_counts_show_no_figure(store: Store, suites: Path) -> None:
    quarantine = (
        "select 1::bigint as row, 2::bigint as line, 'calls' as column_name, '4321x' as value, 'type' as rule, "
        "'is not an integer' as reason, '2026-02,b,4321x' as raw"
    )
    stage(
        store,
        "calls",
        FEW,
        quarantine=quarantine,
        rows_in=2,
        rows_quarantined=1,
        quarantined_by_rule={"type": 1},
    )
    validate_table(COUNTS, store, suites)
    verdict, told_ = both(store)
    assert len(verdict["quarantine"]["samples"]) == 1 and "4321" not in told_


def test_numbers_are_told_as_the_class_allows() -> None:
    assert [disclose_number(RECORDS.disclosure, number) for number in (None, 0, 1, 9, 10, 12, 13)] == [
        None,
        0,
        None,
        None,
        10,
        10,
        15,
    ]
    assert disclose_number(COUNTS.disclosure, 13) == 13
    assert [in_words(RECORDS.disclosure, number) for number in (0, 9, 1233)] == [
        "0",
        "fewer than 10",
        "about 1,235",
    ]
