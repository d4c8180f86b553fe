"""The Nu Html Checker and html-validate accept every kind of page in every language; broken ones they refuse."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages.every_page import KINDS, LANGUAGES, pages, write

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules"
INSTALL = "npm ci --prefix tests/pages"
VNU = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
Complaints = dict[str, list[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write(folder)
    return folder


def nu(*files: Path) -> Complaints:
    """What the Nu Html Checker says, by file: errors and warnings."""
    command = ["java", "-Xss2m", "-jar", str(VNU), "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=300, check=True
    )
    found: Complaints = {}
    for each in json.loads(done.stdout)["messages"]:
        if each["type"] == "error" or each.get("subType") == "warning":
            line = each.get("lastLine")
            found.setdefault(each["url"].rpartition("/")[2], []).append(f"{line}: {each['message']}")
    return found


def html_validate(*files: Path) -> Complaints:
    """What html-validate says, by file."""
    tool = TOOLS / "html-validate" / "bin" / "html-validate.mjs"
    command = ["node", str(tool), "--config", str(HERE / ".htmlvalidate.json"), "--formatter", "json"]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout, done.stderr
    return {
        Path(each["filePath"]).name: [
            f"{one['line']}: {one['ruleId']}: {one['message']}" for one in each["messages"]
        ]
        for each in json.loads(done.stdout)
        if each["messages"]
    }


CHECKERS: list[Any] = [
    pytest.param(
        nu,
        id="vnu",
        marks=pytest.mark.skipif(
            not VNU.exists() or shutil.which("java") is None, reason=f"needs Java and `{INSTALL}`"
        ),
    ),
    pytest.param(
        html_validate,
        id="html-validate",
        marks=pytest.mark.skipif(
            not (TOOLS / "html-validate").exists() or shutil.which("node") is None,
            reason=f"needs Node.js 18.19 or newer and `{INSTALL}`",
        ),
    ),
]


@pytest.mark.parametrize("check", CHECKERS)
def test_every_kind_of_page_is_accepted(folder: Path, check: Callable[..., Complaints]) -> None:
    assert check(*(page for kind in KINDS for page in pages(folder, kind))) == {}


BROKEN = {
    "unclosed": ("</table>", ""),
    "attribute": ("<html lang=", "<html long="),
    "twice": ("<title>", "<title></title><title>"),
    "value": ("<th ", "<th colspan=x "),
}


@pytest.mark.parametrize("check", CHECKERS)
def test_broken_pages_are_refused(folder: Path, tmp_path: Path, check: Callable[..., Complaints]) -> None:
    text = pages(folder, "dictionary")[0].read_text("utf-8")
    for name, (old, new) in BROKEN.items():
        assert old in text
        (tmp_path / f"{name}.html").write_text(text.replace(old, new, 1), "utf-8")
    assert set(check(*sorted(tmp_path.iterdir()))) == {f"{name}.html" for name in BROKEN}


def test_every_page_says_which_language_it_is_in(folder: Path) -> None:
    for kind in KINDS:
        for page in pages(folder, kind):
            short = next((short for short in ("tc", "sc") if page.stem.endswith(f"-{short}")), "en")
            assert f'<html lang="{LANGUAGES[short]}"' in page.read_text("utf-8"), page
