"""Parquet: zstd, row groups of one size, typed as the contract says, with what the contract says of the fields."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from praya.contract import Text
from praya.contract.output_spec import RowReader
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.parquet_file import copy_parquet
from praya.pipeline.release.part import Part
from praya.store.duck import connect, scan

MEDIA_TYPE = "application/vnd.apache.parquet"


def write(part: Part, target: Path, work: Path) -> None:
    with connect(work) as con:
        copy_parquet(con, part, f"from {part.source}", target)


def read(files: Sequence[Path]) -> str:
    return scan(*files)


PARQUET = OutputFormat(
    name="parquet",
    suffix="parquet",
    media_type=MEDIA_TYPE,
    label="PARQUET",
    eu_file_type="PARQUET",
    title=Text(en="Parquet", zh_hant="Parquet"),
    description=Text(
        en="typed columns, zstd; titles, descriptions and units in its metadata",
        zh_hant="欄位附類型，以zstd壓縮；其元數據載有名稱、說明及單位",
    ),
    write=write,
    # Marts, reports and metrics read it by its name; its metadata says that it is generated.
    is_marked=False,
    reader=RowReader(1, read),
)
