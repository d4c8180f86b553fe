"""A simulated history: stores in which many datasets have many releases, derived from a few real ones.

Each simulated release has the files, the lines of ledger and journal and the signature of a real one, with another
dataset, moment, number and keys, and with the hashes that follow. Its rows are those of the real one. Where no step
reads a file of an old version, `slim` leaves it out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.simulated_chain import JournalChain, LedgerChain, as_body
from bench.template_release import (
    NAME,
    House,
    Spellings,
    TemplateRelease,
    make_template,
    moment_of,
    name_of,
)
from bench.template_text import TemplateText, TextCutter
from praya.history.number import FIRST
from praya.metadata import as_json
from praya.provenance.in_toto import NAME as STATEMENT
from praya.provenance.signing import envelope, load_signer
from praya.store import layout
from praya.store.record import to_bytes

# What other steps read of a version that is not the latest: all of the rest is data and documentation.
SLIM = (layout.MANIFEST, "changes.json", "hashes.json")
AREAS = ("raw/", "inputs/", "receipts/", "staged/", "verdicts/", "protected/")
ROLES = ("data", "documentation", "metadata")


@dataclass(frozen=True)
class TemplateFile:
    """A file of a real release: key and content in pieces, and the hash that the content had."""

    key: TemplateText
    content: TemplateText
    sha256: bytes


class Template:
    """One real release, cut for filling: its files in an order in which each comes after those whose hashes it holds,
    its lines, and what the filling of its tokens starts from."""

    def __init__(self, real: TemplateRelease, before: TemplateRelease | None, source: bytes) -> None:
        self.real, self.before = real, before
        # Longer tokens are tried first, so that a dataset's name in an address of the source is found in that.
        tokens = [NAME.encode(), source, *real.spellings.texts, real.number.encode()]
        if before is not None:
            tokens += [*before.spellings.texts, before.number.encode()]
        cutter = TextCutter(dict.fromkeys(tokens))
        manifest = next(key for key in real.kept if key.endswith(f"/{layout.MANIFEST}"))
        listed = json.loads(real.kept[manifest])["files"]
        role = {f"{manifest.rpartition('/')[0]}/{file['name']}": ROLES.index(file["role"]) for file in listed}
        ordered = sorted(real.kept, key=lambda key: (_area(key), role.get(key, 3), _is_last(key), key))
        self.files = [_cut(cutter, key, real.kept[key]) for key in ordered]
        self.replaced = [
            _cut(cutter, key, data) for key, data in real.replaced.items() if key.startswith("state/")
        ]
        self.lines = [
            (line.kind, line.number, cutter.cut(as_body(line.body)))
            for line in real.lines
            if line.subject == NAME
        ]


class SimulatedStore:
    """A store in `root` (a `House`) that grows by simulated releases; real steps may run on it between two calls.

    Raises nothing of its own: whether it is a store as Praya makes one, `praya verify` says.
    """

    def __init__(self, root: Path) -> None:
        self.house = House(root)
        self.store_folder = self.house.project.store_folder
        shutil.rmtree(root / "template", ignore_errors=True)
        real = make_template(root / "template")
        made = House(root / "template")
        source = str(made.source).encode()
        self._source = {source: str(self.house.source).encode()}
        befores = [None, *real]
        self._templates = [Template(one, before, source) for one, before in zip(real, befores, strict=False)]
        self.house.project.signing_key.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made.project.signing_key, self.house.project.signing_key)
        self.house.project.signing_key.chmod(0o600)
        self._entries: dict[str, list[dict[str, Any]]] = {}
        self._inputs: dict[str, dict[bytes, bytes]] = {}  # which a dataset's first release alone writes
        self.house.open_store()  # lays out the areas
        self._begin([line for line in real[0].lines if line.subject != NAME], made)

    @cached_property
    def _signer(self) -> Any:
        return load_signer(self.house.project.signing_key)

    def extend(self, datasets: Iterable[int], days: range, *, whole: int | None = None) -> None:
        """Give each of these datasets a release on each of these days, which go on from its last one. All but the
        last `whole` of them (None: none) are written slim."""
        names = [name_of(number) for number in datasets]
        for name in names:
            if not (self.house.contracts / f"{name}.yaml").exists():
                self.house.write_contract(name)
                self._entries[name], self._inputs[name] = [], {}
                for key in self._templates[0].real.locks:
                    self.write(key.replace(NAME, name), b"")
        with LedgerChain(self.store_folder / layout.LEDGER) as ledger, JournalChain(self._journal) as journal:
            for day in days:
                slim = whole is not None and day < days.stop - whole
                for name in names:
                    last = day == days.stop - 1
                    _Release(self, name, day, slim).write(ledger, journal, with_states=last)

    @property
    def _journal(self) -> Path:
        return self.store_folder / layout.WRITE_JOURNAL

    def _begin(self, lines: Iterable[Any], made: House) -> None:
        """The lines of the signing key, and its published file."""
        at = moment_of(0)
        with LedgerChain(self.store_folder / layout.LEDGER) as ledger, JournalChain(self._journal) as journal:
            for line in lines:
                ledger.append(_at(at), line.kind.encode(), line.subject.encode(), as_body(line.body))
            keys = made.open_store().read_bytes(layout.PUBLIC_KEYS)
            self.write(layout.PUBLIC_KEYS, keys)
            journal.append(_at(at).decode(), {layout.PUBLIC_KEYS: hashlib.sha256(keys).hexdigest()})

    def write(self, key: str, data: bytes) -> None:
        """Put a file in place, without waiting for the disk."""
        path = self.store_folder / key
        try:
            path.write_bytes(data)
        except FileNotFoundError:
            path.parent.mkdir(parents=True)
            path.write_bytes(data)


class _Release:
    """One simulated release while it is made."""

    def __init__(self, to: SimulatedStore, name: str, day: int, slim: bool) -> None:
        self._to, self._name, self._day, self._slim = to, name, day, slim
        self._entries = to._entries[name]
        count = len(self._entries)
        self._template = to._templates[min(count, len(to._templates) - 1)]
        self._spellings = Spellings.of(day)
        self._number = FIRST if count == 0 else f"1.0.{count}"
        self._tokens = self._first_tokens(count)

    def write(self, ledger: LedgerChain, journal: JournalChain, *, with_states: bool) -> None:
        """Write files and lines; `with_states` also what every release replaces."""
        at = _at(moment_of(self._day))
        written, lines = dict[str, str | None](), dict[int, int]()
        manifest = b""
        pending = [line for line in self._template.lines if line[0] != "release"]
        for file in self._template.files:
            key = file.key.fill(self._tokens).decode()
            if pending and key.startswith("released/"):
                # The statement names these lines, and they name the files before it.
                for kind, number, body in pending:
                    lines[number] = ledger.append(
                        at, kind.encode(), self._name.encode(), body.fill(self._tokens)
                    )
                pending = []
            if self._slim and not key.endswith(SLIM):
                self._tokens[file.sha256] = _stand_in(key)
                continue
            data = self._content(key, file, lines)
            manifest = data if key.endswith(f"/{layout.MANIFEST}") else manifest
            sha256 = hashlib.sha256(data).hexdigest()
            self._tokens[file.sha256] = sha256.encode()
            if key.startswith(("raw/", "inputs/")):
                key = f"{key.partition('/')[0]}/{sha256}"
            if key.startswith("inputs/"):
                self._to._inputs[self._name][file.sha256] = sha256.encode()
            self._to.write(key, data)
            written[key] = sha256
        body = json.loads(self._template.lines[-1][2].fill(self._tokens))
        body |= {"sequence": len(self._entries) + 1, "number": self._number}
        ledger.append(at, b"release", self._name.encode(), as_body(body))
        self._entries.append(self._entry(json.loads(manifest), body["manifest_sha256"]))
        journal.append(at.decode(), written)
        if with_states:
            self._write_states(journal, at.decode(), body["manifest_sha256"])

    def _first_tokens(self, count: int) -> dict[bytes, bytes]:
        real, before = self._template.real, self._template.before
        tokens = {**self._to._source, **self._to._inputs[self._name], NAME.encode(): self._name.encode()}
        if before is not None:
            earlier = Spellings.of(self._day - 1)
            tokens |= zip(before.spellings.texts, earlier.texts, strict=True)
            tokens[before.number.encode()] = (FIRST if count == 1 else f"1.0.{count - 1}").encode()
            tokens |= {key.encode(): self._key(step, count - 1) for step, key in before.keys.items()}
        tokens |= zip(real.spellings.texts, self._spellings.texts, strict=True)
        tokens[real.number.encode()] = self._number.encode()
        return tokens | {key.encode(): self._key(step, count) for step, key in real.keys.items()}

    def _key(self, step: str, count: int) -> bytes:
        """The key that a step gave to what it made: any other one for another release would do."""
        return _stand_in(f"{step} {self._name} {count}")

    def _content(self, key: str, file: TemplateFile, lines: Mapping[int, int]) -> bytes:
        if key.endswith(f"/{STATEMENT}"):
            return self._statement(file, lines)
        data = file.content.fill(self._tokens)
        if key.endswith(f"/{layout.MANIFEST}") and not self._slim:
            return self._manifest(json.loads(data), key)
        return data

    def _manifest(self, said: dict[str, Any], key: str) -> bytes:
        """A manifest with the sizes of the files, which change where a number has a digit more."""
        folder = self._to.store_folder / key.rpartition("/")[0]
        for file in said["files"]:
            file["bytes"] = (folder / file["name"]).stat().st_size
        return as_json(said)

    def _statement(self, file: TemplateFile, lines: Mapping[int, int]) -> bytes:
        said = json.loads(file.content.fill(self._tokens))
        for dependency in said["predicate"]["buildDefinition"]["resolvedDependencies"]:
            if line := dependency.get("annotations", {}).get("ledgerLine"):
                dependency["annotations"]["ledgerLine"] = lines[line]
        return as_json(envelope(said, self._to._signer))

    def _entry(self, manifest: dict[str, Any], sha256: str) -> dict[str, Any]:
        """What the index of versions says of the release."""
        real = self._template.real.entry
        names = [name for name in real if name in manifest]
        archive = self._spellings.texts[4].decode()
        return real | {
            **{name: manifest[name] for name in names},
            "archive": archive,
            "manifest_sha256": sha256,
        }

    def _write_states(self, journal: JournalChain, at: str, manifest_sha256: str) -> None:
        version, name = self._spellings.version, self._name
        files = {
            file.key.fill(self._tokens).decode(): file.content.fill(self._tokens)
            for file in self._template.replaced
        }
        pointer = {"dataset": name, "version": version, "manifest_sha256": manifest_sha256}
        basis = self._key("latest", len(self._entries) - 1).decode()
        files[layout.pointer(name)] = to_bytes(pointer | {"basis": basis, "sequence": len(self._entries)})
        files[layout.versions(name)] = to_bytes(
            {
                "dataset": name,
                "latest": version,
                "lines": dict.fromkeys(("1", "1.0"), version),
                "archive": {entry["archive"]: entry["version"] for entry in self._entries},
                "versions": self._entries,
            }
        )
        for key, data in files.items():
            self._to.write(key, data)
        journal.append(at, {key: hashlib.sha256(data).hexdigest() for key, data in files.items()})


def _cut(cutter: TextCutter, key: str, data: bytes) -> TemplateFile:
    sha256 = hashlib.sha256(data).hexdigest().encode()
    text = data
    if key.endswith(f"/{STATEMENT}"):
        text = base64.b64decode(json.loads(data)["payload"])
    return TemplateFile(cutter.cut(key.encode()), cutter.cut(text), sha256)


def _area(key: str) -> int:
    return next((place for place, area in enumerate(AREAS) if key.startswith(area)), len(AREAS))


def _is_last(key: str) -> int:
    """Manifest, then statement, then what changed, whose hashes come last."""
    if key.endswith(f"/{layout.MANIFEST}"):
        return 1
    if key.endswith(f"/{STATEMENT}"):
        return 2
    return 0 if "/changes/" not in key else 4 if key.endswith("hashes.json") else 3


def _stand_in(text: str) -> bytes:
    return hashlib.sha256(text.encode()).hexdigest().encode()


def _at(moment: Any) -> bytes:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z".encode()
