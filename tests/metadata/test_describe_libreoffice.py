"""LibreOffice opens every released CSV and workbook as the table that Parquet holds. All go through it at once."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from made import data_file, field, make_contract, open_store, publish, rows_of
from made.releases import DATASETS, ROWS, rich
from metadata.conftest import Published
from praya.contract import Field
from praya.contract.labels import with_labels
from praya.contract.zone import HONG_KONG
from release_reading import Rows, from_csv, typed, without_empty

pytestmark = pytest.mark.slow

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")

# Comma, quote, UTF-8, from the first line on; every column as text, as docs/how-to/consumer.md says.
AS_TEXT = "44,34,76,1," + "/".join(f"{column}/2" for column in range(1, 100))
# The same, cells as they show, the first sheet.
TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"


def convert(files: list[Path], out: Path, *options: str) -> dict[str, Path]:
    """File name without its ending → what LibreOffice read of it, as CSV."""
    profile = f"-env:UserInstallation={(out.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", *options, "--convert-to", TO_CSV, "--outdir", str(out)]
    subprocess.run([*command, *map(str, files)], check=True, timeout=300, capture_output=True)
    # It puts the name of the sheet behind that of the file.
    found = {
        file.stem: sorted(out.glob(f"{file.stem}-{sheet}.csv")) for file in files for sheet in [_sheet(file)]
    }
    return {name: path for name, (path,) in found.items()}


def _sheet(file: Path) -> str:
    return "data" if file.suffix == ".xlsx" else file.stem


@pytest.fixture(scope="module")
def folders(published: Published, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Dataset → a release of it, and of the one with every type also as a workbook."""
    store = open_store(tmp_path_factory.mktemp("every") / "store")
    # The sheet shows whole seconds.
    rows = ROWS.replace(b"10:00:00.5Z", b"10:00:00Z")
    every = publish(store, rich(dataset="every-type", release={"formats": ["csv", "xlsx", "parquet"]}), rows)
    return {name: folder for name, (_, folder) in published.releases.items()} | {"every-type": every}


@pytest.fixture(scope="module")
def opened(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """Ending → dataset → what LibreOffice read."""
    work = tmp_path_factory.mktemp("office")
    told = {"csv": [f"--infilter=Text - txt - csv (StarCalc):{AS_TEXT}"], "xlsx": []}
    found = {}
    for ending, options in told.items():
        files = [data_file(folder, f"{name}.{ending}") for name, folder in folders.items()]
        found[ending] = convert([file for file in files if file.exists()], work / ending, *options)
    return found


def fields_of(published: Published, dataset: str, parquet: Path) -> Sequence[Field]:
    """The fields of the release: the contract's, and beside each count its status, which is a text."""
    contract = rich() if dataset == "every-type" else published.releases[dataset][0]
    known = {field.name: field for field in with_labels(contract.fields, contract.synthetic)}
    (text,) = make_contract(field("text")).fields
    return [
        known.get(name) or text.model_copy(update={"name": name}) for name in pq.read_schema(parquet).names
    ]


@pytest.mark.parametrize("dataset", [*DATASETS, "every-type"])
def test_csv_and_workbook_are_the_table(
    published: Published, folders: dict[str, Path], opened: dict[str, dict[str, Path]], dataset: str
) -> None:
    parquet = folders[dataset] / f"{dataset}.parquet"
    fields, expected = fields_of(published, dataset, parquet), without_empty(rows_of(parquet))
    stem = data_file(folders[dataset], f"{dataset}.csv").stem
    assert without_empty(from_csv(opened["csv"][stem], fields)) == expected
    if data_file(folders[dataset], f"{dataset}.xlsx").exists():
        assert of_workbook(opened["xlsx"][stem], fields) == expected


def of_workbook(path: Path, fields: Sequence[Field]) -> Rows:
    """Cells as they show: booleans as a spreadsheet writes them, moments without zone, times in halves of a day."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [field.name for field in fields]
    return [
        tuple(typed(field, _spelled(field, text) or None) for field, text in zip(fields, row, strict=True))
        for row in rows
    ]


def _spelled(field: Field, text: str) -> str:
    if field.type == "boolean":
        return text.lower()
    if field.type == "datetime" and text:
        local = dt.datetime.fromisoformat(text.removesuffix("Z"))
        zone = dt.UTC if text.endswith("Z") else HONG_KONG
        return local.replace(tzinfo=zone).astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if field.type == "time" and text:
        return dt.datetime.strptime(text, "%I:%M:%S %p").time().isoformat()
    return text
