"""Drivers that only some settings need: asked for by name where they are not installed, and by no one else."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from made import open_store
from made.expected import stops
from praya.errors import codes
from praya.site.portal.publish import publish_released
from praya_airflow.local.airflow_environment import check_drivers

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = {"s3": {"s3fs", "aiobotocore", "botocore"}, "postgresql": {"psycopg2-binary", "asyncpg"}}


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))


def versions(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))


@pytest.mark.parametrize("extra", DRIVERS)
def test_a_first_run_installs_no_driver_and_the_extra_has_it(extra: str) -> None:
    assert not locked("requirements") & DRIVERS[extra]
    assert locked(f"requirements-{extra}") >= DRIVERS[extra]


@pytest.mark.parametrize("extra", ["requirements-s3", "requirements-postgresql", "requirements-dev"])
def test_all_locks_name_the_same_versions(extra: str) -> None:
    core, more = versions("requirements"), versions(extra)
    both = core.keys() & more.keys()
    assert {name: more[name] for name in both} == {name: core[name] for name in both}


def test_postgresql_without_its_drivers_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with stops(codes.package.DRIVER_MISSING, "make postgresql", "asyncpg") as caught:
        check_drivers("postgresql+psycopg2://me:secret@db/praya")
    assert "asyncpg" in str(caught.value)
    assert "psycopg2" not in str(caught.value) and "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "sqlite:////tmp/airflow.db"])
def test_sqlite_needs_no_driver(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("asyncpg", "psycopg2"):
        monkeypatch.setitem(sys.modules, name, None)
    check_drivers(url)


def test_s3_without_its_driver_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    # fsspec keeps what it has imported once.
    monkeypatch.delitem(import_module("fsspec.registry")._registry, "s3", raising=False)
    with stops(codes.package.DRIVER_MISSING, "make s3"):
        publish_released(open_store(tmp_path / "store"), "s3://bucket/prefix")
    assert publish_released(open_store(tmp_path / "store"), str(tmp_path / "served")).written == 0
