"""What other packages add by entry points, and the library without any of them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from praya.errors import ExtensionError
from praya.extensions import COMMANDS, REPORTS, discovery, load_extensions
from praya.reports import all_reports

INCLUDE = Path(__file__).parents[2] / "include"
ALONE = """
import importlib, pkgutil, sys
from importlib import metadata
sys.modules["praya_hk"] = None  # any import of it fails
real = metadata.entry_points
metadata.entry_points = lambda **wanted: [one for one in real(**wanted) if not one.value.startswith("praya_hk")]
import praya
for one in pkgutil.walk_packages(praya.__path__, "praya."):
    if not one.name.endswith((".__main__", ".mart_job", ".verdict_job", ".again", ".mart_again")):
        importlib.import_module(one.name)
from praya.cli.app import app
from praya.reports import all_reports
print(*all_reports())
print("sources" in [one.name for one in app.registered_commands])
"""


def test_the_library_is_whole_without_the_package_of_hong_kong() -> None:
    environment = os.environ | {"PYTHONPATH": str(INCLUDE)}
    done = subprocess.run(
        [sys.executable, "-c", ALONE], env=environment, capture_output=True, text=True, check=True
    )
    reports, has_sources = done.stdout.splitlines()
    assert reports.split() == ["month-end", "open-data-progress", "programme-scorecard"]
    assert has_sources == "False"


def test_what_the_package_of_hong_kong_adds_is_found_by_its_entry_points() -> None:
    assert {"controlling-officer-head-135", "1823-monthly"} <= set(all_reports())
    assert list(load_extensions(COMMANDS)) == ["sources"]


@pytest.mark.parametrize(
    ("points", "what"),
    [
        ([("one", "no_such_package")], "cannot be imported"),
        ([("one", "praya.reports:nothing")], "cannot be imported"),
        ([("one", "json"), ("one", "csv")], "has the name of another"),
    ],
)
def test_an_entry_point_that_cannot_be_taken_is_named(
    points: list[tuple[str, str]], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [EntryPoint(name, value, REPORTS) for name, value in points]
    monkeypatch.setattr(discovery, "entry_points", lambda **_: found)
    with pytest.raises(ExtensionError, match=f"'?one'?.*{what}"):
        discovery.load_extensions.__wrapped__(REPORTS)
