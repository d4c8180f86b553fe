"""Readers who fetch while releases come and one goes: no mixture, no half, nothing missing that a manifest names."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from full import by_level
from made import make_contract, publish
from praya.assurance.verify import list_findings
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import write_catalogue
from praya.store import Store
from waiting import wait_until

pytestmark = pytest.mark.slow

READERS, RELEASES = by_level((30, 20), (30, 20), (100, 50))


def data(number: int) -> bytes:
    """Rows that all name their release, so that a mixture would show."""
    return b"id,name\n" + b"".join(b"%d,release-%d\n" % (row, number) for row in range(20))


def received(number: int) -> str:
    return f"2026-01-{number // 24 + 5:02}T{number % 24:02}:00:00Z"


class Reader(threading.Thread):
    """Fetches a dataset in a loop as the consumer's guide says: pointer, manifest, files; a tombstone is an answer."""

    def __init__(self, area: Path, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.area, self.stop = area, stop
        self.seen: list[str] = []
        self.stones = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.fetch()
                # Threads that never wait would leave the one that publishes no turn.
                self.stop.wait(1)
        except Exception as error:
            self.wrong.append(repr(error))

    def fetch(self) -> None:
        latest = json.loads((self.area / "latest.json").read_bytes())
        index = json.loads((self.area / "versions.json").read_bytes())
        if latest["version"] not in [entry["version"] for entry in index["versions"]]:
            self.wrong.append(f"{latest['version']} is pointed to and not in the index")
        folder = self.area / latest["version"]
        try:
            manifest = (folder / "manifest.json").read_bytes()
            if hashlib.sha256(manifest).hexdigest() != latest["manifest_sha256"]:
                self.wrong.append(f"{folder.name}: another manifest than the pointer names")
            listed = json.loads(manifest)["files"]
            files = {file["name"]: (folder / file["name"]).read_bytes() for file in listed}
        except FileNotFoundError as missing:
            if (folder / "withdrawn.json").is_file():
                self.stones += 1
            else:
                self.wrong.append(f"missing, and no tombstone: {missing}")
            return
        for file in listed:
            if hashlib.sha256(files[file["name"]]).hexdigest() != file["sha256"]:
                self.wrong.append(f"{folder.name}/{file['name']}: is partial or another release's")
        names = {row["name"] for row in json.loads(files["sample.json"])}
        if len(names) != 1 or names.pop().encode() not in files["sample.csv"]:
            self.wrong.append(f"{folder.name}: a mixture")
        self.seen.append(folder.name)


def test_a_hundred_readers_never_see_a_mixture_a_half_or_a_gap(store: Store) -> None:
    publish(store, make_contract(), data(0), received(0))
    stop = threading.Event()
    readers = [Reader(store.path("released/sample"), stop) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for number in range(1, RELEASES + 1):
        folder = publish(store, make_contract(), data(number), received(number))
        wait_until(lambda version=folder.name: any(version in one.seen or one.wrong for one in readers))
        if number == RELEASES // 2:
            withdraw(store, "sample", folder.name, "Wrong.", "mary")
        if number % 10 == 0:
            write_catalogue(store)
    stop.set()
    for reader in readers:
        reader.join(60)
    assert [wrong for reader in readers for wrong in reader.wrong][:5] == []
    assert all(reader.seen for reader in readers)
    seen = {version for reader in readers for version in reader.seen}
    print(f"{sum(len(reader.seen) for reader in readers)} fetches of {len(seen)} versions")
    assert len(seen) >= RELEASES
    assert max(seen) == f"{received(RELEASES).replace('-', '').replace(':', '')}"
    write_catalogue(store)
    assert list(list_findings(store)) == []
