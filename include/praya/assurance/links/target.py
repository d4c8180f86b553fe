"""Where an address leads on the store: to a file, to the tombstone of what was withdrawn, or nowhere."""

from __future__ import annotations

from enum import Enum

from praya.assurance.links.page_links import read
from praya.assurance.verify.ledger_facts import Known
from praya.history import tombstone
from praya.history.stable_addresses import LATEST
from praya.site.serve.stable import Missing, Moved, Target, find
from praya.site.serve.tree import ServedFile, Tree
from praya.store import Store, layout
from praya.store.documents import Tombstone
from praya.store.store_path import StorePath
from praya.text.names import leads_out

# Beside what a tombstone names of a version.
OWN = {"manifest.json", "provenance.json", "withdrawn.json"}


class Lead(Enum):
    """What an address leads to."""

    FILE = "file"
    TOMBSTONE = "tombstone"
    NOWHERE = "nowhere"


def is_stable(path: str) -> bool:
    """Whether the address is `<dataset>/latest/<file>`, which leads to what is there now."""
    return path.split("/")[1:2] == [LATEST]


class Targets:
    """What is served on a store; addresses are relative to `released/`."""

    def __init__(self, store: Store, known: Known) -> None:
        self._store, self._known = store, known
        self._area = StorePath(store, layout.RELEASED)
        self._served = Tree(store.local(layout.RELEASED))
        self._stones: dict[tuple[str, str], Tombstone | None] = {}
        self._places: dict[str, set[str]] = {}

    def lead(self, path: str) -> Lead:
        """Where the address leads."""
        if self._file(path).is_file():
            return Lead.FILE
        return Lead.TOMBSTONE if self.stone(path) else Lead.NOWHERE

    def stone(self, path: str) -> str | None:
        """The address of the tombstone that stands for `path`, where there is one that names it."""
        if isinstance(stable := self._stable(path), Missing) and (stone := stable.tombstone):
            return f"{stone['dataset']}/{stone['version']}/withdrawn.json"
        if path.startswith("reports/"):
            return self._stone_of_report(path)
        dataset, version, name, *_ = [*path.split("/", 2), "", ""]
        if version == "changes":
            gone = [part for part in name.split("/")[0].split("--") if self._stone(dataset, part) is not None]
            return f"{dataset}/{gone[0]}/withdrawn.json" if gone else None
        stone = self._stone(dataset, version)
        if stone is None or not (name in OWN or name in stone.get("files", {})):
            return None
        return f"{dataset}/{version}/withdrawn.json"

    def size(self, path: str) -> int:
        """Bytes of the file that the address leads to."""
        return self._file(path).size

    def places(self, path: str) -> set[str]:
        """The ids in a page, to which a link can lead."""
        if path not in self._places:
            self._places[path] = read(self._file(path)).ids
        return self._places[path]

    def _file(self, path: str) -> StorePath:
        target = self._stable(path)
        if isinstance(target, ServedFile):
            return self._area / "/".join(target.names)
        # Of a link that goes up, the folder: no file.
        return self._area if leads_out(path) else self._area / path

    def _stable(self, path: str) -> Target | None:
        """What `<dataset>/latest/<file>` leads to now; None for every other address, which is that of a file."""
        if not is_stable(path):
            return None
        target = find(self._served, path)
        while isinstance(target, Moved):
            target = find(self._served, target.path)
        return target

    def _stone_of_report(self, path: str) -> str | None:
        """Of an edition that was made from what was withdrawn, where the ledger knows the file."""
        folder, _, name = path.rpartition("/")
        place, _, edition = folder.rpartition("/")
        line = self._known.reports.get((place, edition))
        if line is None or name not in {*line.report["files"], *OWN}:
            return None
        taken_back = any(tuple(release) in self._known.withdrawn for release in line.report["releases"])
        stone = f"{folder}/withdrawn.json"
        return stone if taken_back and self._store.exists(f"released/{stone}") else None

    def _stone(self, dataset: str, version: str) -> Tombstone | None:
        release = (dataset, version)
        if release in self._known.withdrawn and release not in self._stones:
            self._stones[release] = tombstone(self._store, *release)
        return self._stones.get(release)
