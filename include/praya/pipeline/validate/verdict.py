"""The verdict: what all results say together, whether it blocks, and the sentence for who has to act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from praya.contract import Contract
from praya.contract.telling import disclose_number
from praya.contract.waiver import Waiver
from praya.contract.zone import HONG_KONG
from praya.errors import EngineError, PrayaError, ValidationFailed, codes
from praya.pipeline.validate.confidential_results import counting, observed_words, redact_result, redact_row
from praya.pipeline.validate.messages import english, speaker
from praya.pipeline.validate.result import Result, json_safe
from praya.pipeline.validate.verdict_words import how
from praya.store import Store
from praya.store.documents import WaiverRecord
from praya.store.states import Staged
from praya.store.verdict_documents import Drift, QuarantinedRow, Verdict, VerdictExpectation

QUARANTINE_SAMPLES = 20
NAMED = 5
GUARD = "guard-"  # how the ids of guards begin


def judge(results: Sequence[Result], drifted: bool = False) -> str:
    """`failed` when a critical expectation failed that nobody waived, else `error` when one could not be checked,
    else `warned` when anything failed or figures have drifted, else `passed`. Only the last two let a table
    through."""
    if any(result.blocks for result in results):
        return "failed"
    if any(result.status == "error" for result in results):
        return "error"
    return "warned" if drifted or any(result.status == "failed" for result in results) else "passed"


def covers(waiver: Waiver, received_at: str, day: dt.date) -> bool:
    """Whether a waiver holds for this table on `day`. That of a guard is about one step from table to table: it holds
    for what was received by its last day, whenever that is judged again."""
    if not waiver.expectation.startswith(GUARD):
        return waiver.in_force(day)
    return waiver.in_force(dt.datetime.fromisoformat(received_at).astimezone(HONG_KONG).date())


def record_waiver(waiver: Waiver) -> WaiverRecord:
    """A waiver as JSON values."""
    return {
        "expectation": waiver.expectation,
        "until": waiver.until.isoformat(),
        "reason": waiver.reason,
        "by": waiver.by,
    }


def waive(
    results: Sequence[Result], waivers: Sequence[Waiver], received_at: str, day: dt.date
) -> list[Result]:
    """The results with each critical failure that a waiver covers marked so."""
    by_id = {each.expectation: record_waiver(each) for each in waivers if covers(each, received_at, day)}
    return [
        replace(each, waived=by_id[each.id]) if each.blocks and each.id in by_id else each for each in results
    ]


def build(
    contract: Contract,
    staged: Staged,
    results: Sequence[Result],
    quarantined: list[QuarantinedRow],
    versions: dict[str, str],
    drift: Drift | None = None,
    day: dt.date | None = None,
) -> Verdict:
    """The verdict as plain JSON, without clock or chance: the same inputs give the same bytes. It holds no more than
    those may know who read it."""
    verdict, rules = judge(results, bool(_drifted(drift))), contract.disclosure
    waived = {each.id for each in results if each.waived}
    return {
        "dataset": contract.subject,
        "title": {"en": contract.title.en, "zh-Hant": contract.title.zh_hant},
        "disclosure": contract.disclosure.class_,
        "verdict": verdict,
        "headline": english(f"headline_{verdict}"),
        "blocks": verdict in ("failed", "error"),
        "staged": staged.key,
        "table": staged.table,
        "received_at": staged.received_at,
        "synthetic": staged.synthetic,
        "counted": counting(contract),
        "rows_in": disclose_number(rules, staged.rows_in),
        "rows_out": disclose_number(rules, staged.rows_out),
        "rows_quarantined": disclose_number(rules, staged.rows_quarantined),
        "counts": _counts(results) | {"drifted": _drifted(drift)},
        "expectations": [
            {
                **redact_result(result, contract).as_dict(),
                "observed_words": observed_words(result, contract),
                "observed_words_zh_hant": observed_words(result, contract, speaker("zh-Hant")),
                "observed_words_zh_hans": observed_words(result, contract, speaker("zh-Hans")),
            }
            for result in results
        ],
        "waivers": [
            {
                **record_waiver(waiver),
                "in_force": day is not None and covers(waiver, staged.received_at, day),
                "used": waiver.expectation in waived,
            }
            for waiver in contract.waivers
        ],
        "drift": drift,
        "checked": how(results),
        "quarantine": {
            "by_rule": {
                rule: disclose_number(rules, rows) for rule, rows in staged.quarantined_by_rule.items()
            },
            "samples": [redact_row(sample, contract) for sample in quarantined],
        },
        "versions": versions,
    }


def _drifted(drift: Drift | None) -> int:
    """How many figures have moved beyond the limits of drift."""
    return sum(each["moved"] for each in drift["figures"]) if drift else 0


def _counts(results: Sequence[Result]) -> dict[str, int]:
    def count(status: str, severity: str | None = None) -> int:
        return sum(each.status == status and severity in (None, each.severity) for each in results)

    return {
        "expectations": len(results),
        "passed": count("passed"),
        "failed_critical": sum(each.blocks for each in results),
        "failed_warning": count("failed") - count("failed", "critical"),
        "waived": sum(each.waived is not None for each in results),
        "error": count("error"),
    }


def read_quarantine(store: Store, staged: Staged, work: Path) -> list[QuarantinedRow]:
    """Up to 20 rows of a table's quarantine file, as many rules among them as there are, in the file's order."""
    if not staged.quarantined_by_rule or not store.exists(staged.quarantine):
        return []
    from praya.store.duck import connect, literal

    with connect(work) as connection:
        cursor = connection.execute(
            "select row, line, column_name, value, rule, reason, raw "
            "from (select *, row_number() over (partition by rule order by row, line, column_name) as nth "
            f"from read_parquet({literal(str(store.local(staged.quarantine)))})) "
            f"qualify row_number() over (order by nth, rule) <= {QUARANTINE_SAMPLES} "
            "order by rule, row, line, column_name"
        )
        names = [column[0] for column in cursor.description or ()]
        return [json_safe(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def complaint(verdict: Verdict, report: str) -> PrayaError | None:
    """The exception that this verdict stands for, in a sentence; None when the table may go on."""
    name, wrong = verdict["dataset"], verdict["expectations"]
    if verdict["verdict"] == "failed":
        failed = [
            each
            for each in wrong
            if each["status"] == "failed" and each["severity"] == "critical" and not each["waived"]
        ]
        what = _named(
            [f"{each['description']}: {each['observed_words']}{_example(verdict, each)}" for each in failed]
        )
        lapsed = [
            f"{each['expectation']} was waived until {each['until']}"
            for each in verdict.get("waivers", [])
            if not each["in_force"] and each["expectation"] in {expectation["id"] for expectation in failed}
        ]
        what += f"; {'; '.join(lapsed)}" if lapsed else ""
        return ValidationFailed(
            codes.validate.EXPECTATION_FAILED,
            f"{name}: {_expectations(len(failed))} failed, so it is not released and the last good release "
            f"stays ({what}). {_advice(failed, report)}",
        )
    if verdict["verdict"] == "error":
        broken = [each for each in wrong if each["status"] == "error"]
        what = _named([f"{each['id']} ({each['description']}): {each['error']}" for each in broken])
        return EngineError(
            codes.validate.EXPECTATION_NOT_CHECKED,
            f"{name}: {_expectations(len(broken))} could not be checked, so it is not released; this is the "
            f"checker, not the data ({what}). Correct the expectation or what it needs, then validate again",
        )
    return None


def _advice(failed: Sequence[VerdictExpectation], report: str) -> str:
    """What to do about failures: of rules, of guards, or of both."""
    guards = [each["id"] for each in failed if each["engine"] == "guard"]
    rules = "ask the department for corrected data, or correct the expectation if the data is right"
    if not guards:
        return f"The rows are in {report}: {rules}"
    more = "" if len(guards) == 1 else f", and the same for {_named(guards[1:], ', ')}"
    asks = (
        "ask the department whether the delivery is right; if it is, add to `waivers` in the contract "
        f"{{expectation: {guards[0]}, until: YYYY-MM-DD, reason: why it is right, by: your name}}{more}, "
        "and run the dataset again"
    )
    return f"The report is {report}: {asks if len(guards) == len(failed) else f'{rules}. Guards: {asks}'}"


def _expectations(count: int) -> str:
    return "1 expectation" if count == 1 else f"{count} expectations"


def _example(verdict: Verdict, result: VerdictExpectation) -> str:
    """The first thing found, where everything in the dataset is a public fact: messages reach logs and screens."""
    if verdict["disclosure"] != "public facts" or not result["samples"]:
        return ""
    first = result["samples"][0]
    if not isinstance(first, dict):
        return f", the first being {first!r}"
    return ", the first with " + ", ".join(
        f"{name} {value}" for name, value in first.items() if value is not None
    )


def _named(items: Sequence[str], between: str = "; ") -> str:
    more = f"{between}and {len(items) - NAMED} more" if len(items) > NAMED else ""
    return between.join(items[:NAMED]) + more
