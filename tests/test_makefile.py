"""The Makefile's promises that can be seen without running anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Makefile").read_text()
# What stands at the left of a rule, but for files of the environment.
TARGETS = re.findall(r"^([a-z]\w*):", TEXT, re.MULTILINE)


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=20)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The project's files as on a machine that has never seen it."""
    for name in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*"))):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_help_is_the_default_and_lists_every_target(fresh: Path) -> None:
    shown = make(folder=fresh).stdout
    assert shown == make("help", folder=fresh).stdout
    assert re.findall(r"^  make (\w+) +\S", shown, re.MULTILINE) == TARGETS


def test_every_target_is_phony() -> None:
    declared = re.search(r"^\.PHONY: (.*)$", TEXT, re.MULTILINE)
    assert declared
    assert set(TARGETS) <= set(declared[1].split())


def test_a_first_run_makes_the_environment_and_then_becomes_the_runner(fresh: Path) -> None:
    steps = make("-n", "run", folder=fresh).stdout
    order = [
        "-m venv", "--require-hashes -r requirements-uv.txt", "--compile-bytecode -r requirements.txt",
        "--offline -e .", "exec .venv/bin/python -m praya_airflow.local run",
    ]  # fmt: skip
    assert [steps.index(step) for step in order] == sorted(steps.index(step) for step in order)
    assert not re.search(r"requirements-(dev|s3|postgresql)", steps), "a first run needs none of them"


def installed(folder: Path, python: str = "#!/bin/sh\n") -> None:
    """Let everything be installed, with this script as the environment's Python."""
    stamps = folder / ".venv" / ".stamps"
    stamps.mkdir(parents=True)
    (folder / ".venv" / "bin").mkdir()
    (folder / ".venv" / "bin" / "python").write_text(python)
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    (stamps / "at").write_text(f"{folder}\n")
    for name in ("uv", "run", "s3", "postgresql", "dev"):
        (stamps / name).touch()


def test_a_second_run_does_nothing_but_run(fresh: Path) -> None:
    installed(fresh)
    assert make("-n", "run", folder=fresh).stdout == "exec .venv/bin/python -m praya_airflow.local run\n"


def test_every_test_runs_once_whatever_fails(fresh: Path) -> None:
    installed(fresh, '#!/bin/sh\nfor last; do :; done\necho "$last $FULL" >>asked\nexit 1\n')
    assert make("test", "FULL=1", folder=fresh).returncode == 2
    asked = (fresh / "asked").read_text().splitlines()
    assert all(line.endswith(" 1") for line in asked)
    chosen = [Expression.compile(line.removesuffix(" 1")) for line in asked]
    for marks in ({"none"}, {"slow"}, {"chaos"}, {"e2e"}, {"e2e", "full"}):
        assert sum(one.evaluate(lambda name, **_: name in marks) for one in chosen) == 1, marks  # noqa: B023


def test_an_environment_that_was_moved_is_made_again(fresh: Path) -> None:
    stamps = fresh / ".venv" / ".stamps"
    stamps.mkdir(parents=True)
    (stamps / "at").write_text("/elsewhere\n")
    (stamps / "uv").touch()
    assert "-m venv" in make("-n", "run", folder=fresh).stdout


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n', "Python 3.9.2"),
        ('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n', "without venv or ensurepip"),
    ],
)
def test_a_python_that_will_not_do_is_refused_with_a_sentence(
    fresh: Path, script: str, sentence: str
) -> None:
    python = fresh / "python"
    python.write_text(script)
    python.chmod(0o755)
    result = make("run", f"PYTHON={python}", folder=fresh)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert not (fresh / ".venv").exists()


def test_clean_says_what_it_removes(fresh: Path) -> None:
    (fresh / "var").mkdir()
    shown = make("clean", folder=fresh).stdout
    assert ".venv" in shown
    assert "var" in shown
    assert not (fresh / "var").exists()
