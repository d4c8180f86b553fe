"""SDMX-CSV and its data structure, read by pysdmx: the same values as in the CSV, in the roles that the rules give."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.model import Role

from made import field, make_contract, publish
from made.expected import refuses, stops
from metadata.conftest import Published
from praya.contract.sdmx import code_id, identifier_of
from praya.errors import codes
from praya.store import Store

pytestmark = pytest.mark.slow

OBSERVATIONS = "programme-observations"
BEGINS = {"financial year": "-04-01/P1Y", "academic year": "-09-01/P1Y"}
REQUIRED = {"required": True}


def read_by_pysdmx(folder: Path, dataset: str) -> Any:
    """The one dataset, with its structure; pysdmx validates that by SDMX's own JSON schema."""
    (found,) = get_datasets(folder / f"{dataset}.sdmx.csv", folder / "sdmx-structure.json")
    return found


def plain(folder: Path, dataset: str) -> list[dict[str, str]]:
    with (folder / f"{dataset}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def back(found: Any) -> list[dict[str, str]]:
    """What pysdmx read, in the words of the CSV: codes by their names in the structure, and periods as printed."""
    codes = {
        component.id: {code.id: code.name for code in component.local_codes or ()}
        for component in found.structure.components
    }
    rows = []
    for record in found.data.to_dict("records"):
        row = {
            name: value if name in ("OBS_STATUS", "CONF_STATUS") else codes[name].get(value, value)
            for name, value in record.items()
        }
        begins = BEGINS.get(row.get("PERIOD_KIND", "").lower())
        if begins and row["TIME_PERIOD"].endswith(begins):
            year = int(row["TIME_PERIOD"][:4])
            row["TIME_PERIOD"] = f"{year}-{(year + 1) % 100:02}"
        rows.append(row)
    return rows


def test_the_observations_come_back_as_the_csv_has_them(published: Published) -> None:
    _, folder = published.releases[OBSERVATIONS]
    found, rows = read_by_pysdmx(folder, OBSERVATIONS), plain(folder, OBSERVATIONS)
    names = {"period": "TIME_PERIOD", "value": "OBS_VALUE", "unit": "UNIT_MEASURE"}
    assert len(rows) >= 147 and len(found.data) == len(rows)
    for row, other in zip(rows, back(found), strict=True):
        assert float(other.pop("OBS_VALUE")) == float(row.pop("value"))
        # A code's name in the structure is the label that the CSV has beside it.
        labels = {
            name: row.get(f"{name}_label_en") or value for name, value in row.items() if "_label_" not in name
        }
        labels |= {name: row[name] for name in ("obs_status", "conf_status")}
        assert int(other.pop("DECIMALS")) == int(labels.pop("decimals"))
        assert other == {names.get(name, name.upper()): value for name, value in labels.items()}
    periods = set(found.data["TIME_PERIOD"])
    assert {"2023-04-01/P1Y", "2024-03-31", "2023"} <= periods
    noted = found.data[found.data["NOTE_EN"] != ""]
    assert (
        len(noted) and noted["NOTE_TC"].str.endswith("。").all() and noted["NOTE_SC"].str.endswith("。").all()
    )


def test_the_structure_has_each_field_in_its_role_and_three_languages(published: Published) -> None:
    contract, folder = published.releases[OBSERVATIONS]
    message = read_sdmx(folder / "sdmx-structure.json", validate=True)
    (structure,) = message.get_data_structure_definitions()
    assert (structure.agency, structure.id) == ("HK_DPO", "PROGRAMME_OBSERVATIONS")
    roles = {role: [one.id for one in structure.components if one.role == role] for role in Role}
    assert roles[Role.DIMENSION] == ["METRIC", "STAGE", "TIME_PERIOD"]
    assert roles[Role.MEASURE] == ["OBS_VALUE"]
    assert len(roles[Role.ATTRIBUTE]) == len(contract.fields) - 4
    required = {one.id for one in structure.components if one.role == Role.ATTRIBUTE and one.required}
    assert "UNIT_MEASURE" in required and not {"NOTE_EN", "NOTE_TC", "NOTE_SC"} & required
    lists = {each.id: {code.id for code in each.codes} for each in message.get_codelists()}
    (unit,) = (one for one in contract.fields if one.name == "unit")
    assert {"HKD_million", "percent", "posts"} <= lists["CL_PROGRAMME_OBSERVATIONS_UNIT_MEASURE"]
    assert len(lists["CL_PROGRAMME_OBSERVATIONS_UNIT_MEASURE"]) == len(unit.constraints.enum or [])
    said = json.loads((folder / "sdmx-structure.json").read_bytes())["data"]
    for scheme in (*said["conceptSchemes"], *said["codelists"]):
        for item in (scheme, *scheme.get("concepts", []), *scheme.get("codes", [])):
            assert set(item["names"]) == {"en", "zh-Hant", "zh-Hans"} and all(item["names"].values())
    assert said["conceptSchemes"][0]["concepts"][0]["names"]["zh-Hans"] == "指标"


def test_the_manifest_names_both_with_their_types(published: Published) -> None:
    _, folder = published.releases[OBSERVATIONS]
    files = {one["name"]: one for one in json.loads((folder / "manifest.json").read_bytes())["files"]}
    data = files[f"{OBSERVATIONS}.sdmx.csv"]
    assert (data["format"], data["media_type"], data["role"]) == (
        "sdmx-csv",
        "application/vnd.sdmx.data+csv; version=2.0.0",
        "data",
    )
    assert files["sdmx-structure.json"]["media_type"].startswith("application/vnd.sdmx.structure+json")


def observed(*more: dict[str, Any], **changes: Any) -> Any:
    said: dict[str, Any] = {
        "schema": {"primaryKey": ["area", "period"]},
        "release": {"formats": ["csv", "sdmx-csv"]},
    }
    fields = (
        field("area", constraints=REQUIRED),
        field("period", constraints=REQUIRED),
        field("value", "number"),
        *more,
    )
    return make_contract(*fields, **(said | changes))


ROWS = (
    b"area,period,value,remark\n"
    b'a,2023,1.5,"says ""yes"", twice"\n'
    b"a,2023-04,-2,=1+1\n"
    b'b,2023-Q1,,"two\nlines"\n'
    b"b,2024-02-29,1e-7,\n"
)


def test_quotes_line_ends_missing_figures_and_marked_texts_are_as_in_the_csv(store: Store) -> None:
    folder = publish(store, observed(field("remark")), ROWS)
    found, rows = read_by_pysdmx(folder, "sample"), plain(folder, "sample")
    told = found.data.to_dict("records")
    assert [row["REMARK"] for row in told] == [row["remark"] for row in rows]
    assert told[1]["REMARK"] == "'=1+1" and '"yes", twice' in told[0]["REMARK"]
    values = [row["OBS_VALUE"] for row in told]
    assert [float(value) if value else None for value in values] == [1.5, -2.0, None, 1e-7]
    raw = (folder / "sample.sdmx.csv").read_bytes()
    assert raw.startswith(b"STRUCTURE,STRUCTURE_ID,ACTION,AREA,TIME_PERIOD,OBS_VALUE,REMARK\r\n")
    assert raw.count(b"datastructure,HK_DPO:SAMPLE(1.0),I,") == 4


def test_the_kind_of_period_tells_a_year_from_a_month(store: Store) -> None:
    contract = observed(field("period_kind", constraints=REQUIRED))
    rows = b"area,period,value,period_kind\na,2006-07,1,financial year\nb,2006-07,2,month\nc,1999-00,3,financial year\n"
    found = read_by_pysdmx(publish(store, contract, rows), "sample")
    assert list(found.data["TIME_PERIOD"]) == ["2006-04-01/P1Y", "2006-07", "1999-04-01/P1Y"]


@pytest.mark.parametrize(
    "period", ["2023-24", "2023-13", "spring", "2023-04-01 to 2023-06-30", "2023/24", "23"]
)
def test_a_period_that_sdmx_cannot_say_stops_the_release(store: Store, period: str) -> None:
    with stops(codes.format.SDMX_NOT_POSSIBLE, f"sample: {period} in period"):
        publish(store, observed(), f"area,period,value\na,{period},1\n".encode())


def test_a_financial_year_that_is_none_stops_it_too(store: Store) -> None:
    contract = observed(field("period_kind", constraints=REQUIRED))
    with stops(codes.format.SDMX_NOT_POSSIBLE, "sample: 2023-25 in period"):
        publish(store, contract, b"area,period,value,period_kind\na,2023-25,1,financial year\n")


@pytest.mark.parametrize(
    "column", [field("other", "integer"), field("period_2", "year", constraints=REQUIRED)]
)
def test_a_further_figure_or_period_outside_the_key_fits(column: dict[str, Any]) -> None:
    assert observed(column)


@pytest.mark.parametrize(
    ("column", "key", "value"),
    [
        (field("obs_value"), "schema.fields.3.name", "OBS_VALUE"),
        (field("action"), "schema.fields.3.name", "ACTION"),
        (field("kind", constraints={"enum": ["a b", "a_b"]}), "schema.fields.3.constraints.enum", "a_b"),
        (field("kind", constraints={"enum": ["?"]}), "schema.fields.3.constraints.enum", "nothing"),
    ],
)
def test_a_contract_that_fits_no_structure_does_not_load(
    column: dict[str, Any], key: str, value: str
) -> None:
    with refuses(key, value):
        observed(column)


def test_period_and_figure_have_to_be_there_once() -> None:
    keyed = {"release": {"formats": ["sdmx-csv"]}, "schema": {"primaryKey": ["area"]}}
    with refuses("release.formats.0", "period"):
        make_contract(field("area"), field("value", "number"), **keyed)
    with refuses("release.formats.0", "first, second"):
        make_contract(
            field("day", "date"),
            field("first", "number"),
            field("second", "integer"),
            release={"formats": ["sdmx-csv"]},
        )
    make_contract(field("day", "date"), field("cases", "integer"), release={"formats": ["sdmx-csv"]})


def test_codes_and_ids_in_sdmx_spelling() -> None:
    codes = ["%", "HKD million", "score (1-5)", "actual", "A", "head-135"]
    assert [code_id(code) for code in codes] == [
        "percent", "HKD_million", "score_1-5", "actual", "A", "head-135"
    ]  # fmt: skip
    assert [identifier_of(name) for name in ("hk-dpo", "1823-calls")] == ["HK_DPO", "N1823_CALLS"]
