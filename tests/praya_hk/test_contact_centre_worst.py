"""With the source at its worst the same bytes come out, or nothing does and a sentence says why.

A quarter of the faults is tried, another one each day; all of them, and whole rounds of releases, with FULL=1.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from full import EVERY, part_of
from made import accept_staged, open_store, scratch_left
from made.centre import EXPECTATIONS, INCLUDE, MARTS, RECONCILIATION, RECORDS, contract
from praya.contract import Contract
from praya.contract.structure import Structure
from praya.errors import MonthIncomplete, PrayaError, codes
from praya.pipeline.collect import collect_source
from praya.pipeline.collect.http_source import ATTEMPTS
from praya.pipeline.measure import compute_marts, compute_month
from praya.pipeline.month_switch import switch_in
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.store import Store, file_sha256
from praya.store.states import Accepted
from praya_hk.sources import FAULTS
from praya_hk.sources.contact_centre import Archive, api_pages, query
from praya_hk.sources.contact_centre.api import RecordsApi
from praya_hk.sources.faults import CHANGES

pytestmark = pytest.mark.slow

MONTH, API = "2023-03", "/1823/v1"
# At one contact in a hundred, calls and cases have five pages or so, and surveys one.
SCALE, PAGE_ROWS = 0.01, 450
# What goes away by itself within the attempts that collect makes; `renamed` is of files, the API knows nothing of it.
HARMLESS = {"slow", "renamed"} | {
    f"{kind}x{times}"
    for kind in ("500", "503", "429", "cut", "truncated", "slow")
    for times in range(1, ATTEMPTS)
}
OF_SOURCES = sorted({*FAULTS} - {*CHANGES})


class Behaviour(dict[str, str]):
    """What is wrong at which path; with `first`, from the so-many-th request there on."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.asked = 1, 0

    def misbehave(self, path: str, kind: str, first: int = 1) -> None:
        self.clear()
        self[path], self.first, self.asked = kind, first, 0

    def get(self, path: str, default: Any = None) -> Any:
        if path not in self:
            return default
        self.asked += 1
        return self[path] if self.asked >= self.first else default


class Source(NamedTuple):
    """The records API, its archive, what it does wrong, and how to reach it."""

    archive: Archive
    wrong: Behaviour
    base: dict[str, str]


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Small pages, no pauses, one clock and one key for all."""
    folder = tmp_path_factory.mktemp("worst")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api_pages, "PAGE_ROWS", PAGE_ROWS)
        patch.setattr(query, "PAGE_ROWS", PAGE_ROWS)
        patch.setattr("tenacity.nap.time", SimpleNamespace(sleep=lambda _: None))
        patch.setattr("made.basics.now", lambda: dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC))
        patch.setenv("PRAYA_SOURCES_SLOW_SECONDS", "0.02")
        patch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(folder / "key"))
        yield folder


@pytest.fixture(scope="module")
def archive(around: Path) -> Archive:
    return Archive(around / "archive", scale=SCALE, months=[MONTH])


@pytest.fixture
def source(archive: Archive, serve: Callable[[Any], str]) -> Source:
    wrong = Behaviour()
    api = Starlette(routes=[Mount(API, RecordsApi(archive, "s3cret", wrong).app())])
    return Source(archive, wrong, {"contact_centre": serve(api).replace("://", "://:s3cret@")})


def records(name: str, kind: str = "") -> Contract:
    """The contract of a table; for a source that keeps silent one with little patience."""
    one = contract(f"1823-{name}")
    if kind == "silent":
        one = one.model_copy(update={"source": one.source.model_copy(update={"timeout_seconds": 0.2})})
    return one.at(MONTH)


def take(one: Contract, store: Store, source: Source) -> str:
    """Collect and stage, and accept as validate would; the SHA-256 of the staged table."""
    collect_source(one, store, source.base)
    state = stage_table(one, store)
    accept_staged(store, one, state)
    return file_sha256(store.path(state.table))


class Before(NamedTuple):
    """A store in which the month stands as it was first given out, and the tables as amended without a fault."""

    store: Path
    old: dict[str, str]
    new: dict[str, str]


@pytest.fixture(scope="module")
def before(around: Path, archive: Archive, request: pytest.FixtureRequest) -> Before:
    serve = request.getfixturevalue("_server")
    url, current = serve
    current["app"] = Starlette(routes=[Mount(API, RecordsApi(archive, "s3cret", {}).app())])
    quiet = Source(archive, Behaviour(), {"contact_centre": url.replace("://", "://:s3cret@")})
    archive.reset()
    old = {name: take(records(name), open_store(around / "before"), quiet) for name in RECORDS}
    archive.apply(MONTH, "amended", 40)
    archive.apply(MONTH, "deleted", 40)
    fresh = {name: take(records(name), open_store(around / "fresh"), quiet) for name in RECORDS}
    assert {name for name in RECORDS if fresh[name] != old[name]} == {"cases", "assignments", "surveys"}
    return Before(around / "before", old, fresh)


def outcome(one: Contract, store: Store, source: Source, before: Before) -> str:
    """`same` when the table came as without a fault; else the sentence, and all that was accepted stands."""
    name = one.dataset.removeprefix("1823-")
    accepted = store.state(Accepted, one.subject)
    try:
        assert take(one, store, source) == before.new[name]
    except PrayaError as error:
        said = str(error)
        assert (
            said.startswith(f"1823-{name}") and len(said) > 50 and "\n" not in said and "s3cret" not in said
        )
        assert accepted is not None and store.state(Accepted, one.subject) == accepted
        assert file_sha256(store.path(accepted.table)) == before.old[name]
        assert scratch_left(store) == []
        source.wrong.clear()
        assert take(one, store, source) == before.new[name], "and afterwards it comes"
        return said
    return "same"


def places(kind: str) -> list[tuple[str, str, int]]:
    """Where a fault is tried: table, path, and from which request on."""
    table = f"{API}/{{}}"
    tried = [("cases", table, 1), ("cases", table, 2)]
    if "x" not in kind:
        tried += [("calls", table, 4), ("assignments", f"{table}/{MONTH}", 1), ("surveys", table, 1)]
        tried += [("cases", f"{API}/months", 1)]
    return [(name, path.format(name), first) for name, path, first in tried]


@pytest.mark.parametrize("kind", part_of(OF_SOURCES, 1))
def test_a_fault_gives_the_same_table_or_a_sentence(
    source: Source, before: Before, tmp_path: Path, kind: str
) -> None:
    found = []
    for number, (name, path, first) in enumerate(places(kind)):
        root = tmp_path / str(number)
        shutil.copytree(before.store, root)
        source.wrong.misbehave(path, kind, first)
        found.append(outcome(records(name, kind), open_store(root), source, before))
    if kind in HARMLESS:
        assert {*found} == {"same"}
    else:
        assert "same" not in found[:2], "the fault was never met"


def contracts() -> list[Contract]:
    """At this scale nearly every count is small, and to hold the tables against one another takes minutes; what a
    source does is the same without."""
    marts = [contract(name.replace("_", "-")) for name in MARTS]
    return [contract(f"1823-{name}") for name in RECORDS] + (marts if EVERY else [*map(_alone, marts)])


def _alone(one: Contract) -> Contract:
    """A contract whose table is not held against others; satisfaction has means, which need it."""
    if one.dataset == "1823-satisfaction":
        return one
    return one.model_copy(update={"disclosure": one.disclosure.model_copy(update={"structure": Structure()})})


def go(store: Store, source: Source, metrics: Path, wrong: dict[str, str]) -> list[PrayaError]:
    """The whole way, as Airflow's tasks take it: a table that fails holds up its month; the errors of all."""
    errors: list[PrayaError] = []
    source.wrong.clear()
    source.wrong.update(wrong)
    listed = contracts()
    for one in (one.at(MONTH) for one in listed[: len(RECORDS)]):
        try:
            collect_source(one, store, source.base)
            stage_table(one, store)
            validate_table(one, store, EXPECTATIONS)
        except PrayaError as error:
            errors.append(error)
    try:
        switch_in(listed, store, EXPECTATIONS, "synthetic-1823", MONTH)
        compute_month(store, metrics, listed, "synthetic-1823", MONTH)
    except MonthIncomplete as error:
        errors.append(error)
    compute_marts(store, metrics, listed)
    for one in listed[len(RECORDS) :]:
        if one.source.mart == RECONCILIATION:
            compute_marts(store, metrics, listed)
        collect_source(one, store, {})
        stage_table(one, store)
        validate_table(one, store, EXPECTATIONS)
        publish_release(protect_table(one, store), one, store)
    return errors


def released(store: Store) -> dict[str, bytes]:
    """Every file of the area that is served."""
    root = store.path("released")
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def published(files: dict[str, bytes]) -> dict[str, bytes]:
    """What does not hang on the store: keys and statements name its ledger's lines and when the key came."""
    return {
        name: data
        for name, data in files.items()
        if not name.startswith("keys/") and not name.endswith("/provenance.json")
    }


@pytest.mark.full
@pytest.mark.timeout(300)
def test_the_same_releases_come_out_or_those_before_stay(
    source: Source, around: Path, tmp_path: Path
) -> None:
    metrics = tmp_path / "metrics"
    (metrics / "monthly").mkdir(parents=True)
    for path in (INCLUDE / "metrics").rglob("1823_*.sql"):
        (metrics / path.relative_to(INCLUDE / "metrics")).symlink_to(path)
    source.archive.reset()
    quiet, troubled = open_store(tmp_path / "quiet"), open_store(tmp_path / "troubled")
    assert go(quiet, source, metrics, {}) == []
    first = released(quiet)
    assert len({name.split("/")[0] for name in first} - {"keys"}) == len(MARTS)

    worst = {"months": "500x1", "calls": "503x3", "cases": "cutx3", "assignments": "429x2", "surveys": "slow"}
    assert go(troubled, source, metrics, {f"{API}/{name}": kind for name, kind in worst.items()}) == []
    assert published(released(troubled)) == published(first)

    source.archive.apply(MONTH, "deleted", 60)
    errors = go(quiet, source, metrics, {f"{API}/cases": "html", f"{API}/surveys/{MONTH}": "column-renamed"})
    assert [errors[at].code for at in (0, -2, -1)] == [
        codes.source.NO_DATA_IN_BODY,
        codes.stage.COLUMNS_CHANGED,
        codes.month.TABLES_NOT_ACCEPTED,
    ]
    assert "/1823/v1/surveys" in str(errors[-2]) and MONTH in str(errors[-1])
    assert released(quiet) == first

    assert go(quiet, source, metrics, {}) == []
    after = released(quiet)
    assert after != first
    lasting = [name for name in first if not name.endswith(("/latest.json", "/versions.json"))]
    assert {name: after[name] for name in lasting} == {name: first[name] for name in lasting}, (
        "what was released before is never changed"
    )
