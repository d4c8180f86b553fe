"""The synthetic 1823 in plain DuckDB: records typed by their contracts, every mart from its SQL, suites by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from made import project
from praya.contract import Contract, load_contract
from praya.contract.disclosure_method import disclosure_methods
from praya.pipeline.measure import set_month

ROOT = Path(__file__).parents[2]
INCLUDE = ROOT / "include"
EXPECTATIONS = ROOT / "expectations"
CONTRACTS = INCLUDE / "contracts" / "synthetic-1823"
RECORDS = ("calls", "cases", "assignments", "surveys")
MARTS = (
    "1823_contact_volumes",
    "1823_service_levels",
    "1823_cases_by_department",
    "1823_cases_by_subject",
    "1823_cases_by_district",
    "1823_satisfaction",
    "1823_reconciliation",
)
# The one that is made from what the others have released.
*COUNTED, RECONCILIATION = MARTS
MONTHLY = tuple(sorted(path.stem for path in (INCLUDE / "metrics" / "monthly").glob("1823_*.sql")))
TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "datetime": "timestamptz",
}

OF_CASES = (
    "phone_enquiries",
    "resolved_at_first_call",
    "assigned_cases",
    "assigned_within_3h",
    "several_departments",
)
OF_CASES_PCT = ("first_call_pct", "assigned_within_3h_pct", "several_departments_pct")

Tables = dict[str, pa.Table]


def contract(dataset: str) -> Contract:
    return load_contract(CONTRACTS / f"{dataset}.yaml", project())


def load(months: Sequence[Tables]) -> duckdb.DuckDBPyConnection:
    """A connection with the records of these months, typed as stage would, dropped fields left out."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    for name in RECORDS:
        con.register("given", pa.concat_tables([tables[name] for tables in months]))
        one = contract(f"1823-{name}")
        fields = [field for field in one.fields if field.personal != "drop"]
        columns = ", ".join(
            f'cast("{field.name}" as {TYPES[field.type]}) as "{field.name}"' for field in fields
        )
        if of := one.disclosure.record_key:
            columns += f", (hash({of}) % 256)::bigint as record_key"
        con.execute(f'create table "1823_{name}" as select {columns} from given')
        con.unregister("given")
    return con


def run_marts(con: duckdb.DuckDBPyConnection) -> None:
    """Every monthly mart of every month that has calls or cases, then those that add the months up."""
    of = "strftime(timezone('Asia/Hong_Kong', {}), '%Y-%m')"
    months = con.execute(
        f'select {of.format("queued_at")} from "1823_calls" union '
        f'select {of.format("received_at")} from "1823_cases" order by 1'
    ).fetchall()
    for name in MONTHLY:
        for number, (month,) in enumerate(months):
            set_month(con, month)
            con.execute(
                f'insert into "{name}" {sql(name)}'
                if number
                else f'create or replace table "{name}" as {sql(name)}'
            )
    for name in ("1823_periods", *MARTS):
        con.execute(f'create or replace table "{name}" as {sql(name)}')
        if name in COUNTED:
            publish(con, name)


def publish(con: duckdb.DuckDBPyConnection, mart: str) -> None:
    """`released_…` of a mart: its table as disclosure control shows it, row by row."""
    one = contract(mart.replace("_", "-"))
    shown = disclosure_methods()[one.disclosure.method].select_protected(one, f'"{mart}"')
    con.execute(f"create or replace table released_{mart} as {shown}")


def sql(mart: str) -> str:
    (path,) = (INCLUDE / "metrics").rglob(f"{mart}.sql")
    return path.read_text("utf-8")


def rules(dataset: str) -> list[dict[str, Any]]:
    suite = json.loads((EXPECTATIONS / f"{dataset}.json").read_text("utf-8"))
    assert suite["name"] == dataset
    return list(suite["expectations"])


def failed(con: duckdb.DuckDBPyConnection, dataset: str, folder: Path) -> set[str]:
    """The names of the dataset's expectations that its table does not hold, by Great Expectations itself."""
    from praya.pipeline.validate.engine import evaluate
    from praya.pipeline.validate.suite import load_suite

    suite = load_suite(EXPECTATIONS / f"{dataset}.json")
    needed = {name for each in suite for name in each["meta"].get("references", [])}
    paths = {name: folder / f"{name}.parquet" for name in {dataset, *needed}}
    for name, path in paths.items():
        con.execute(f"copy \"{name.replace('-', '_')}\" to '{path}' (format parquet)")
    references = {name.replace("-", "_"): paths[name] for name in needed}
    results = evaluate(paths[dataset], suite, name=dataset, references=references)
    assert not [(each.id, each.error) for each in results if each.status == "error"]
    return {each.id.removeprefix("suite:") for each in results if each.status == "failed"}


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    found: list[dict[str, Any]] = con.sql(query).to_arrow_table().to_pylist()
    return found


def differences(
    con: duckdb.DuckDBPyConnection, truth: Mapping[str, Any], period: str
) -> dict[str, tuple[Any, Any]]:
    """Every measure of the period in which the marts and the truth file differ: (mart, truth) by name.

    `truth` is of a month, or of several added up (which has no open cases).
    """
    found = from_marts(con, period)
    wanted = from_truth(truth)
    if "open" not in truth:
        found = {name: value for name, value in found.items() if not name.startswith("open")}
    assert set(found) | set(wanted)
    return {
        name: (found.get(name, 0), wanted.get(name, 0))
        for name in sorted({*found, *wanted})
        if found.get(name, 0) != wanted.get(name, 0)
    }


def from_marts(con: duckdb.DuckDBPyConnection, period: str) -> dict[str, Any]:
    measures: dict[str, Any] = {}

    def mart(name: str) -> list[dict[str, Any]]:
        return rows(con, f"select * from \"1823_{name}\" where period = '{period}'")

    for row in mart("contact_volumes"):
        channel = row["channel"]
        measures[f"contacts {channel}"] = row["contacts"]
        measures |= {f"{kind} by {channel}": row[column] for kind, column in KINDS.items()}
    for row in mart("service_levels"):
        of = row["language"]
        measures |= {
            f"{name} {of}": row[name] for name in ("calls", "answered", "abandoned", "answered_within_12s")
        }
        measures[f"handling_seconds {of}"] = row["handling_seconds"]
        measures[f"answered_within_12s_pct {of}"] = float(row["answered_within_12s_pct"])
        measures[f"abandoned_pct {of}"] = float(row["abandoned_pct"])
        measures[f"average_handling_seconds {of}"] = float(row["average_handling_seconds"])
        if of == "all":
            measures |= {name: row[name] for name in OF_CASES}
            measures |= {name: float(row[name]) for name in OF_CASES_PCT}
    for row in mart("cases_by_department"):
        if row["case_type"] != "all":
            continue
        measures[f"cases of {row['department']}"] = row["cases"]
        if row["department"] == "any":
            measures |= {"within_3h": row["within_3h"], "shared": row["shared"]}
            names = ("open_at_month_end", "open_under_7_days", "open_7_to_13_days", "open_14_days_or_more")
            measures |= {name: row[name] for name in names}
    for row in mart("cases_by_subject"):
        measures[f"subject {row['subject_group']} {row['subject']}"] = row["cases"]
    measures |= {f"district {row['district']}": row["cases"] for row in mart("cases_by_district")}
    for row in mart("satisfaction"):
        if row["channel"] == "all":
            measures |= {name: row[name] for name in ("surveys", "points", "satisfied")}
            measures["average_score"] = float(row["average_score"])
    return measures


KINDS = {
    "enquiry": "enquiries",
    "service-request-or-complaint": "service_requests_or_complaints",
    "suggestion": "suggestions",
    "compliment": "compliments",
}


def from_truth(truth: Mapping[str, Any]) -> dict[str, Any]:
    from praya_hk.sources.contact_centre.centre_codes import SUBJECTS

    calls, cases, written = truth["calls"], truth["cases"], truth["written"]
    measures: dict[str, Any] = {f"contacts {name}": count for name, count in written["by_channel"].items()}
    measures |= {"contacts written": written["received"], "contacts phone": calls["received"]}
    measures["contacts all"] = calls["received"] + written["received"]
    for kind in KINDS:
        by_channel = cases["by_type_and_channel"].get(kind, {})
        measures |= {f"{kind} by {channel}": count for channel, count in by_channel.items()}
        measures[f"{kind} by all"] = sum(by_channel.values())
        measures[f"{kind} by written"] = sum(
            count for channel, count in by_channel.items() if channel != "phone"
        )
    for of, figures in {"all": calls, **calls["by_language"]}.items():
        measures[f"calls {of}"] = figures["received"]
        measures |= {f"{name} {of}": figures[name] for name in ("answered", "abandoned", "handling_seconds")}
        measures[f"answered_within_12s {of}"] = figures["answered_within_12_seconds"]
        measures[f"answered_within_12s_pct {of}"] = _pct(
            figures["answered_within_12_seconds"], figures["answered"]
        )
        measures[f"abandoned_pct {of}"] = _pct(figures["abandoned"], figures["received"])
        measures[f"average_handling_seconds {of}"] = _half_up(
            figures["handling_seconds"] / figures["answered"], 1
        )
    first, assigned = truth["first_call"], truth["assigned"]
    measures |= {"phone_enquiries": first["enquiries_by_phone"], "resolved_at_first_call": first["resolved"]}
    measures["first_call_pct"] = _pct(first["resolved"], first["enquiries_by_phone"])
    measures |= {"assigned_cases": assigned["cases"], "cases of any": assigned["cases"]}
    measures |= dict.fromkeys(("assigned_within_3h", "within_3h"), assigned["within_3_hours"])
    measures |= dict.fromkeys(("several_departments", "shared"), assigned["several_departments"])
    measures["assigned_within_3h_pct"] = _pct(assigned["within_3_hours"], assigned["cases"])
    measures["several_departments_pct"] = _pct(assigned["several_departments"], assigned["cases"])
    measures["cases of none"] = cases["received"] - assigned["cases"]
    measures |= {f"cases of {name}": count for name, count in cases["by_department"].items()}
    groups = {item.code: item.group for item in SUBJECTS}
    measures |= {f"subject {groups[code]} {code}": count for code, count in cases["by_subject"].items()}
    measures |= {f"subject {group} all": count for group, count in cases["by_subject_group"].items()}
    measures["subject all all"] = measures["district all"] = cases["received"]
    measures |= {f"district {code}": count for code, count in cases["by_district"].items()}
    surveys = truth["surveys"]
    measures |= {"surveys": surveys["count"], "points": surveys["score_sum"]}
    measures["satisfied"] = surveys["by_score"]["4"] + surveys["by_score"]["5"]
    measures["average_score"] = _half_up(surveys["score_sum"] / surveys["count"], 2)
    if "open" in truth:
        ages = truth["open"]["by_age_days"]
        measures["open_at_month_end"] = truth["open"]["at_month_end"]
        measures |= {"open_under_7_days": ages["0-6"], "open_7_to_13_days": ages["7-13"]}
        measures["open_14_days_or_more"] = ages["14-31"]
    return measures


def _pct(numerator: int, denominator: int) -> float:
    return _half_up(100 * numerator / denominator, 1)


def _half_up(value: float, digits: int) -> float:
    """As SQL rounds, not as Python does: halves away from zero."""
    return int(value * 10**digits + 0.5) / 10**digits
