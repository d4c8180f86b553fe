"""The data files of a release: every format that the contract names, of the whole table and of each of its years."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract import Contract
from praya.disclosure.protect import ProtectedTable
from praya.history.stable_addresses import synthetic_name
from praya.metadata import sdmx_json
from praya.pipeline.release import csv, geojson, geoparquet, ics, json_array, parquet, sdmx_csv, xlsx, xml
from praya.pipeline.release.part import Part, parts
from praya.store import file_sha256

# Above this many bytes a text file is there gzipped too.
GZIP_ABOVE = 10_000_000
GZIP_LEVEL = 6

PARQUET_TYPE = "application/vnd.apache.parquet"
SDMX_CSV_TYPE = "application/vnd.sdmx.data+csv; version=2.0.0"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(NamedTuple):
    """How one format is written, called and served, and whether it is text, which shrinks.

    Marts, reports and metrics read Parquet by its name, which stays; its metadata says that it is generated, and SDMX's
    structure that it is a test.
    """

    write: Callable[[Part, Path, Path], None]
    ending: str
    media_type: str
    text: bool = False
    marked: bool = True  # of generated data the name says so


FORMATS = {
    "csv": Format(csv.write, "csv", "text/csv; charset=utf-8", text=True),
    "json": Format(json_array.write, "json", "application/json", text=True),
    "jsonl": Format(json_array.write_lines, "jsonl", "application/x-ndjson", text=True),
    "xml": Format(xml.write, "xml", "application/xml", text=True),
    "xlsx": Format(xlsx.write, "xlsx", XLSX_TYPE),
    "parquet": Format(parquet.write, "parquet", PARQUET_TYPE, marked=False),
    "geojson": Format(geojson.write, "geojson", "application/geo+json", text=True),
    "geoparquet": Format(geoparquet.write, "geo.parquet", PARQUET_TYPE, marked=False),
    "ics": Format(ics.write, "ics", "text/calendar; charset=utf-8", text=True, marked=False),
    "sdmx-csv": Format(sdmx_csv.write, "sdmx.csv", SDMX_CSV_TYPE, text=True, marked=False),
}
# What comes beside the data, by its ending or its name.
MEDIA_TYPES = {name: FORMATS[name].media_type for name in ("csv", "json")} | {
    "html": "text/html; charset=utf-8",
    "jsonld": "application/ld+json",
    "ttl": "text/turtle; charset=utf-8",
    sdmx_json.NAME: sdmx_json.MEDIA_TYPE,
}


def write_data(contract: Contract, table: ProtectedTable, folder: Path, work: Path) -> list[dict[str, Any]]:
    """Write the data files into the empty `folder`; gives what the manifest says of each.

    That is name, hash, size, media type, format, rows, and where it is so the year (`part`), the language, and of a
    gzipped file the name, hash and size of what is inside (`content`).
    """
    # Files are hashed and gzipped while the next one is written.
    with ThreadPoolExecutor(1) as behind:
        told: list[Future[list[dict[str, Any]]]] = []
        for part in parts(contract, table, work):
            for kind in contract.release.formats:
                for each in _in_languages(part, kind):
                    name = f"{each.stem}.{FORMATS[kind].ending}"
                    marked = table.synthetic and FORMATS[kind].marked
                    target = folder / (synthetic_name(name) if marked else name)
                    FORMATS[kind].write(each, target, work)
                    told.append(behind.submit(_described, each, kind, target))
        return [file for future in told for file in future.result()]


def describe_file(path: Path) -> dict[str, Any]:
    """What a manifest says of a file that is no data: name, hash, size, media type, format."""
    kind = path.suffix.removeprefix(".")
    return _file(path, kind, MEDIA_TYPES.get(path.name) or MEDIA_TYPES[kind])


def _file(path: Path, kind: str, media_type: str) -> dict[str, Any]:
    return {
        "name": path.name,
        "sha256": file_sha256(path),
        "bytes": path.stat().st_size,
        "media_type": media_type,
        "format": kind,
    }


def _in_languages(part: Part, kind: str) -> Iterator[Part]:
    days = part.contract.release.days
    if kind == "ics" and days is not None:
        yield from (part.in_language(language) for language in sorted(days.summary))
    else:
        yield part


def _described(part: Part, kind: str, path: Path) -> list[dict[str, Any]]:
    about: dict[str, Any] = {"rows": part.rows}
    about |= {"part": part.year} if part.year else {}
    about |= {"language": part.language} if part.language else {}
    plain = _file(path, kind, FORMATS[kind].media_type)
    if not FORMATS[kind].text or plain["bytes"] <= GZIP_ABOVE:
        return [plain | about]
    inside = {name: plain[name] for name in ("name", "sha256", "bytes", "media_type")}
    packed = _file(gzipped(path), kind, "application/gzip")
    return [plain | about, packed | about | {"content": inside}]


def gzipped(path: Path) -> Path:
    """The file gzipped beside itself, without name and time in the header, so that the bytes repeat."""
    target = path.with_name(f"{path.name}.gz")
    with (
        path.open("rb") as plain,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed, 1 << 20)
    return target
