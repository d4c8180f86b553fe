"""A simulated history: stores in which many datasets have many releases, derived from a few real ones.

Each simulated release has the files, the lines of ledger and journal and the signature of a real one, with another
dataset, moment, number and keys, and with the hashes that follow. Its rows are those of the real one. Where no step
reads a file of an old version, `slim` leaves it out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.simulated_chain import JournalChain, LedgerChain, as_body
from bench.simulated_release import SimulatedRelease, at_of
from bench.template_release import NAME, House, moment_of, name_of
from bench.templates import Templates
from praya.provenance.signing import Signer, load_signer
from praya.store import layout


class SimulatedStore:
    """A store in `root` (a `House`) that grows by simulated releases; real steps may run on it between two calls.

    Raises nothing of its own: whether it is a store as Praya makes one, `praya verify` says.
    """

    def __init__(self, root: Path, templates: Templates) -> None:
        self.house = House(root)
        self.store_folder = self.house.project.store_folder
        self.templates = templates
        self.entries: dict[str, list[dict[str, Any]]] = {}
        self.inputs: dict[str, dict[bytes, bytes]] = {}  # which a dataset's first release alone writes
        key = self.house.project.signing_key
        key.parent.mkdir(parents=True, exist_ok=True)
        key.write_bytes(templates.key)
        key.chmod(0o600)
        self.house.open_store()  # lays out the areas
        self._begin()

    @cached_property
    def signer(self) -> Signer:
        """The key that signs the statements."""
        return load_signer(self.house.project.signing_key)

    def extend(self, datasets: Iterable[int], days: range, *, whole: int | None = None) -> None:
        """Give each of these datasets a release on each of these days, which go on from its last one. All but the
        last `whole` of them (None: none) are written slim."""
        names = [name_of(number) for number in datasets]
        for name in names:
            if not (self.house.contracts / f"{name}.yaml").exists():
                self.house.write_contract(name)
                self.entries[name], self.inputs[name] = [], {}
                for key in self.templates.releases[0].real.locks:
                    self.write(key.replace(NAME, name), b"")
        with LedgerChain(self.store_folder / layout.LEDGER) as ledger, JournalChain(self._journal) as journal:
            for day in days:
                slim = whole is not None and day < days.stop - whole
                for name in names:
                    last = day == days.stop - 1
                    SimulatedRelease(self, name, day, slim).write(ledger, journal, with_states=last)

    @property
    def _journal(self) -> Path:
        return self.store_folder / layout.WRITE_JOURNAL

    def _begin(self) -> None:
        """The lines of the signing key, and its published file."""
        at = at_of(moment_of(0))
        with LedgerChain(self.store_folder / layout.LEDGER) as ledger, JournalChain(self._journal) as journal:
            for line in self.templates.shared:
                ledger.append(at, line.kind.encode(), line.subject.encode(), as_body(line.body))
            keys = self.templates.public_keys
            self.write(layout.PUBLIC_KEYS, keys)
            journal.append(at.decode(), {layout.PUBLIC_KEYS: hashlib.sha256(keys).hexdigest()})

    def write(self, key: str, data: bytes) -> None:
        """Put a file in place, without waiting for the disk."""
        path = self.store_folder / key
        try:
            path.write_bytes(data)
        except FileNotFoundError:
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
