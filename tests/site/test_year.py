"""A simulated year (a part of one without FULL=every) of releases, merges, renames, rollbacks and withdrawals: no
address that was ever given breaks."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pytest

from full import by_level
from made import field, make_contract, publish, text
from pages.dead_links import dead_links
from praya.assurance.links import follow_links
from praya.assurance.verify import list_findings
from praya.contract import Contract
from praya.errors import ReleaseRefused, codes
from praya.history import latest, versions
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.taken_back import list_taken_back
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_calendar, write_catalogue
from praya.store import Store

pytestmark = pytest.mark.slow

WEEKS = by_level(16, 16, 52)
RENAMED, MERGED = WEEKS * 20 // 52, WEEKS * 35 // 52
ID, NAME, MORE = field("id", "integer"), field("name"), field("more")
START = dt.date(2026, 1, 5)


def given(store: Store) -> set[str]:
    """Every permanent address that stands today: versions and their files, pointers, indexes, feeds, old ids."""
    return {
        key.removeprefix("released/") for key in store.keys("released") if key.split("/")[2:3] != ["changes"]
    }


def broken(store: Store, addresses: set[str]) -> list[str]:
    """Addresses that have no answer today; a tombstone in the place of a version is one."""
    gone = [address for address in sorted(addresses) if not store.exists(f"released/{address}")]
    stones = (f"released/{address.rpartition('/')[0]}/withdrawn.json" for address in gone)
    return [address for address, stone in zip(gone, stones, strict=True) if not store.exists(stone)]


class Year:
    """Four datasets that live through a year of weeks; what happens is drawn, and the same each time."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.draw = store, random.Random(seed)
        self.columns = {name: [ID, NAME] for name in ("calls", "cases", "visits", "hk-effo-faq")}
        self.aliases: dict[str, list[str]] = {name: [] for name in self.columns}
        self.promised: set[str] = set()
        self.did: dict[str, int] = {}

    def contract(self, name: str, week: int, breaking: bool = False) -> Contract:
        notice = {
            "notice": (START + dt.timedelta(weeks=week)).isoformat(),
            "reason": text(f"Change of week {week}"),
        }
        release = {"formats": ["csv", "parquet"]} | ({"breaking": notice} if breaking else {})
        return make_contract(
            *self.columns[name], dataset=name, aliases=self.aliases[name], frequency="weekly", release=release
        )

    def put(self, name: str, week: int, breaking: bool = False) -> None:
        columns = [column["name"] for column in self.columns[name]]
        rows = [
            ",".join([str(row), *(f"{column}{self.draw.randrange(5)}" for column in columns[1:])])
            for row in range(6)
        ]
        rows.append(",".join(["99", *(f"week{week}" for _ in columns[1:])]))
        received = dt.datetime.combine(START + dt.timedelta(weeks=week), dt.time(2)).isoformat() + "Z"
        contract = self.contract(name, week, breaking)
        data = "\n".join([",".join(columns), *rows]).encode() + b"\n"
        try:
            publish(self.store, contract, data, received)
        except ReleaseRefused as refused:
            assert refused.code is codes.release.REPEATS_TAKEN_BACK
            for one in [one for id_ in (name, *contract.aliases) for one in list_taken_back(self.store, id_)]:
                correct(self.store, one.dataset, one.version, f"The rest is right, week {week}.", "mary")
            publish(self.store, contract, data, received)

    def week(self, week: int) -> None:
        for name in list(self.columns):
            what = self.draw.choices(
                ["release", "column", "drop", "withdraw", "rollback", "correct", "nothing"],
                [50, 8, 8, 8, 6, 6, 14],
            )[0]
            there = [one["version"] for one in versions(self.store, name) if one["state"] == "published"]
            if what == "column":
                self.columns[name] = [ID, NAME, MORE]
            elif what == "drop":
                self.columns[name] = [ID, NAME]
            elif what == "withdraw" and len(there) > 1:
                withdraw(self.store, name, self.draw.choice(there), f"Wrong in week {week}.", "mary")
            elif what == "rollback" and len(there) > 1 and latest(self.store, name):
                try:
                    rollback(self.store, name, None, f"Checked in week {week}.", "mary")
                except ReleaseRefused as refused:
                    assert refused.code is codes.release.NO_VERSION_TO_ROLL_BACK_TO
            elif what == "correct" and there:
                correct(self.store, name, there[-1], f"Wrong in week {week}.", "mary")
            self.did[what] = self.did.get(what, 0) + 1
            if what in ("release", "column", "drop", "correct") or not there:
                self.put(name, week, breaking=what in ("drop", "column", "release"))
        if week == RENAMED:
            self.columns["hk-dpo-faq"] = self.columns.pop("hk-effo-faq")
            self.aliases["hk-dpo-faq"] = ["hk-effo-faq"]
            self.put("hk-dpo-faq", week)
        if week == MERGED:
            self.columns.pop("visits")
            self.aliases["cases"] = ["visits"]
            self.put("cases", week, breaking=True)

    def close(self, week: int) -> None:
        contracts = [self.contract(name, week) for name in self.columns]
        write_calendar(self.store, contracts, START + dt.timedelta(weeks=week))
        write_catalogue(self.store)


@pytest.mark.timeout(900)
def test_over_a_year_no_permanent_link_breaks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a host that has stable addresses, which the portal harvests then."""
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.example.gov.hk/open")
    year = Year(store, 7)
    for week in range(WEEKS):
        year.week(week)
        if week % 4 == 3:
            year.close(week)
            year.promised |= given(store)
            assert broken(store, year.promised) == [], f"week {week}"
        if week % 12 == 11:
            assert follow_links(store, [year.contract(name, week) for name in year.columns]).problems == []
    assert {"withdraw", "rollback", "correct", "drop", "column"} <= year.did.keys()
    assert dead_links(store) == []
    checked = follow_links(store)
    assert checked.problems == [] and checked.tombstones > WEEKS // 3
    assert checked.files + checked.tombstones >= len(year.promised)
    assert list(list_findings(store)) == []
    listed = store.read_json("released/catalogue.json")["datasets"]
    assert [one["dataset"] for one in listed] == ["calls", "cases", "hk-dpo-faq"]
    for old, new in (("hk-effo-faq", "hk-dpo-faq"), ("visits", "cases")):
        pointer = store.read_json(f"released/{old}/alias.json")
        assert Path(store.path(f"released/{old}") / pointer["versions"]).resolve() == store.path(
            f"released/{new}/versions.json"
        )
    for path in sorted(store.path("released").glob("*/versions.json")):
        index = json.loads(path.read_bytes())
        numbers = [one["number"] for one in index["versions"]]
        assert len(set(numbers)) == len(numbers)
        states = {one["version"]: one["state"] for one in index["versions"]}
        assert all(states[version] == "published" for version in index["lines"].values())
    print(year.did, len(year.promised), "addresses")
