"""The data files of a release: every format that the contract names, of the whole table and of each of its years."""

from __future__ import annotations

import gzip
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract import Contract
from praya.contract.output_spec import COMPRESSED
from praya.history.stable_addresses import synthetic_name
from praya.metadata.unit_labels import UnitLabels
from praya.pipeline.release.output_format import OutputFormat, output_formats
from praya.pipeline.release.part import Part, parts
from praya.store import file_sha256
from praya.store.documents import ManifestFile

if TYPE_CHECKING:
    from praya.disclosure.protect import ProtectedTable

# Above this many bytes a text file is there gzipped too.
GZIP_ABOVE = 10_000_000
GZIP_LEVEL = 6


def write_data(
    contract: Contract, table: ProtectedTable, folder: Path, work: Path, units: UnitLabels | None = None
) -> list[ManifestFile]:
    """Write the data files into the empty `folder`; gives what the manifest says of each. `units` is what units are
    called.

    That is name, hash, size, media type, format, rows, and where it is so the year (`part`), the language, and of a
    gzipped file the name, hash and size of what is inside (`content`).
    """
    # Files are hashed and gzipped while the next one is written.
    with ThreadPoolExecutor(1) as behind:
        described: list[Future[list[ManifestFile]]] = []
        for part in parts(contract, table, work):
            for form in (output_formats()[name] for name in contract.release.formats):
                for each in _in_languages(replace(part, units=units or {}), form):
                    name = f"{each.stem}.{form.suffix}"
                    marked = table.synthetic and form.is_marked
                    target = folder / (synthetic_name(name) if marked else name)
                    form.write(each, target, work)
                    described.append(behind.submit(_describe, each, form, target))
        return [file for future in described for file in future.result()]


def describe_file(path: Path, media_type: str) -> ManifestFile:
    """What a manifest says of a file that is no data: name, hash, size, media type, format."""
    return _file(path, path.suffix.removeprefix("."), media_type)


def _file(path: Path, kind: str, media_type: str) -> ManifestFile:
    return {
        "name": path.name,
        "sha256": file_sha256(path),
        "bytes": path.stat().st_size,
        "media_type": media_type,
        "format": kind,
    }


def _in_languages(part: Part, form: OutputFormat) -> list[Part]:
    languages = form.languages(part.contract) if form.languages else ()
    return [part.in_language(language) for language in languages] or [part]


def _describe(part: Part, form: OutputFormat, path: Path) -> list[ManifestFile]:
    plain = _about(_file(path, form.name, form.media_type), part)
    if not form.is_text or plain["bytes"] <= GZIP_ABOVE:
        return [plain]
    packed = _about(_file(gzipped(path), form.name, "application/gzip"), part)
    packed["content"] = {
        "name": plain["name"],
        "sha256": plain["sha256"],
        "bytes": plain["bytes"],
        "media_type": form.media_type,
    }
    return [plain, packed]


def _about(file: ManifestFile, part: Part) -> ManifestFile:
    """The file with its rows, year and language."""
    file["rows"] = part.rows
    if part.year:
        file["part"] = part.year
    if part.language:
        file["language"] = part.language
    return file


def gzipped(path: Path) -> Path:
    """The file gzipped beside itself, without name and time in the header, so that the bytes repeat."""
    target = path.with_name(f"{path.name}{COMPRESSED}")
    with (
        path.open("rb") as plain,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed, 1 << 20)
    return target
