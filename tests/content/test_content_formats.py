"""The shipped datasets that have sources of their own, released: every format holds the rows that the Parquet holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest

from made import data_file, project, publish, rows_of
from made.tables import registered
from praya.contract import Contract, Field, load_contracts
from praya.contract.labels import LabelField, with_labels
from praya.store import Store
from release_reading import from_csv, from_json, from_json_lines, from_xlsx, from_xml, without_empty

pytestmark = pytest.mark.slow

INCLUDE = Path(__file__).parents[2] / "include"
SERVED = INCLUDE / "sources"
CONTRACTS = [
    one
    for one in load_contracts(project(contracts=INCLUDE / "contracts"))
    if one.released and not one.source.mart
]


@pytest.mark.parametrize("contract", CONTRACTS, ids=[one.dataset for one in CONTRACTS])
def test_every_format_of_a_shipped_dataset_holds_its_rows(contract: Contract, store: Store) -> None:
    parts = contract.source.parts or {"data": str(contract.source.path)}
    if contract.source.register_:
        data = {"data": json.dumps(registered()).encode()}
    else:
        data = {name: (SERVED / path.lstrip("/")).read_bytes() for name, path in parts.items()}
    folder = publish(store, contract, data)
    name, fields = folder / contract.dataset, with_labels(contract.released_fields, contract.synthetic)
    expected = rows_of(name.with_suffix(".parquet"))
    assert len(expected) >= contract.quality.min_rows
    assert {*labels_of(contract, fields, expected)} <= {True}
    assert without_empty(from_csv(data_file(folder, f"{contract.dataset}.csv"), fields)) == without_empty(
        expected
    )
    assert from_json(data_file(folder, f"{contract.dataset}.json").read_text("utf-8"), fields) == expected
    assert (
        from_json_lines(data_file(folder, f"{contract.dataset}.jsonl").read_text("utf-8"), fields) == expected
    )
    assert from_xml(data_file(folder, f"{contract.dataset}.xml"), fields) == expected
    assert without_empty(from_xlsx(data_file(folder, f"{contract.dataset}.xlsx"), fields)) == without_empty(
        expected
    )
    if contract.release.days:
        calendar = icalendar.Calendar.from_ical((folder / f"{contract.dataset}-tc.ics").read_bytes())
        found = [
            (event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]), str(event["UID"]))
            for event in calendar.walk("VEVENT")
        ]
        assert found == [(row[0], row[1], row[3], row[5]) for row in expected]


def labels_of(contract: Contract, fields: list[Field], rows: list[tuple[Any, ...]]) -> Iterator[bool]:
    """Whether each label is what the code list says of the code beside it; nothing beside nothing."""
    names = [field.name for field in fields]
    lists = {field.name: field.codes.labels for field in contract.released_fields if field.codes}
    for field in fields:
        if isinstance(field, LabelField):
            at, code = names.index(field.name), names.index(field.label_of)
            for row in rows:
                text = lists[field.label_of][row[code]].in_language(field.language) if row[code] else None
                yield row[at] == text


def test_every_shipped_dataset_that_goes_out_has_the_formats_of_a_table() -> None:
    for one in load_contracts(project(contracts=INCLUDE / "contracts")):
        assert not one.released or {"csv", "json", "jsonl", "xml", "xlsx", "parquet"} <= {
            *one.release.formats
        }, one.dataset
