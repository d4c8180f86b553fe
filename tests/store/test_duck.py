"""The kept instance of DuckDB: every use is as good as the first, and no forked process inherits it."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from praya.store import duck

SETTINGS = "select name, value from duckdb_settings() where name <> 'temp_directory' order by name"
TASKS = Path("/proc/self/task")
BIG = "create temp table big as select i, hash(i) as h, i::varchar || repeat('x', 50) as t from range(3000000) r(i)"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    duck.close_idle()
    yield
    duck.close_idle()


def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The instances that are opened from now on."""
    made: list[Any] = []
    connect = duckdb.connect

    def counted(*arguments: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        made.append(arguments)
        return connect(*arguments, **named)

    monkeypatch.setattr(duckdb, "connect", counted)
    return made


def test_one_instance_serves_one_use_after_the_other_and_none_sees_what_another_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(monkeypatch)
    with duck.connect(tmp_path) as con:
        first = con.execute(SETTINGS).fetchall()
        con.execute("create table t as select 1 as one")
        con.execute("create view v as select 1 as one")
        con.execute("create temp table tt as select 1 as one")
        con.execute("create macro m() as 1")
        con.execute("create schema s")
        con.execute("create type kind as enum ('a')")
        con.execute("set variable secret = 'key'")
        con.execute("pragma enable_profiling = 'no_output'")
        con.execute("set timezone = 'Asia/Hong_Kong'")
        con.execute("begin")
    for _ in range(3):
        with duck.connect(tmp_path) as con:
            assert con.execute("select getvariable('secret')").fetchone() == (None,)
            for name in ("t", "v", "tt"):
                with pytest.raises(duckdb.CatalogException):
                    con.execute(f"from {name}")
            with pytest.raises(duckdb.CatalogException):
                con.execute("select m()")
            con.execute("create schema s")
            con.execute("create type kind as enum ('b')")
            assert con.execute(SETTINGS).fetchall() == first
    assert len(made) == 1


def test_every_use_is_in_utc_below_the_memory_limit_and_spills_to_its_own_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with duck.connect(tmp_path / name) as con:
            said = dict(con.execute("select name, value from duckdb_settings()").fetchall())
            assert con.execute("select timestamptz '2023-01-01 08:00:00+08'::varchar").fetchone() == (
                "2023-01-01 00:00:00+00",
            )
            (limit,) = con.execute(
                "select format_bytes(parse_formatted_bytes(?)::bigint)", [duck.memory_limit]
            ).fetchone()
            assert (said["memory_limit"], said["TimeZone"]) == (limit, "UTC")
            assert said["temp_directory"] == str(tmp_path / name / "spill")


def test_instances_work_with_as_many_threads_as_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "threads", "")
    for number, expected in (("3", 3), ("1", 1)):
        duck.limit_threads(number)
        duck.close_idle()
        with duck.connect(tmp_path) as con, duck.instance(tmp_path) as own:
            for each in (con, own):
                assert each.execute("select current_setting('threads')").fetchone() == (expected,)


def test_an_instance_that_has_spilled_is_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "memory_limit", "60MB")
    made = opened(monkeypatch)
    for number, name in enumerate(("a", "b"), 1):
        (tmp_path / name).mkdir()
        with duck.connect(tmp_path / name) as con:
            con.execute(BIG)
            assert list((tmp_path / name / "spill").iterdir())
        assert len(made) == number
        assert not list((tmp_path / name).rglob("*.tmp"))


def test_after_an_error_the_next_use_has_a_new_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(monkeypatch)
    with pytest.raises(ZeroDivisionError), duck.connect(tmp_path) as con:
        con.execute("set disabled_optimizers = 'filter_pushdown'")
        raise ZeroDivisionError
    with duck.connect(tmp_path) as con:
        assert con.execute("select current_setting('disabled_optimizers')").fetchone() == ("",)
    assert len(made) == 2


def test_uses_at_the_same_time_have_an_instance_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened(monkeypatch)
    together = threading.Barrier(3)

    def use() -> None:
        with duck.connect(tmp_path) as con:
            con.execute("create table t as select 1 as one")
            together.wait(timeout=30)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3
    with duck.connect(tmp_path):
        assert len(made) == 3


def test_a_forked_process_inherits_no_instance(tmp_path: Path) -> None:
    with duck.connect(tmp_path):
        pass
    threads = len(list(TASKS.iterdir()))
    queue = multiprocessing.get_context("fork").SimpleQueue()

    def child() -> None:
        before = len(duck._idle)
        with duck.connect(tmp_path) as con:
            queue.put((before, con.execute("select sum(i) from range(1000000) r(i)").fetchone()))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    assert len(list(TASKS.iterdir())) < threads
    process.join(timeout=60)
    assert process.exitcode == 0
    assert queue.get() == (0, (499999500000,))


def test_a_process_ends_without_a_word_and_a_killed_one_leaves_nothing_but_its_scratch(
    tmp_path: Path,
) -> None:
    code = (
        "import os, sys; from pathlib import Path; from praya.store import duck\n"
        "with duck.connect(Path(sys.argv[1])): pass\n"
    )
    for last, status in (("", 0), (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", -signal.SIGKILL)):
        done = subprocess.run(
            [sys.executable, "-c", code + last, str(tmp_path)], capture_output=True, check=False, cwd=tmp_path
        )
        assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")
        assert not list(tmp_path.iterdir())
