"""Killed while reports, calendar, pages of metrics, changelogs and the catalogue are written and signed: `verify` calls
that an unfinished write and no change, and a byte that is neither the old nor the intended one a change."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import pytest

from chaos.crash import copied
from made import make_contract, open_store, publish, small_house
from made.sample_report import FIELDS, FIRST, SAMPLE, SECOND
from praya.assurance.verify import verify_store
from praya.reports.edition import publish as put_out
from praya.site.portal import write_calendar
from praya.site.views import present

pytestmark = pytest.mark.chaos
CONTRACT = make_contract(*FIELDS, release={"formats": ["csv", "parquet"]})


def act(root: Path) -> None:
    store = open_store(root)
    write_calendar(store, [CONTRACT], dt.date(2026, 2, 9))
    put_out(SAMPLE, store)
    present(store)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything is presented as of yesterday; since then there are other figures, and another release."""
    work = tmp_path_factory.mktemp("before")
    store = open_store(work / "store")
    with pytest.MonkeyPatch.context() as patch:
        house = small_house.House(store, work / "house", lambda _: None, patch)
        house.on("2026-02-05")
        publish(store, CONTRACT, FIRST)
        write_calendar(store, [CONTRACT], dt.date(2026, 2, 6))
        put_out(SAMPLE, store)
        present(store)
        patch.setattr(small_house, "present", lambda *_: None)
        house.rows += "1823-answered,2024,calendar year,actual,83,%\n"
        house.on("2026-02-09")
        publish(store, CONTRACT, SECOND, "2026-01-06T02:00:00Z")
    return store.root


class Killed(BaseException):
    """Nothing catches this but the test."""


class Looks:
    """Stands still wherever the store is about to change, or has just changed, and verifies it as a kill would leave
    it there; nothing else runs meanwhile."""

    def __init__(self, root: Path, die_at: int | None = None) -> None:
        self.root, self.die_at, self.looking = root, die_at, False
        self.problems: list[str] = []
        self.unfinished: set[str] = set()
        self.count = 0

    def install(self, patch: pytest.MonkeyPatch) -> None:
        real = os.fsync

        def fsync(handle: int) -> None:
            path = Path(f"/proc/self/fd/{handle}").readlink()
            if path.is_dir() or path.suffix == ".jsonl":
                self.look()
            real(handle)

        patch.setattr(os, "fsync", fsync)
        sys.addaudithook(self._hook)  # it cannot be taken away, and looks at this store alone

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if event == "os.rename" and str(args[0]).startswith(f"{self.root}/"):
            self.look()

    def look(self) -> None:
        if self.looking:
            return
        self.count += 1
        if self.die_at is not None:
            if self.count == self.die_at:
                raise Killed
            return
        self.looking = True
        done = verify_store(open_store(self.root))
        self.problems += [f"look {self.count}: {one}" for one in done.problems]
        for one in done.unfinished:
            path = Path(one.partition(": ")[0])
            if path.is_file() and path.name not in self.unfinished:
                self._spoil(path)
            self.unfinished.add(path.name)
        self.looking = False

    def _spoil(self, path: Path) -> None:
        """What waits for its signature must still be what was to be written."""
        whole = path.read_bytes()
        path.write_bytes(whole + b" ")
        if not any(str(path) in one for one in verify_store(open_store(self.root)).problems):
            self.problems.append(f"{path}: was spoiled, and no problem")
        path.write_bytes(whole)


@pytest.mark.timeout(1200)
def test_a_kill_while_presenting_is_unfinished_and_no_change(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    copied(before, root)
    looks = Looks(root)
    with monkeypatch.context() as patch:
        looks.install(patch)
        act(root)
    looks.looking = True
    print(f"{looks.count} looks, unfinished at some of them: {', '.join(sorted(looks.unfinished))}")
    assert looks.problems == [] and looks.count > 40
    assert {
        "catalogue.json",
        "index.html",
        "changelog.json",
        "calendar.json",
        "index.json",
    } <= looks.unfinished
    assert verify_store(open_store(root)).findings == ()
    _killed(before, tmp_path, monkeypatch, range(5, looks.count, looks.count // 5))


def _killed(before: Path, work: Path, monkeypatch: pytest.MonkeyPatch, points: range) -> None:
    """After a kill at any of these the next run completes, and nothing is unfinished any more."""
    for point in points:
        root = work / str(point)
        copied(before, root)
        with monkeypatch.context() as patch:
            looks = Looks(root, die_at=point)
            looks.install(patch)
            with pytest.raises(Killed):
                act(root)
        looks.looking = True
        assert verify_store(open_store(root)).problems == [], point
        act(root)
        assert verify_store(open_store(root)).findings == (), point
