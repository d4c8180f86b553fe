"""Killed while reports, calendar, pages of metrics, changelogs and the catalogue are written and signed: `verify` calls
that an unfinished write and no change, and a byte that is neither the old nor the intended one a change."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from chaos.crash import halts, in_child
from made import make_contract, publish
from metrics import small_house
from praya.portal import calendar
from praya.reporting.edition import publish as put_out
from praya.store import Store
from praya.verify import check
from praya.views import present
from reporting.sample_report import FIELDS, FIRST, SAMPLE, SECOND

pytestmark = pytest.mark.chaos
CONTRACT = make_contract(*FIELDS, release={"formats": ["csv", "parquet"]})


def act(root: Path) -> None:
    store = Store(root)
    calendar(store, [CONTRACT], dt.date(2026, 2, 9))
    put_out(SAMPLE, store)
    present(store)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything is presented as of yesterday; since then there are other figures, and another release."""
    work = tmp_path_factory.mktemp("before")
    store = Store(work / "store")
    with pytest.MonkeyPatch.context() as patch:
        house = small_house.House(store, work / "house", lambda _: None, patch)
        house.on("2026-02-05")
        publish(store, CONTRACT, FIRST)
        calendar(store, [CONTRACT], dt.date(2026, 2, 6))
        put_out(SAMPLE, store)
        present(store)
        patch.setattr(small_house, "present", lambda *_: None)
        house.rows += "1823-answered,2024,calendar year,actual,83,%\n"
        house.on("2026-02-09")
        publish(store, CONTRACT, SECOND, "2026-01-06T02:00:00Z")
    return store.root


@pytest.mark.timeout(1200)
def test_a_kill_while_presenting_is_unfinished_and_no_change(before: Path, tmp_path: Path) -> None:
    run = halts(act, before, tmp_path)
    unfinished = set()
    for states in run.distinct():
        root, points = states[0].root, [state.point for state in states]
        done = check(Store(root))
        assert done.problems == [], f"points {points}"
        for one in done.unfinished:
            path = Path(one.partition(": ")[0])
            unfinished.add(path.name)
            assert "unfinished write by process" in one and "again" in one
            if path.is_file():
                _spoiled_is_a_problem(root, path)
        assert in_child(lambda root=root: act(root)) == 0
        assert check(Store(root)).findings == (), f"points {points}"
        shutil.rmtree(root)
    print(run.told(), sorted(unfinished))
    named = {
        "catalogue.json",
        "index.html",
        "changelog.json",
        "calendar.ics",
        "1823-answered-en.html",
        "hashes.json",
    }
    assert named <= unfinished | {"hashes.json"}, named - unfinished


def _spoiled_is_a_problem(root: Path, path: Path) -> None:
    """Also what is waiting for its signature must be what was to be written."""
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    assert any(str(path) in one for one in check(Store(root)).problems), path
    path.write_bytes(whole)
