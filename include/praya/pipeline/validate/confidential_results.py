"""What a verdict says of tables whose figures are confidential: verdicts and their pages are read by more people.

Of a table of counts the figures stay out: of rows that fail only the primary key is shown, and only where the table is
kept back for them; a warning lets it through, and would say which of its small counts is which. Of personal records
no single value is shown as a least or greatest one, and their number is told in fives.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from praya.contract import Contract
from praya.contract.disclosure import Disclosure
from praya.contract.telling import disclose_number
from praya.pipeline.validate.messages import Say, english
from praya.pipeline.validate.result import Result
from praya.pipeline.validate.verdict_words import exact, observe
from praya.store.verdict_documents import QuarantinedRow

OPEN = ("public facts", "public register")
NOT_SHOWN = "not shown"
TABLE = ("expect_table_",)  # what is observed of the whole table is its columns or its number of rows


def redact_result(result: Result, contract: Contract) -> Result:
    """The result as it may be read, without what the table's class forbids."""
    rules = contract.disclosure
    if rules.class_ in OPEN or result.engine == "guard":
        return result  # guards observe no more than may be told
    of_table = result.type.startswith(TABLE)
    observed = result.observed
    if isinstance(observed, int) and (of_table or observed == result.unexpected):
        observed = disclose_number(rules, observed)
    elif observed is not None and not of_table and not _of_keys(result, contract):
        observed = NOT_SHOWN
    return replace(
        result,
        observed=observed,
        checked=disclose_number(rules, result.checked),
        unexpected=disclose_number(rules, result.unexpected),
        missing=disclose_number(rules, result.missing),
        samples=_samples(result, contract),
        # DuckDB's messages quote the value that they stumble over.
        error=result.error and re.sub(r"'[^']*'|\d+", "…", result.error),
    )


def observed_words(result: Result, contract: Contract, say: Say = english) -> str:
    """What was observed in a few words, as it may be read."""
    if redact_result(result, contract).observed == NOT_SHOWN:
        result = replace(result, observed=say("not_shown"))
    rounded = contract.disclosure.class_ == "personal records"
    return observe(result, partial(_about, contract.disclosure, say) if rounded else exact, say)


def _about(rules: Disclosure, say: Say, number: int) -> str:
    """The number as it may be told, e.g. `about 1,235`, in the language of `say`."""
    shown = disclose_number(rules, number)
    if shown == number and not number:
        return exact(number)
    return say("fewer_than", n=rules.threshold) if shown is None else say("about", n=exact(shown))


def counting(contract: Contract) -> str:
    """How the verdict counts rows, in words; null in it stands for few."""
    rules = contract.disclosure
    if rules.class_ != "personal records":
        return "exactly"
    return f"in fives; fewer than {rules.threshold} are not told"


def redact_row(sample: QuarantinedRow, contract: Contract) -> QuarantinedRow:
    """A quarantined row as it may be read; what is personal in it was masked when it was staged."""
    if contract.disclosure.class_ != "aggregated counts":
        return sample
    public = sample["column_name"] in contract.primary_key
    return {**sample, "raw": None, "value": sample["value"] if public else NOT_SHOWN}


def _samples(result: Result, contract: Contract) -> list[Any]:
    if contract.disclosure.class_ != "aggregated counts":
        return result.samples
    if not result.blocks:
        return []
    keys = contract.primary_key
    if all(isinstance(sample, dict) for sample in result.samples):
        named = [{name: sample[name] for name in keys if name in sample} for sample in result.samples]
        return [sample for sample in named if sample]
    return result.samples if _of_keys(result, contract) else []


def _of_keys(result: Result, contract: Contract) -> bool:
    return contract.disclosure.class_ == "aggregated counts" and set(result.columns) <= set(
        contract.primary_key
    )
