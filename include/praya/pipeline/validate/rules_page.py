"""The page that lists the kinds of rules and the methods for small counts, made from their specs.

`python -m praya.pipeline.validate.rules_page docs/reference/rules.md`
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from praya.contract.disclosure_method import DisclosureMethod, disclosure_methods
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.rule_specs import Fault, FieldRule, Guard, KnownExpectation

HEAD = (
    "# Rules and disclosure methods\n\n"
    "The kinds of rules that *validate* tests tables with, and the methods that protect small counts. The command "
    "`python -m praya.pipeline.validate.rules_page` writes this page from the code. "
    "[Extending Praya](../extending.md) describes how to add one.\n"
)
NOTHING = "–"
PLACES = {"name": "FIELD", "names": "KEY", "value": "VALUE"}


def describe_rules() -> str:
    """The page, as Markdown."""
    return "\n".join(
        [
            HEAD,
            "## Constraints of a field\n",
            "Keys of `constraints`. A row that breaks one goes to quarantine; *validate* tests the table with it.\n",
            _table(
                ("key", "what it says", "types of the field", "reason in the quarantine", "standard fault"),
                map(_field_row, rule_kinds(FieldRule).values()),
            ),
            "## Guards\n",
            "Keys of `quality.guards`; [what to do when one stops a delivery]"
            "(../how-to/data-engineer.md#release-a-delivery-that-a-guard-stopped).\n",
            _table(
                ("guard", "what it says", "keys", "usual limits", "standard fault"),
                map(_guard_row, rule_kinds(Guard).values()),
            ),
            "## Expectations of Great Expectations\n",
            "A suite may use every expectation of GX that works on DuckDB. Reports have words for these, or the scan "
            "answers them without GX ([decision](../decisions/0008-one-scan.md)).\n",
            _table(
                ("expectation", "answered by the scan", "in words"),
                map(_expectation_row, rule_kinds(KnownExpectation).values()),
            ),
            "## Methods for small counts\n",
            "Values of `disclosure.method`; [how to choose one](../decisions/0011-disclosure-methods.md).\n",
            _table(("method", "what it does", "it needs"), map(_method_row, disclosure_methods().values())),
        ]
    )


def _field_row(rule: FieldRule) -> tuple[str, ...]:
    types = ", ".join(rule.field_types or ["all"])
    reason = rule.reason.format(**PLACES) or NOTHING
    return f"`{rule.name}`", rule.words.en.format(**PLACES), types, reason, _fault(rule.fault)


def _guard_row(guard: Guard) -> tuple[str, ...]:
    keys = ", ".join(f"`{limit.name}`" for limit in guard.limits)
    usual = ", ".join(f"{limit.usual:g}" for limit in guard.limits if limit.usual is not None)
    return f"`{guard.name}`", guard.words.en.format(**PLACES), keys, usual, _fault(guard.fault)


def _expectation_row(expectation: KnownExpectation) -> tuple[str, ...]:
    scanned = "yes" if expectation.compile else "no"
    if expectation.name == ROWS_QUERY:
        scanned = "where it only filters the table"
    return f"`{expectation.name}`", scanned, "yes" if expectation.describe else "no"


def _method_row(method: DisclosureMethod) -> tuple[str, ...]:
    needs = ["a key for each count"] * method.needs_cell_keys + [
        "`decimals` of means"
    ] * method.needs_rounded_means
    return f"`{method.name}`", method.summary, ", ".join(needs) or NOTHING


def _fault(fault: str | Fault | None) -> str:
    name = fault.name if isinstance(fault, Fault) else fault
    return f"`{name}`" if name else NOTHING


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(describe_rules(), "utf-8")
