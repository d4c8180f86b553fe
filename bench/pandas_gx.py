"""What a team would otherwise write, second half: Great Expectations on the DataFrame, one expectation for one.

What the contract says goes to GX as it is, but for the SQL in it; a suite's SQL is one expectation on a column
that pandas has prepared (pandas_frames.py). One batch a table, for GX hashes the whole frame for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import child
from bench.child import Clock, Failed, Figures
from bench.pandas_frames import Frame, Frames, kept, read, with_helpers
from bench.places import RECORDS, SUITES, contracts, raw_files
from praya.contract import Contract

Expectation = dict[str, Any]
# As Praya asks for it: counts and up to 20 values, no list of all that is wrong.
FORM = {"result_format": "SUMMARY", "partial_unexpected_count": 20}
TYPE_NAMES = {
    "string": "str",
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "datetime": "Timestamp",
}


def in_pandas(store: str, work: str, months: Sequence[str]) -> Figures:
    """Read, keep and validate the snapshots of `store`, month by month; returns seconds, and every verdict by id."""
    known, clock = contracts(), Clock()
    key = Path(work).with_name("pseudonym.key").read_bytes()
    verdicts: dict[str, dict[str, bool]] = {}
    checker = Checker()
    for month in months:
        frames: Frames = {}
        for name in RECORDS:
            with clock("read", name):
                frames[name] = read(known[name], raw_files(Path(store), name, month))
            with clock("keep", name):
                frames[name] = kept(known[name], frames[name], key, Path(work))
            with clock("validate", name):
                verdicts[f"{name}/{month}"] = checker.check(known[name], frames[name], frames)
    return clock.figures() | {"verdicts": verdicts}


class Checker:
    """Great Expectations in a context that is kept nowhere."""

    def __init__(self) -> None:
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)

    def check(self, contract: Contract, frame: Frame, frames: Frames) -> dict[str, bool]:
        """Whether each expectation holds, by Praya's id of it. Raises Failed where GX could not check one."""
        from great_expectations import ExpectationSuite

        helped, sets = with_helpers(contract.dataset, frame, frames)
        wanted = expectations(contract, list(helped.columns), sets)
        name = contract.dataset
        source = self._context.data_sources.add_pandas(name)
        try:
            asset = source.add_dataframe_asset(name)
            batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": helped})
            results = batch.validate(
                ExpectationSuite(name=name, expectations=wanted), result_format=FORM
            ).results
        finally:
            self._context.data_sources.delete(name)
        verdicts = {}
        for result in results:
            id_ = result.expectation_config.meta["praya"]
            if _raised(result.exception_info):
                raise Failed(f"{name}: GX on pandas could not check {id_}: {result.exception_info}")
            verdicts[id_] = str(result.success) == "True"
        if missing := {each["meta"]["praya"] for each in wanted} - set(verdicts):
            raise Failed(f"{name}: GX on pandas gave no result for {sorted(missing)}")
        return verdicts


def expectations(contract: Contract, columns: Sequence[str], sets: Mapping[str, Any]) -> list[Expectation]:
    """One expectation on the frame for each that Praya has on the table, in the same order, with its id."""
    from praya.pipeline.validate.suite import from_contract, load_suite

    by_hand = translations(sets)[contract.dataset]
    made = []
    for each in [*from_contract(contract), *load_suite(SUITES / f"{contract.dataset}.json")]:
        id_ = each["id"]
        kind, kwargs = by_hand.get(id_) or _as_it_is(contract, each, columns)
        made.append({"type": kind, "kwargs": kwargs, "meta": {"praya": id_}, "severity": each["severity"]})
    return made


def _as_it_is(contract: Contract, each: Expectation, columns: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The expectation itself, or for the SQL of `praya.pipeline.validate.field_expectations`, what GX has on pandas."""
    subject, _, rule = each["id"].removeprefix("contract:").partition(":")
    if rule == "columns":
        return each["type"], {"column_list": list(columns)}
    if "unexpected_rows_query" not in each["kwargs"]:
        return each["type"], each["kwargs"]
    (field,) = [one for one in contract.kept_fields if one.name == subject]
    if rule == "type":
        return "expect_column_values_to_be_of_type", {"column": subject, "type_": TYPE_NAMES[field.type]}
    if rule == "pattern":
        regex = rf"^(?:{field.constraints.pattern})$"
        return "expect_column_values_to_match_regex", {"column": subject, "regex": regex}
    if rule.startswith("foreignKey:"):
        column, tolerated = f"{subject}_unknown", contract.quality.max_quarantined_rows
        if tolerated and not rule.endswith(":every"):
            return "expect_column_sum_to_be_between", {"column": column, "max_value": tolerated}
        return "expect_column_values_to_be_in_set", {"column": column, "value_set": [0]}
    raise Failed(f"{contract.dataset}: {each['id']} is new, and has no translation for pandas yet")


def translations(sets: Mapping[str, Any]) -> dict[str, dict[str, tuple[str, dict[str, Any]]]]:
    """For each rule in SQL, by dataset and id: the expectation that says the same of the prepared frame."""
    about_time = {
        "suite:one-month-only": (
            "expect_column_unique_value_count_to_be_between",
            {"column": "month", "max_value": 1},
        ),
        "suite:every-hour-of-the-day": _contains("hour", sets.get("hours", [])),
        "suite:every-day": _contains("day", sets.get("days", [])),
        "suite:no-hour-missing": _contains("day_and_hour", sets.get("busy", [])),
        "suite:not-delivered-twice": (
            "expect_column_values_to_be_in_set",
            {"column": "again", "value_set": [False], "mostly": 0.99},
        ),
        "suite:from-midnight-to-midnight": _true("to_its_edges"),
    }
    return {
        "1823-calls": about_time
        | {
            "suite:call-in-order": _true("in_order"),
            "suite:answered-or-abandoned": _true("answered_or_abandoned"),
            "suite:quiet-at-night": _mean("at_night", None, 0.06),
            "suite:handling-time-in-seconds": _mean("seconds_spoken", 120, 1200),
            "suite:waiting-time-in-seconds": _mean("seconds_waited", 2, 600),
            "suite:no-endless-call": _between("seconds_in_all", None, 4 * 3600),
            "suite:abandoned-share": (
                "expect_column_proportion_of_non_null_values_to_be_between",
                {"column": "abandoned_at", "min_value": 0.005, "max_value": 0.30},
            ),
        },
        "1823-cases": about_time
        | {
            "suite:call-only-by-phone": _true("call_only_by_phone"),
            "suite:case-of-an-answered-call": _true("during_its_call"),
            "suite:quiet-at-night": _mean("at_night", None, 0.08),
            "suite:updated-after-receipt": _not_before("updated_at", "received_at"),
            "suite:first-contact-of-enquiries": _true("first_contact_of_enquiries"),
            "suite:subject-in-one-group": _true("subject_in_one_group"),
            "suite:coordinates-complete": _true("coordinates_complete"),
            "suite:coordinates-inside-hong-kong": _true("coordinates_inside"),
            "suite:grid-agrees-with-wgs84": _between("metres_apart", None, 50),
            "suite:coordinates-with-decimals": _true("mostly_decimals"),
        },
        "1823-assignments": {
            "suite:assignment-in-order": _true("in_order"),
            "suite:outcome-when-closed": _true("outcome_when_closed"),
            "suite:transfer-counted-once": _true("transfer_once"),
            "suite:first-has-no-department-before": _true("first_without_before"),
            "suite:seq-without-gap": _true("seq_without_gap"),
            "suite:moves-forward": _true("moves_forward"),
            "suite:assigned-after-receipt": _not_before("assigned_at", "received_at"),
            "suite:first-within-a-month": _mean("late", None, 0.01),
            "suite:few-cases-are-shared": _mean("shared", None, 0.10),
            "suite:unresolved-cases-assigned": _true("unresolved_are_assigned"),
            "suite:most-within-3-hours": _true("most_within_3_hours"),
            "suite:transfer-goes-on": _true("goes_on"),
        },
        "1823-surveys": {
            "suite:surveyed-after-receipt": _not_before("surveyed_at", "received_at"),
            "suite:average-plausible": _mean("score", 3, 4.95),
            "suite:surveys-all-through-the-month": _true("no_stretch_without"),
            "suite:share-of-cases-surveyed": _true("share_surveyed"),
            "suite:surveys-after-the-month": _true("surveys_go_on"),
            "suite:some-within-a-day": _true("some_within_a_day"),
        },
    }


def _true(column: str) -> tuple[str, dict[str, Any]]:
    return "expect_column_values_to_be_in_set", {"column": column, "value_set": [True]}


def _contains(column: str, values: list[int]) -> tuple[str, dict[str, Any]]:
    return "expect_column_distinct_values_to_contain_set", {"column": column, "value_set": values}


def _mean(column: str, least: float | None, most: float) -> tuple[str, dict[str, Any]]:
    return "expect_column_mean_to_be_between", {"column": column, "min_value": least, "max_value": most}


def _between(column: str, least: float | None, most: float) -> tuple[str, dict[str, Any]]:
    return "expect_column_values_to_be_between", {"column": column, "min_value": least, "max_value": most}


def _not_before(later: str, earlier: str) -> tuple[str, dict[str, Any]]:
    return "expect_column_pair_values_a_to_be_greater_than_b", {
        "column_A": later,
        "column_B": earlier,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }


def _raised(info: Mapping[str, Any]) -> bool:
    entries = [info] if "raised_exception" in info else list(info.values())
    return any(isinstance(entry, Mapping) and entry.get("raised_exception") for entry in entries)


if __name__ == "__main__":
    child.main(in_pandas, ("pandas", "great_expectations"))
