"""The files that may be served: those below one folder, under the names by which they are published."""

from __future__ import annotations

import json
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from praya.errors import IntegrityError
from praya.observe import get_logger
from praya.store.documents import (
    EditionPointer,
    ManifestFile,
    PointerToNothing,
    Tombstone,
    VersionsIndex,
)
from praya.store.pack import ENDING
from praya.store.packed_keys import PackedKeys
from praya.store.unpacked import Unpacked

log = get_logger(__name__)

# Copies on their way have a name that ends in .part, others' temporary ones in ~ or .tmp; dot files are nobody's.
TEMPORARY = re.compile(r"\..*|.*(~|\.part|\.tmp)", re.DOTALL)
NAME = re.compile(r"[^/\\\x00-\x1f\x7f]+")


class ServedFile(NamedTuple):
    """A file by the names under which it is served, and where it or a copy of it lies."""

    names: tuple[str, ...]
    path: Path


class Tree:
    """A folder to serve. Nothing outside it is reached, neither by `..` nor by a link that leads out. What lies in
    packs, as superseded versions do on the store, is served from a copy in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._packed = PackedKeys(self.root, areas=None)
        self._unpacked = Unpacked(self._packed, Path(tempfile.gettempdir()))

    def file(self, *names: str) -> ServedFile | None:
        """The file under these names, or None where there is none that may be served."""
        if not names or not all(NAME.fullmatch(name) and not TEMPORARY.fullmatch(name) for name in names):
            return None
        try:
            path = self.root.joinpath(*names).resolve()
            if path.is_relative_to(self.root) and path.is_file():
                return ServedFile(names, path)
            return self._file_in_pack(names)
        except (OSError, RuntimeError):  # a name that is too long, a link that leads to itself
            return None

    def _file_in_pack(self, names: tuple[str, ...]) -> ServedFile | None:
        key = "/".join(names)
        try:
            return ServedFile(names, self._unpacked.local(key)) if self._packed.find(key) else None
        except IntegrityError as error:
            log.warning("a pack of the released area cannot be read and is not shown", file=key, error=error)
            return None

    def alias(self, dataset: str) -> str | None:
        """The id that a dataset has now, where `dataset` is an old one."""
        value = self._json(dataset, "alias.json")
        return str(value["dataset"]) if value else None

    def versions(self, dataset: str) -> VersionsIndex | None:
        """The index of the versions of a dataset."""
        return cast(VersionsIndex | None, self._json(dataset, "versions.json"))

    def tombstone(self, *folder: str) -> Tombstone | None:
        """What stays of a version, or of an edition, that was withdrawn."""
        return cast(Tombstone | None, self._json(*folder, "withdrawn.json"))

    def edition(self, *folder: str) -> str | None:
        """The latest edition of a report, or of one of its periods."""
        pointer = cast(EditionPointer | None, self._json(*folder, "latest.json"))
        return pointer.get("edition") if pointer else None

    def last_withdrawn(self, dataset: str) -> str | None:
        """The version that was withdrawn last, where the pointer of the dataset leads nowhere."""
        pointer = cast(PointerToNothing | None, self._json(dataset, "latest.json"))
        return pointer.get("withdrawn") if pointer else None

    def _json(self, *names: str) -> dict[str, Any] | None:
        """The JSON object in the file under these names; None where there is none."""
        file = self.file(*names)
        try:
            value = json.loads(file.path.read_bytes()) if file else None
        except FileNotFoundError:
            return None
        except ValueError as error:
            log.warning(
                "a file of the released area is not JSON and is not shown", file="/".join(names), error=error
            )
            return None
        return value if isinstance(value, dict) else None

    def names(self, *names: str) -> list[str]:
        """The names of the files that may be served in a folder, in order."""
        folder = self.root.joinpath(*names)
        listed = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
        listed |= self._packed.children("/".join(names))
        return [name for name in sorted(listed) if not name.endswith(ENDING) and self.file(*names, name)]

    def listed(self, *names: str) -> dict[str, ManifestFile]:
        """What the manifest in a folder says of each file, by name; empty where there is no manifest."""
        file = self.file(*names, "manifest.json")
        try:
            return _listed(file.path, file.path.stat().st_mtime_ns) if file else {}
        except FileNotFoundError:
            return {}


@lru_cache(maxsize=1024)
def _listed(manifest: Path, _changed: int) -> dict[str, ManifestFile]:
    return {file["name"]: file for file in json.loads(manifest.read_bytes())["files"]}
