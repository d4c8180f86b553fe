"""A package as pip would leave it in a folder, and scripts that run with it installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "extending.md"


def install(folder: Path, group: str, module: str, text: str) -> None:
    """A package `added_here` of one module, with the metadata that names its entry point in `group`."""
    package = folder / "added_here"
    package.mkdir()
    (package / "__init__.py").write_text('"""Additions."""\n')
    (package / f"{module}.py").write_text(text)
    info = folder / "added_here-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: added-here\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\nhere = added_here\n")


def run_with(folder: Path, script: str, *arguments: str, **environment: str) -> Any:
    """What a script prints as JSON in its last line, with the package in `folder` installed."""
    places = [folder, ROOT / "include", ROOT / "tests"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=os.environ | environment | {"PYTHONPATH": os.pathsep.join(map(str, places))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def example_below(heading: str) -> str:
    """The Python example below a heading of docs/extending.md."""
    section = EXAMPLES.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return str(example)
