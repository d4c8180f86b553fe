"""Personal data is looked for in a table as it is about to be released; above the allowed rate it stops the release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from praya.contract import Contract, Policy
from praya.contract.text import Text
from praya.disclosure.recognise import (
    PARQUET_ROW,
    Finding,
    Precision,
    blocking,
    refuse_personal,
    search,
    sentence,
)
from praya.errors import DisclosureError, codes
from praya.store.documents import PersonalData, PersonalFinding
from praya.store.duck import scan

# Keys of a contract that hold no text of its own.
_NO_TEXT = {"pattern", "format", "source", "trueValues", "falseValues"}


def personal_data(
    con: duckdb.DuckDBPyConnection, contract: Contract, policy: Policy, table: Path
) -> PersonalData:
    """What is found in the Parquet file `table`, by column and kind, in counts that show nothing of a value.

    Every column is searched, also those with a code list: what a source sends is not always what it should.
    Raises DisclosureError with masked examples where a column that is no public contact has too many hits.
    """
    rules = contract.disclosure
    source = scan(table)
    columns = [name for name, *_ in con.execute(f"describe select * from {source}").fetchall()]
    precision = Precision(policy.personal_data.decimals, policy.personal_data.metres)
    titles = {field.name: _in_all_languages(field.title) for field in contract.fields}
    # A code of a letter and digits with the count next to it can look like the number of an identity card.
    of_praya = {*rules.guarded, *(f"{name}_conf_status" for name in rules.guarded)}
    findings = search(con, source, columns, precision, PARQUET_ROW, titles, of_praya)
    if stopped := blocking(findings, rules.allowed_rate, rules.public_contact):
        raise DisclosureError(
            codes.disclosure.PERSONAL_DATA_FOUND, _refusal(contract, stopped, rules.allowed_rate)
        )
    return {
        "allowed_rate": rules.allowed_rate,
        "found": [_as_record(each, each.column in rules.public_contact) for each in findings],
    }


def refuse_personal_texts(contract: Contract) -> None:
    """Raise DisclosureError where a text of the contract that goes out with the data has what looks personal.

    Its contact is the office's own, and its source and patterns are not texts: they are not searched.
    """
    published = contract.model_dump(mode="json", by_alias=True, exclude={"contact", "source", "owner"})
    refuse_personal(contract.dataset, dict(_texts(published, "")))


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Every text in nested records under its dotted place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _NO_TEXT:
                yield from _texts(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{place}[{at}]")
    elif isinstance(value, str):
        yield place, value


def _in_all_languages(title: Text) -> list[str]:
    return [title.in_language(language) for language in ("en", "zh-Hant", "zh-Hans")]


def _as_record(finding: Finding, public: bool) -> PersonalFinding:
    return {
        "column": finding.column,
        "kind": finding.kind,
        "hits": finding.hits,
        "cells": finding.cells,
        "estimated": finding.estimated,
        "public_contact": public,
    }


def _refusal(contract: Contract, stopped: list[Finding], allowed: float) -> str:
    where = "; ".join(sentence(finding) for finding in stopped)
    share = f"at most {allowed:.3%} of a column's cells may" if allowed else "no cell may"
    return (
        f"{contract.dataset}: looks like personal data, where {share}: {where}. Nothing was released. Mend it at the "
        "source or leave the field out; where an office's own contact is meant, declare the field in "
        "disclosure.publicContact with the reason (class `public register`)"
    )
