"""What stops one dataset stops no other, and `praya show` says why, whatever it was."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from made import contract_dict, make_contract, project, put_snapshot
from made.expected import stops
from praya.assurance.status import record_problem, summary
from praya.contract import load
from praya.contract.load import read_contracts
from praya.errors import SourceError, StageError, codes
from praya.pipeline.stage import stage_table
from praya.pipeline.validate.suite import load_suite
from praya.store import Store
from praya.store.disk import disk_error
from praya.store.states import Staged


def reason(store: Store, tmp_path: Path) -> str:
    (row,) = summary([make_contract()], store, tmp_path)
    return row.reason


def test_an_error_that_nobody_foresaw_is_shown_until_the_step_ends_well(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KeyError), record_problem(store, "sample", "stage"):
        raise KeyError("unforeseen")
    assert reason(store, tmp_path).startswith(f"{codes.internal.CRASH}: An error of Praya itself")
    assert "KeyError" in reason(store, tmp_path)
    with record_problem(store, "sample", "stage"):
        pass
    assert "KeyError" not in reason(store, tmp_path)


def test_an_unforeseen_error_shows_nothing_of_a_secret(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="token"), record_problem(store, "sample", "collect"):
        raise ValueError("token=hunter2hunter2")
    assert "hunter2" not in reason(store, tmp_path)


@pytest.mark.parametrize(
    ("number", "value"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "may only be read"), (errno.EACCES, "no access")],
)
def test_a_disk_that_refuses_a_write_is_a_sentence(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int, value: str
) -> None:
    contract = make_contract()
    put_snapshot(store, contract, b"id,name\n1,a\n")

    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched, stops(codes.store.NOT_WRITABLE, value):
        patched.setattr(os, "fsync", refuse)
        with record_problem(store, "sample", "stage"):
            stage_table(contract, store)
    assert store.state(Staged, "sample") is None, "the state of before is what counts"
    assert stage_table(contract, store).rows_out == 1, "with room it goes on"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_known_from_what_duckdb_says() -> None:
    with duckdb.connect() as con, pytest.raises(duckdb.Error) as caught:
        con.execute("copy (select range as a from range(100000)) to '/dev/full' (format parquet)")
    wrapped = StageError(
        codes.stage.NOT_READABLE_AS_FORMAT, "the file cannot be read as the CSV of its contract"
    )
    wrapped.__cause__ = caught.value
    assert "disk is full" in str(disk_error(wrapped))


def test_a_source_that_may_not_be_read_is_no_matter_of_the_store() -> None:
    error = SourceError(codes.source.FILE_NOT_READABLE, "the file cannot be read: Permission denied")
    error.__cause__ = PermissionError(errno.EACCES, "Permission denied")
    assert disk_error(error) is None and disk_error(KeyError("x")) is None


BOMBS = {
    "aliases": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "loop": "a: &a [*a]\n",
    "sequences": "a: " + "[" * 1_000_000 + "\n",
    "closed sequences": "a: " + "[" * 300_000 + "]" * 300_000 + "\n",
    "mappings": "a: " + "{b: " * 300_000 + "\n",
    "compact": "- " * 100_000 + "x\n",
    "keys": "? " * 100_000 + "x\n",
    "indented": "".join(f"{' ' * depth}a:\n" for depth in range(3_000)),
    "long": "a: [" + "x, " * 300_000 + "x]\n",
    "nul": "a: \x00\n",
    "tag": "a: !!python/object/apply:os.system [true]\n",
    "number": "a: 1" + "0" * 5_000 + "\n",
    "date": "a: 2024-13-45\n",
    "merge": "a: &a {<<: *a}\n",
    "not UTF-8": "a: \udcff\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_cannot_be_read_stops_one_contract_and_no_neighbour(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "contracts"
    (folder / "hk-dpo").mkdir(parents=True)
    good: Any = contract_dict()
    (folder / "hk-dpo" / "sample.yaml").write_text(yaml.safe_dump(good, allow_unicode=True), "utf-8")
    (folder / "hk-dpo" / "bomb.yaml").write_text(BOMBS[name], "utf-8", "surrogateescape")
    contracts, problems = read_contracts(project(contracts=folder))
    assert [contract.dataset for contract in contracts] == ["sample"]
    assert problems and all("bomb.yaml:" in problem and len(problem) < 2_000 for problem in problems)


def test_what_is_no_file_stops_no_neighbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "contracts" / "hk-dpo"
    folder.mkdir(parents=True)
    (folder / "sample.yaml").write_text(yaml.safe_dump(contract_dict(), allow_unicode=True), "utf-8")
    (folder / "folder.yaml").mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.yaml")
    contracts, problems = read_contracts(project(contracts=folder.parent))
    assert [contract.dataset for contract in contracts] == ["sample"] and len(problems) == 3

    def crash(path: Path, policy: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(load, "parse_contract", crash)
    assert any(
        problem.code is codes.contract.NOT_CHECKED and "sample.yaml:1: " in problem
        for problem in read_contracts(project(contracts=folder.parent))[1]
    )


def test_a_suite_that_is_nested_too_deeply_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "sample.json"
    path.write_text('{"name": "sample", "expectations": ' + "[" * 200_000)
    with stops(codes.validate.SUITE_NOT_READABLE, "sample.json"):
        load_suite(path)
