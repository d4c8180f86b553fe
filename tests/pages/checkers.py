"""The two validators that look at pages from outside: each tells what is wrong, by file."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules"
INSTALL = "npm ci --prefix tests/pages"
VNU = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
Complaints = dict[str, list[str]]


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
    command = ["node", str(tool), "--config", str(HERE / ".htmlvalidate.json")]
    with tempfile.NamedTemporaryFile(suffix=".json") as told:  # what it writes to a pipe it cuts off
        done = subprocess.run(
            [*command, "--formatter", f"json={told.name}", *map(str, files)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        text = Path(told.name).read_text("utf-8")
    assert text, done.stderr
    return {
        Path(each["filePath"]).name: [
            f"{one['line']}: {one['ruleId']}: {one['message']}" for one in each["messages"]
        ]
        for each in json.loads(text)
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


def complaints(check: Callable[..., Complaints], folder: Path, files: Mapping[str, bytes]) -> Complaints:
    """What a validator says of the pages among `files`, which are written to `folder`; there must be some."""
    pages = {name: data for name, data in files.items() if name.endswith(".html")}
    assert pages
    for name, data in pages.items():
        (folder / name).write_bytes(data)
    return check(*sorted(folder.glob("*.html")))
