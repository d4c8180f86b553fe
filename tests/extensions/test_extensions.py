"""What other packages add by entry points, and the library without any of them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from made.expected import stops
from praya.cli.command_group import CommandGroup
from praya.disclosure.recognise import all_recognisers
from praya.errors import Code, codes
from praya.extensions import COMMAND_GROUPS, REPORTS, discover_specs, discovery
from praya.reports import Report, all_reports

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
from praya.reports import Report, all_reports
print(*all_reports())
print("sources" in [one.name for group in app.registered_groups for one in group.typer_instance.registered_commands])
from praya.disclosure.recognise import all_recognisers, search_texts
print(*[one.name for one in all_recognisers()], sep=", ")
print(*[one.kind for one in search_texts({"note": "Mr Brown, +44 20 7946 0958, A123456(3)"})["note"]], sep=", ")
"""


def test_the_library_is_whole_without_the_package_of_hong_kong() -> None:
    environment = os.environ | {"PYTHONPATH": str(INCLUDE)}
    done = subprocess.run(
        [sys.executable, "-c", ALONE], env=environment, capture_output=True, text=True, check=True
    )
    reports, has_sources, recognisers, found = done.stdout.splitlines()
    assert reports.split() == ["month-end", "open-data-progress", "programme-scorecard"]
    assert has_sources == "False"
    assert recognisers.split(", ") == [
        "card",
        "date of birth",
        "e-mail",
        "iban",
        "international phone",
        "ip address",
        "messenger name",
        "name with title",
        "passport",
    ]
    assert found == "international phone, name with title"


def test_what_the_package_of_hong_kong_adds_is_found_by_its_entry_points() -> None:
    assert {"controlling-officer-head-135", "1823-monthly"} <= set(all_reports())
    assert "sources" in discover_specs(CommandGroup, COMMAND_GROUPS)
    names = [one.name for one in all_recognisers()]
    assert {"hkid", "phone", "vehicle mark", "name", "address"} <= {*names}
    assert {*names}.isdisjoint({"international phone", "name with title"}), "others find all that these find"


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([("one", "no_such_package")], codes.package.EXTENSION_NOT_IMPORTED),
        ([("one", "praya.reports:nothing")], codes.package.EXTENSION_NOT_IMPORTED),
        ([("one", "praya.reports:all_reports")], codes.package.EXTENSION_NOT_IMPORTED),
        ([("one", "csv")], codes.package.EXTENSION_WITHOUT_SPEC),
        (
            [("one", "praya.reports.kinds"), ("one", "praya_hk.reports.kinds")],
            codes.package.EXTENSION_NAME_TAKEN,
        ),
    ],
)
def test_an_entry_point_that_cannot_be_taken_is_named(
    points: list[tuple[str, str]], code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [EntryPoint(name, value, REPORTS) for name, value in points]
    monkeypatch.setattr(discovery, "entry_points", lambda **_: found)
    with stops(code, "entry point one of praya.reports"):
        discover_specs.__wrapped__(Report, REPORTS)


def test_two_specs_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "copied_report.py").write_text(
        "from dataclasses import replace\nfrom praya.reports.kinds.scorecard_report import REPORT\n"
        "COPY = replace(REPORT)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("praya", "praya.reports.kinds", REPORTS),
        EntryPoint("two", "copied_report", REPORTS),
    ]
    monkeypatch.setattr(discovery, "entry_points", lambda **_: points)
    with stops(codes.package.EXTENSION_NAME_TAKEN, "two", "programme-scorecard"):
        discover_specs.__wrapped__(Report, REPORTS)
