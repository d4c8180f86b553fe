"""One simulated release: the files, lines and signature of a real one with other tokens, and the hashes that follow."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bench.simulated_chain import JournalChain, LedgerChain, as_body
from bench.template_release import NAME, Spellings, moment_of
from bench.templates import TemplateFile
from praya.history.number import FIRST
from praya.metadata import as_json
from praya.provenance.in_toto import NAME as STATEMENT
from praya.provenance.signing import envelope
from praya.store import layout
from praya.store.record import to_bytes

if TYPE_CHECKING:
    from bench.simulated import SimulatedStore


class SimulatedRelease:
    """One simulated release while it is made; a `slim` one has only what other steps read of an old version."""

    def __init__(self, to: SimulatedStore, name: str, day: int, slim: bool) -> None:
        self._to, self._name, self._day, self._slim = to, name, day, slim
        self._entries = to.entries[name]
        count = len(self._entries)
        self._template = to.templates.releases[min(count, len(to.templates.releases) - 1)]
        self._spellings = Spellings.of(day)
        self._number = FIRST if count == 0 else f"1.0.{count}"
        self._tokens = self._first_tokens(count)

    def write(self, ledger: LedgerChain, journal: JournalChain, *, with_states: bool) -> None:
        """Write files and lines; `with_states` also what every release replaces."""
        at = at_of(moment_of(self._day))
        written, lines = dict[str, str | None](), dict[int, int]()
        manifest = b""
        pending = [line for line in self._template.lines if line[0] != "release"]
        if self._slim:
            # Hashes of files that are not there: all of one release are one.
            self._tokens |= dict.fromkeys(self._template.left_out, self._key("left out", len(self._entries)))
        for file in self._template.slim_files if self._slim else self._template.files:
            key = file.key.fill(self._tokens).decode()
            if pending and key.startswith("released/"):
                # The statement names these lines, and they name the files before it.
                for kind, number, body in pending:
                    lines[number] = ledger.append(
                        at, kind.encode(), self._name.encode(), body.fill(self._tokens)
                    )
                pending = []
            data = self._content(key, file, lines)
            manifest = data if key.endswith(f"/{layout.MANIFEST}") else manifest
            sha256 = hashlib.sha256(data).hexdigest()
            self._tokens[file.sha256] = sha256.encode()
            if key.startswith(("raw/", "inputs/")):
                key = f"{key.partition('/')[0]}/{sha256}"
            if key.startswith("inputs/"):
                self._to.inputs[self._name][file.sha256] = sha256.encode()
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
        tokens = {self._to.templates.source: str(self._to.house.source).encode()} | self._to.inputs[
            self._name
        ]
        tokens[NAME.encode()] = self._name.encode()
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
        return as_json(envelope(said, self._to.signer))

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


def _stand_in(text: str) -> bytes:
    return hashlib.sha256(text.encode()).hexdigest().encode()


def at_of(moment: dt.datetime) -> bytes:
    """A moment as ledger and journal have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z".encode()
