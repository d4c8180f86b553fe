"""Real releases of one small dataset, taken through the whole pipeline: what simulated ones are derived from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from made import contract_dict, field
from praya.contract import Contract, load_contract
from praya.contract.codes import LANGUAGES
from praya.contract.zone import show_moment
from praya.history.versions_index import archive_name
from praya.ledger import Ledger, LedgerLine
from praya.pipeline.order import Pipeline
from praya.project import Project
from praya.site.portal import write_catalogue
from praya.store import FolderStore, Store, layout

NAME = "daily-00000"
ROWS = 40
FIRST_DAY = dt.datetime(2021, 1, 1, 2, tzinfo=dt.UTC)
TEMPLATE_DAY = 4_000  # of which no simulated history has one
RELEASES = 3
STATES = ("collected", "staged", "validated", "accepted", "protected")
REPLACED = (layout.pointer(NAME), layout.versions(NAME))


def name_of(number: int) -> str:
    """The dataset of that number; all names are equally long, so that they sort as the template's does."""
    return f"daily-{number:05}"


def moment_of(day: int) -> dt.datetime:
    """When the delivery of a day is received, UTC."""
    return FIRST_DAY + dt.timedelta(day)


@dataclass(frozen=True)
class Spellings:
    """The moment of a release in each form in which Praya writes it, and the name of the version that it makes."""

    texts: tuple[bytes, ...]

    @classmethod
    def of(cls, day: int) -> Spellings:
        """The spellings of the moment of a day."""
        at = moment_of(day)
        iso = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        texts = [iso, f"{at:%Y%m%dT%H%M%SZ}", f"{at:%Y-%m-%dT%H%M%SZ}", f"{at:%Y-%m-%dT%H:%M:%S}"]
        texts += [archive_name(iso), f"{at:%Y-%m-%d}"]
        texts += [show_moment(iso, language) for language in LANGUAGES]
        return cls(tuple(text.encode() for text in texts))

    @property
    def iso(self) -> str:
        return self.texts[0].decode()

    @property
    def version(self) -> str:
        return self.texts[1].decode()


class House:
    """A project in a folder of its own: contracts, sources, store and keys, at a time that the measurement sets. Its
    datasets have so many `rows` and are released in these `formats`."""

    def __init__(self, root: Path, rows: int = ROWS, formats: Sequence[str] = ("csv",)) -> None:
        self.root, self.rows, self.formats = root, rows, formats
        self.day = 0
        self.source, self.contracts = root / "source", root / "contracts" / "hk-dpo"
        for folder in (self.source, self.contracts, root / "suites", root / "metrics"):
            folder.mkdir(parents=True, exist_ok=True)
        environment = {"PRAYA_HOME": str(root), "PRAYA_EXPECTATIONS": str(root / "suites")}
        environment |= {"PRAYA_METRICS": str(root / "metrics")}
        environment |= {"PRAYA_CONTRACTS": str(root / "contracts"), "PRAYA_SOURCE_FOLDERS": str(self.source)}
        # A source may not lie where Praya keeps its own data: the store and the keys alone are private here.
        project = Project.from_environment(environment)
        self.project = replace(
            project, private_places=(project.store_folder,), clock=lambda: moment_of(self.day)
        )

    def open_store(self) -> Store:
        """The store of the house."""
        return FolderStore(self.project)

    def pipeline(self) -> Pipeline:
        """The steps on the store."""
        return Pipeline(self.open_store(), self.project.suites)

    def write_contract(self, dataset: str) -> Contract:
        """Put the contract of a dataset in place."""
        said = contract_dict(
            field("id", "integer"),
            field("name"),
            field("value", "integer"),
            dataset=dataset,
            source={"url": f"file://{self.source}/{dataset}.csv", "format": "csv"},
            release={"formats": [*self.formats]},
        )
        path = self.contracts / f"{dataset}.yaml"
        path.write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True), "utf-8")
        return load_contract(path, self.project)

    def deliver(self, dataset: str, day: int) -> None:
        """Put the file of a day in place, in which one cell is another than the day before; it becomes that day."""
        self.day = day
        rows = (f"{row},name {row},{day if row == 3 else 7 * row}\n" for row in range(1, self.rows + 1))
        (self.source / f"{dataset}.csv").write_text("id,name,value\n" + "".join(rows), "utf-8")


@dataclass(frozen=True)
class TemplateRelease:
    """What one real release left: files that never change and files that the next one replaces, by key; the names of
    its empty files below `work/`, which are locks; its lines of the ledger; the `spellings` of its moment, its
    `number`, the keys of its steps by step, and its `entry` in the index of versions."""

    kept: dict[str, bytes]
    replaced: dict[str, bytes]
    locks: list[str]
    lines: list[LedgerLine]
    spellings: Spellings
    number: str
    keys: dict[str, str]
    entry: dict[str, Any]


def make_template(root: Path) -> list[TemplateRelease]:
    """Take the template dataset through RELEASES real releases and a catalogue, in the empty folder `root`."""
    house = House(root)
    contract, store = house.write_contract(NAME), house.open_store()
    found = []
    for number in range(RELEASES):
        before, lines = set(_keys(store)), len(list(Ledger(store)))
        house.deliver(NAME, TEMPLATE_DAY + number)
        house.pipeline().run(contract)
        found.append(_release(store, TEMPLATE_DAY + number, before, lines))
    write_catalogue(store)
    return [replace(one, kept=one.kept | _changes(store, one.spellings.version)) for one in found]


def _keys(store: Store) -> Iterator[str]:
    """The files of the dataset. What else lies there comes from all datasets, and is made again by the step that
    needs it."""
    for key in store.keys(""):
        area, _, rest = key.partition("/")
        if area in ("raw", "inputs") or (area not in ("work", "ledger") and rest.startswith(f"{NAME}/")):
            yield key


def _release(store: Store, day: int, before: set[str], lines: int) -> TemplateRelease:
    there = {key: store.read_bytes(key) for key in _keys(store)}
    replaced = {key: there[key] for key in [*(layout.state(NAME, step) for step in STATES), *REPLACED]}
    kept = {key: data for key, data in there.items() if key not in before and not _is_replaced(key)}
    states = {
        key.rpartition("/")[2].removesuffix(".json"): json.loads(data) for key, data in replaced.items()
    }
    names = {"collected": "key", "staged": "key", "validated": "key", "protected": "key", "latest": "basis"}
    entry = states["versions"]["versions"][-1]
    return TemplateRelease(
        kept,
        replaced,
        [key for key in store.keys("work") if NAME in key and not store.size(key)],
        [line for line in Ledger(store) if line.number > lines],
        Spellings.of(day),
        entry["number"],
        {step: states[step][name] for step, name in names.items()},
        entry,
    )


def _is_replaced(key: str) -> bool:
    return key.startswith(f"state/{NAME}/") or key in REPLACED


def _changes(store: Store, version: str) -> dict[str, bytes]:
    """The files of what a version changed."""
    keys = store.keys(layout.dataset(NAME), f"changes/*--{version}/*")
    return {key: store.read_bytes(key) for key in keys}
