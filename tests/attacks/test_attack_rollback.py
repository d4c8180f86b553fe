"""What was withdrawn or rolled back comes out again under no contract, snapshot or name before a person says so; and
what goes on record names a person."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from full import examples
from made import accept, copy_of, field, make_contract, not_of_a_mart, open_store, project, publish, text
from made.expected import refuses, stops
from praya.assurance.verify import list_findings
from praya.cli.app import app
from praya.contract import Contract
from praya.contract.revisions import Revision
from praya.contract.waiver import Waiver
from praya.disclosure.protect.approval import Change
from praya.disclosure.protect.weakenings import Weakening
from praya.errors import ReleaseRefused, codes
from praya.history import latest, versions
from praya.history.grants import list_grants
from praya.ledger import Ledger
from praya.pipeline.current import TodaysRules, pending_reason
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.preview import grant_preview
from praya.pipeline.release.release_step import Released
from praya.pipeline.release.row_comparison import repeated, rows_sha256
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_catalogue
from praya.site.portal.publish import publish_released
from praya.store import Store
from praya.store.states import Accepted
from praya.text.person import is_same_person, parse_person

pytestmark = pytest.mark.slow

ID, NAME, SIZE = field("id", "integer"), field("name"), field("size", "integer")
GOOD = b"id,name,size\n1,a,10\n2,b,20\n"
BAD = b"id,name,size\n1,a,10\n2,wrong,21\n3,wrong-too,30\n"
BETTER = b"id,name,size\n1,a,10\n2,b,22\n3,c,31\n"


def day(number: int) -> str:
    return f"2026-01-{number:02}T02:00:00Z"


def table(**changes: Any) -> Contract:
    fields = changes.pop("fields", [ID, NAME, SIZE])
    return make_contract(*fields, **changes)


def released(store: Store) -> str:
    """All data that is out as the latest of any dataset, in one text."""
    found = ""
    for pointer in sorted(store.path("released").glob("*/latest.json")):
        version = json.loads(pointer.read_bytes())["version"]
        for path in sorted((pointer.parent / str(version)).glob("*.csv")):
            found += path.read_text("utf-8-sig")
    return found


def attempt(store: Store, contract: Contract, data: bytes, received: str) -> Released:
    accept(store, contract, data, received)
    return publish_release(protect_table(not_of_a_mart(contract), store), contract, store)


def take_back(store: Store, how: str) -> None:
    if how == "withdrawn":
        withdraw(store, "sample", "1.0.1", "Figures of another fund.", "mary")
    else:
        rollback(store, "sample", None, "Figures of another fund.", "mary")


@pytest.fixture(scope="module")
def _bad(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(tmp_path_factory.mktemp("bad") / "store")
    publish(store, table(), GOOD, day(5))
    publish(store, table(), BAD, day(6))
    return store


@pytest.fixture
def bad(_bad: Store, tmp_path: Path) -> Store:
    """Two versions, of which the second is wrong; to do with what a test wants."""
    return copy_of(_bad, tmp_path / "store")


EDITS: dict[str, dict[str, Any]] = {
    "title": {"title": text("Another title")},
    "description": {"description": text("Other words")},
    "category": {"category": "environment"},
    "frequency": {"frequency": "weekly"},
    "contact": {"contact": {"name": text("Another office"), "email": "other@example.gov.hk"}},
    "keywords": {"keywords": [text("word")]},
    "owner": {"owner": "another"},
    "formats": {"release": {"formats": ["csv", "json", "parquet"]}},
    "order of columns": {"fields": [ID, SIZE, NAME]},
    "title of a column": {"fields": [ID, NAME, {**SIZE, "title": text("How large")}]},
    "type of a column": {"fields": [ID, NAME, field("size", "number")]},
    "all as text": {"fields": [field("id"), field("name"), field("size")]},
    "another name of a column": {"fields": [ID, NAME, field("large", "integer", source="size")]},
    "other names of all columns": {
        "fields": [
            field("a", "integer", source="size"),
            field("b", source="name"),
            field("c", "integer", source="id"),
        ],
        "schema": {"primaryKey": ["c"]},
    },
    "a column less": {"fields": [ID, NAME], "source": {"ignore_columns": ["size"]}},
    "another key": {"schema": {"primaryKey": ["name"]}},
    "unit": {"fields": [ID, NAME, {**SIZE, "unit": "m"}]},
    "reason of the class": {"disclosure": {"reason": "Everybody may know these facts."}},
    "quality": {"quality": {"min_rows": 1}},
    "an old id": {"dataset": "renamed", "aliases": ["sample"]},
    "a dataset of its own": {"dataset": "elsewhere"},
}


@pytest.mark.parametrize("how", ["withdrawn", "rolled back"])
@pytest.mark.parametrize("edit", EDITS)
def test_no_edit_of_a_contract_lets_rows_out_that_were_taken_back(bad: Store, how: str, edit: str) -> None:
    take_back(bad, how)
    changes = dict(EDITS[edit])
    # Notice of a breaking change is given: it must not be what holds the rows back.
    notice = {"breaking": {"notice": "2026-01-01", "reason": text("It is told to all readers.")}}
    changes["release"] = {**notice, **changes.get("release", {})}
    with stops(codes.release.REPEATS_TAKEN_BACK, "Figures of another fund"):
        attempt(bad, table(**changes), BAD, day(6))
    with stops(codes.release.REPEATS_TAKEN_BACK, "Figures of another fund"):
        attempt(bad, table(**changes), BAD, day(9))
    assert "wrong" not in released(bad)
    assert list(list_findings(bad)) == []


@pytest.mark.parametrize("how", ["withdrawn", "rolled back"])
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BAD, "the same bytes"),
        (b"id,name,size\r\n3,wrong-too,30\r\n2,wrong,21\r\n1,a,10\r\n", "another order of rows"),
        (b"size,id,name\n10,1,a\n21,2, wrong\n30,3,wrong-too\n", "another order of columns, and a blank"),
        (BAD + b"4,d,40\n", "one row more"),
        (b"id,name,size\n1,z,11\n2,wrong,21\n", "one of the wrong rows"),
        (b"id,name,size\n3,wrong-too,30\n", "the other one alone"),
    ],
)
def test_no_snapshot_brings_a_row_back(bad: Store, how: str, data: bytes, why: str) -> None:
    take_back(bad, how)
    with stops(codes.release.REPEATS_TAKEN_BACK, "sample", "praya "):
        attempt(bad, table(), data, day(8))
    assert "wrong" not in released(bad), why


@pytest.mark.parametrize("how", ["withdrawn", "rolled back"])
def test_what_is_right_goes_out_without_being_asked(bad: Store, how: str) -> None:
    take_back(bad, how)
    assert attempt(bad, table(), BETTER, day(8)).changed is True
    # The wrong rows stay back however much is released after them, and however old they are.
    attempt(bad, table(), BETTER + b"4,d,40\n", day(9))
    with stops(codes.release.REPEATS_TAKEN_BACK, "2 rows"):
        attempt(bad, table(title=text("A title")), BAD + b"4,d,40\n", day(10))


def test_a_row_that_a_version_left_out_wrongly_is_not_left_out_again(store: Store) -> None:
    publish(store, table(), GOOD, day(5))
    publish(store, table(), b"id,name,size\n1,a,10\n", day(6))
    rollback(store, "sample", None, "A row was lost.", "mary")
    with stops(codes.release.REPEATS_TAKEN_BACK, "lacks 1 row"):
        attempt(store, table(), b"id,name,size\n1,a,10\n3,c,30\n", day(7))
    # Another value in its place is no row that is left out.
    assert attempt(store, table(), b"id,name,size\n1,a,10\n2,b,25\n", day(7)).changed is True


def test_an_announcement_lifts_it_for_one_release_and_only_one_made_since(bad: Store) -> None:
    correct(bad, "sample", "1.0.1", "A name is wrong.", "mary")
    rollback(bad, "sample", None, "Until it is right.", "mary")
    partly = b"id,name,size\n1,a,10\n2,b,20\n3,wrong-too,30\n"
    with stops(codes.release.REPEATS_TAKEN_BACK, "Until it is right"):
        attempt(bad, table(), partly, day(7))
    correct(bad, "sample", "1.0.1", "The third row is right after all.", "mary")
    told = attempt(bad, table(), partly, day(7))
    manifest = bad.read_json(f"released/sample/{told.version}/manifest.json")
    assert manifest["corrects"]["reason"] == "The third row is right after all."
    # What is out now may stay; the rest of what was rolled back may not come.
    with stops(codes.release.REPEATS_TAKEN_BACK, "holds 1 row"):
        attempt(bad, table(title=text("A title")), BAD, day(8))


def test_the_same_words_announce_again_after_another_taking_back(bad: Store) -> None:
    correct(bad, "sample", "1.0.1", "It is right.", "mary")
    rollback(bad, "sample", "1.0.0", "Being checked.", "mary")
    with stops(codes.release.REPEATS_TAKEN_BACK, "Being checked"):
        attempt(bad, table(title=text("A title")), BAD, day(7))
    correct(bad, "sample", "1.0.1", "It is right.", "mary")
    assert attempt(bad, table(title=text("A title")), BAD, day(7)).changed is True
    # Said twice in a row it is one announcement.
    correct(bad, "sample", "1.0.0", "Old.", "mary")
    correct(bad, "sample", "1.0.0", "Old.", "mary")
    assert sum(line.kind == "correction" for line in Ledger(bad)) == 3


def test_what_is_rolled_forward_to_is_out(bad: Store) -> None:
    rollback(bad, "sample", None, "Being checked.", "mary")
    rollback(bad, "sample", "1.0.1", "It was right.", "mary")
    assert attempt(bad, table(title=text("A title")), BAD, day(7)).changed is True


def test_everything_after_the_version_that_is_gone_back_to_is_taken_back(bad: Store) -> None:
    publish(bad, table(), BAD + b"4,d,40\n", day(7))
    rollback(bad, "sample", "1.0.0", "All of January is wrong.", "mary")
    with stops(codes.release.REPEATS_TAKEN_BACK, "All of January is wrong"):
        attempt(bad, table(title=text("A title")), BAD, day(8))


def test_a_store_from_before_and_one_without_its_protected_tables_hold_too(bad: Store) -> None:
    rollback(bad, "sample", None, "Being checked.", "mary")
    shutil.rmtree(bad.path("protected/sample"))
    with stops(codes.release.REPEATS_TAKEN_BACK, "its rows", "Being checked"):
        attempt(bad, table(fields=[ID, SIZE, NAME]), BAD, day(7))
    shutil.rmtree(bad.path("protected/sample"))
    with stops(codes.release.REPEATS_TAKEN_BACK, "Being checked"):
        attempt(bad, table(title=text("A title")), BAD, day(7))
    line = Ledger(bad).find("rollback", "sample")
    assert line is not None and len(line.body["rows_sha256"]) == 64


def test_the_state_says_so_and_nothing_is_looked_at_before(bad: Store, tmp_path: Path) -> None:
    rollback(bad, "sample", None, "Being checked.", "mary")
    edited = table(title=text("A title"))
    accept(bad, edited, BAD, day(6))
    shown = protect_table(edited, bad)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with stops(codes.release.REPEATS_TAKEN_BACK, "Being checked"):
        grant_preview(
            shown, edited, bad, to="Office", start=until - dt.timedelta(days=2), until=until,
            reason="Briefing.", by="mary", checks=TodaysRules(bad, project().suites),
        )  # fmt: skip
    assert not list(list_grants(bad))
    reason = pending_reason(edited, bad, tmp_path)
    assert reason is not None


def test_a_withdrawal_ends_what_may_be_looked_at(bad: Store) -> None:
    changed = table(title=text("A title"))
    accept(bad, changed, BAD + b"9,next,90\n", day(7))
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    start = until - dt.timedelta(days=2)
    grant_preview(
        protect_table(changed, bad),
        changed,
        bad,
        to="Office",
        start=start,
        until=until,
        reason="Look.",
        by="mary",
        checks=TodaysRules(bad, project().suites),
    )
    withdraw(bad, "sample", "1.0.0", "A name in it.", "mary")
    (grant,) = list_grants(bad)
    assert grant.state(bad, dt.datetime.now(dt.UTC)) == "ended" and not grant.files(bad).exists()


def test_a_rollback_while_a_run_is_between_its_gate_and_its_release_holds(bad: Store) -> None:
    edited = table(title=text("A title"))
    accept(bad, edited, BAD, day(7))
    passed = protect_table(edited, bad)
    rollback(bad, "sample", None, "Being checked.", "mary")
    with stops(codes.release.REPEATS_TAKEN_BACK, "Being checked"):
        publish_release(passed, edited, bad)


def test_copies_and_the_catalogue_follow(bad: Store, tmp_path: Path) -> None:
    write_catalogue(bad)
    publish_released(bad, str(tmp_path / "copy"))
    withdraw(bad, "sample", "1.0.1", "Figures of another fund.", "mary")
    write_catalogue(bad)
    publish_released(bad, str(tmp_path / "copy"))
    for path in (tmp_path / "copy").rglob("*"):
        assert path.is_dir() or b"wrong-too" not in path.read_bytes(), path


def test_a_mart_of_a_table_that_was_taken_back_waits(
    bad: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from made import contract_dict

    folder = tmp_path / "house"
    (folder / "contracts" / "hk-dpo").mkdir(parents=True)
    (folder / "metrics").mkdir()
    (folder / "metrics" / "sizes.sql").write_text("select name as id, size as name from sample")
    source = contract_dict(ID, NAME, SIZE)
    mart = contract_dict(
        field("id"), field("name"), dataset="sizes", source={"mart": "sizes", "format": "parquet"}
    )
    mart["source"].pop("url")
    for one in (source, mart):
        path = folder / "contracts" / "hk-dpo" / f"{one['dataset']}.yaml"
        path.write_text(json.dumps(one))
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder / "contracts"))
    monkeypatch.setenv("PRAYA_METRICS", str(folder / "metrics"))
    rollback(bad, "sample", None, "Being checked.", "mary")
    made = Contract.model_validate(mart)
    store_table = bad.path(bad.read_state(Accepted, "sample").table)
    assert store_table.is_file()
    parquet = tmp_path / "mart.parquet"
    import duckdb

    with duckdb.connect() as con:
        con.execute(
            f"copy (select name as id, size::varchar as name from '{store_table}') to '{parquet}' (format parquet)"
        )
    with stops(codes.release.REPEATS_TAKEN_BACK, "sizes: ", "sample", "Being checked"):
        attempt(bad, made, parquet.read_bytes(), day(7))
    correct(bad, "sample", "1.0.1", "The sizes are right.", "mary")
    assert attempt(bad, made, parquet.read_bytes(), day(7)).changed is True


# --- sequences -------------------------------------------------------------------------------------------

ROWS = st.dictionaries(st.integers(1, 4), st.sampled_from("abc"), min_size=1, max_size=4)
WORDS = st.sampled_from(["title", "formats", "order"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("release"), ROWS, st.none() | WORDS),
        st.tuples(st.just("again"), st.integers(0, 6), WORDS),
        st.tuples(st.just("withdraw"), st.integers(0, 6), st.none()),
        st.tuples(st.just("rollback"), st.integers(0, 6), st.none()),
        st.tuples(st.just("correct"), st.integers(0, 6), st.none()),
    ),
    min_size=3,
    max_size=9,
)
Row = tuple[int, str]


class Office:
    """A dataset through any sequence of commands, and beside it in plain sets which rows may not come out."""

    def __init__(self, store: Store) -> None:
        self.store, self.days = store, itertools.count(1)
        self.rows: dict[str, frozenset[Row]] = {}
        self.base: dict[str, str | None] = {}
        self.lifted: set[str] = set()
        self.refused = self.let_out = 0

    def do(self, what: str, choice: Any, words: str | None) -> None:
        names = list(self.rows)
        if what == "release":
            self.release(frozenset(choice.items()), words)
        elif names:
            name = names[choice % len(names)]
            if what == "again":
                self.release(self.rows[name], words)
            elif what == "correct":
                correct(self.store, "sample", name, "The rest is right.", "mary")
                if name in self.taken():
                    self.lifted.add(name)
            elif what == "withdraw":
                withdraw(self.store, "sample", name, "Wrong.", "mary")
                self.lifted.discard(name)
            else:
                self.roll(name)

    def roll(self, to: str) -> None:
        now = latest(self.store, "sample")
        try:
            rollback(self.store, "sample", to, "Being checked.", "mary")
        except ReleaseRefused:
            return
        assert now is not None
        self.base[now["version"]] = to
        self.lifted -= {now["version"], to}

    def release(self, rows: frozenset[Row], words: str | None) -> None:
        changes: dict[str, Any] = {"fields": [ID, NAME], "release": {"formats": ["csv"]}}
        if words == "title":
            changes["title"] = text(f"Title {next(self.days)}")
        elif words == "formats":
            changes["release"] = {"formats": ["csv", "json"]}
        elif words == "order":
            changes |= {"fields": [NAME, ID], "schema": {"primaryKey": ["id"]}}
        changes["release"] |= {
            "breaking": {"notice": "2026-01-01", "reason": text(f"Told, time {next(self.days)}.")}
        }
        before = latest(self.store, "sample")
        out = self.rows[before["version"]] if before else frozenset()
        data = "id,name\n" + "".join(f"{number},{name}\n" for number, name in sorted(rows))
        try:
            made = attempt(self.store, table(**changes), data.encode(), day(1 + next(self.days) % 28))
        except ReleaseRefused:
            self.refused += 1
            return
        if not made.changed:
            return
        self.let_out += 1
        for version in self.taken(besides=made.version) - self.lifted:
            base = self.rows.get(self.base[version] or "", frozenset())
            assert not (self.rows[version] - base - out) & rows, (version, rows)
        self.rows.setdefault(made.version, rows)
        self.base.setdefault(made.version, before["version"] if before else None)
        self.lifted.clear()

    def taken(self, besides: str = "") -> set[str]:
        return {
            one["version"]
            for one in versions(self.store, "sample")
            if one["state"] != "published" and one["version"] != besides
        }


@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_over_any_sequence_of_commands_no_row_comes_back_by_itself(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any, str | None]]
) -> None:
    store = open_store(tmp_path_factory.mktemp("office") / "store")
    office = Office(store)
    for step in steps:
        office.do(*step)
    assert list(list_findings(store)) == []


CELL = st.one_of(
    st.integers(-99, 99), st.floats(-9, 9).map(lambda n: round(n, 3)), st.text("aé 5.0-", max_size=5)
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), data=st.data())
def test_the_hash_of_rows_knows_no_order_and_no_names(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    work = tmp_path_factory.mktemp("rows")

    def put(name: str, rows: list[tuple[Any, ...]], columns: list[int], names: list[str]) -> Path:
        cells = {names[place]: [str(row[column]) for row in rows] for place, column in enumerate(columns)}
        pq.write_table(pa.table(cells), work / name)
        return work / name

    first = put("first.parquet", rows, [0, 1, 2], ["a", "b", "c"])
    other = put(
        "other.parquet",
        data.draw(st.permutations(rows)),
        data.draw(st.permutations([0, 1, 2])),
        ["x", "y", "z"],
    )
    assert rows_sha256(first, work) == rows_sha256(other, work)
    less = put("less.parquet", [*rows[1:], ("new", "row", "here")], [0, 1, 2], ["a", "b", "c"])
    assert rows_sha256(first, work) != rows_sha256(less, work)
    assert not repeated(first, first, None, other, ["a"], work)
    assert repeated(first, None, None, other, ["a"], work).brought >= 1


# --- who -------------------------------------------------------------------------------------------------

NOBODY = [
    "root",
    "ROOT",
    "R00T",
    " airflow ",
    "Air-Flow",
    "nobody",
    "default",
    "ｒｏｏｔ",
    "root@host",
    "ubuntu",
    "",
]
HIDDEN = ["m\u0430ry", "mary\u200b", "\u202eyram", "\x1b[31mmary", "mary\nroot", "\u03bf\u03c1"]


@pytest.mark.parametrize("name", [*NOBODY, *HIDDEN])
def test_only_a_person_goes_on_record(bad: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = sum(1 for _ in Ledger(bad))
    acts: list[Callable[[], object]] = [
        lambda: correct(bad, "sample", "1.0.1", "Wrong.", name),
        lambda: rollback(bad, "sample", None, "Wrong.", name),
        lambda: withdraw(bad, "sample", "1.0.1", "Wrong.", name),
    ]
    for act in acts:
        with stops(codes.person.NAME_NOT_VALID):
            act()
    monkeypatch.setenv("PRAYA_STORE", str(bad.root))
    monkeypatch.setenv("PRAYA_PERSON", name)
    for command in (
        ["rollback", "sample", "--reason", "x"],
        ["withdraw", "sample", "1.0.1", "--reason", "x"],
        ["correct", "sample", "1.0.1", "--reason", "x"],
        ["preview", "sample", "--end", "--reason", "x"],
        ["close", "--month", "2026-01"],
        ["keys", "rotate"],
        ["keys", "revoke", "ab", "--reason", "x"],
    ):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2, (command, done.output)
    assert sum(1 for _ in Ledger(bad)) == before


def test_nobody_is_guessed(bad: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAYA_STORE", str(bad.root))
    monkeypatch.delenv("PRAYA_PERSON")
    done = CliRunner().invoke(app, ["rollback", "sample", "--reason", "x"])
    assert done.exit_code == 2 and "--by" in done.output
    assert (
        CliRunner().invoke(app, ["rollback", "sample", "--reason", "x", "--by", "Chan Tai-man"]).exit_code
        == 0
    )
    line = Ledger(bad).find("rollback", "sample")
    assert line is not None and line.body["by"] == "Chan Tai-man"


def test_no_code_asks_the_machine_who_it_is() -> None:
    for path in [*Path("include").rglob("*.py"), *Path("dags").rglob("*.py")]:
        source = path.read_text("utf-8")
        for asked in ("getuser", "getlogin", "getpwuid", '"USER"', '"LOGNAME"'):
            assert asked not in source, (path, asked)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mary", "MARY"), ("mary", " mary "), ("Chan Tai Man", "chan tai-man"), ("mary", "m\u0430ry"),
        ("officer", "0fficer"), ("mary", "ｍａｒｙ"), ("mary", "mary\u200b"), ("Tai Man Chan", "Chan, Tai Man"),
        ("陳大文", "陈大文"), ("mary@dpo.example", "Mary"), ("Lily", "L1ly"), ("José", "Jose"), ("mary", "ma\u0301ry"),
    ],
)  # fmt: skip
def test_nobody_is_a_second_person_by_spelling(one: str, other: str) -> None:
    assert is_same_person(one, other)
    change = Change("sample", "0", "1", None, (Weakening("class", "weaker"),), {"class": [other]})
    assert "second person" in str(change.refusal(one, other))


def test_two_persons_are_two() -> None:
    assert not is_same_person("mary", "officer") and not is_same_person("陳大文", "陳小文")
    assert parse_person("  CHAN  Tai-man ") == "CHAN Tai-man" and parse_person("陳大文") == "陳大文"


@pytest.mark.parametrize("by", ["root", "airflow", "Nobody"])
def test_waivers_and_revisions_are_answered_for_by_somebody(by: str) -> None:

    waiver = {"expectation": "abc", "until": "2026-01-01", "reason": "Tolerable until then.", "by": by}
    with refuses("by"):
        Waiver.model_validate(waiver)
    figure = {"dataset": "ab", "key": {"id": 1}, "field": "n", "was": 1, "now": 2}
    revision = {"by": by, "decided": "2026-01-01", "reason": text("Counted twice."), "figures": [figure]}
    with refuses("by"):
        Revision.model_validate(revision)


@pytest.mark.parametrize(
    ("user", "kind", "said"),
    [
        ("mary", "manual", "mary"),
        (None, "scheduled", "automatic run of DAG month_end"),
        ("airflow", "manual", "automatic run of DAG month_end"),
        ("mary", "scheduled", "automatic run of DAG month_end"),
    ],
)
def test_a_run_says_who_was_logged_in_or_that_nobody_was(
    monkeypatch: pytest.MonkeyPatch, user: str | None, kind: str, said: str
) -> None:
    from praya_airflow import run_context

    context = {
        "dag_run": SimpleNamespace(triggering_user_name=user, run_type=kind),
        "dag": SimpleNamespace(dag_id="month_end"),
    }
    monkeypatch.setattr(run_context, "get_current_context", lambda: context)
    assert run_context.name_starter() == said


def test_a_change_is_not_approved_by_its_proposer_in_disguise(store: Store) -> None:
    from praya.disclosure.protect.approval import approve

    change = Change("sample", "0", "1", None, (Weakening("class", "weaker"),), {"class": ["officer"]})
    for proposer in ("officer", "Officer ", "0fficer", "officer@dpo.example"):
        with stops(codes.disclosure.APPROVAL_REFUSED, "sample"):
            approve(
                change, store, proposed_by=proposer, approved_by="officer", reason="Fares of offices only."
            )
    with stops(codes.person.NAME_NOT_VALID, "'root'"):
        approve(change, store, proposed_by="root", approved_by="officer", reason="Fares of offices only.")
    assert not list(Ledger(store))
