"""Another package adds commands, a route and a report by one file each, as docs/extending.md says, and edits no other.

The files are the examples of that page.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from praya.errors import codes
from praya.extensions import API_ROUTES, discover_specs
from praya.site.serve.api_route import ApiRoute, PreviewRoute, ReleasedRoute, find_routes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")
COMMANDS, ROUTES, REPORTS = "Add a group of commands", "Add an API route", "Add a report"

ASK = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from praya.site.serve import make_released_app

client = TestClient(make_released_app(Path(sys.argv[1])))
for path in ("/api/sizes/all", "/api/other", "/one.txt"):
    answer = client.get(path)
    print(answer.status_code, answer.headers["access-control-allow-origin"], answer.text.splitlines()[0])
print(client.post("/api/sizes/all").status_code)
"""


def example(heading: str) -> str:
    """The module in a section of the page."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return section.partition("```python\n")[2].partition("```")[0]


@pytest.fixture
def added(tmp_path: Path) -> Path:
    """A folder for packages, with the metadata of one that may have commands, routes and reports."""
    info = tmp_path / "tide_office-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tide-office\nVersion: 1.0\n")
    groups = PAGE.partition("```toml\n")[2].partition("```")[0]
    points = re.sub(r'\[project\.entry-points\."(.*)"\]', r"[\1]", groups).replace('"', "")
    (info / "entry_points.txt").write_text(points)
    for name in ("", "commands", "routes", "reports"):
        (tmp_path / "tide_office" / name).mkdir()
        (tmp_path / "tide_office" / name / "__init__.py").write_text("")
    return tmp_path


def write(folder: Path, module: str, text: str) -> None:
    assert text
    (folder / "tide_office" / f"{module}.py").write_text(text, "utf-8")


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "include"), str(folder)]),
        "PRAYA_STORE": str(folder / "store"),
        "COLUMNS": "100",
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_group_of_commands_is_added_by_one_file(added: Path) -> None:
    write(added, "commands/tide_commands", example(COMMANDS))
    done = run_python(added, "-m", "praya.cli", "tides", "table", "Chek Lap Kok")
    assert (done.returncode, done.stdout) == (0, "high water at Chek Lap Kok: 04:10\n"), done.stderr
    listed = run_python(added, "-m", "praya.cli", "--help").stdout
    assert listed.index(" check ") < listed.index(" errors ") < listed.index(" tides ")


def test_commands_without_a_prefix_are_called_by_their_own_names(added: Path) -> None:
    write(added, "commands/tide_commands", example(COMMANDS).replace(', prefix="tides"', ""))
    done = run_python(added, "-m", "praya.cli", "table", "Waglan")
    assert (done.returncode, done.stdout) == (0, "high water at Waglan: 04:10\n"), done.stderr


@pytest.mark.parametrize(("prefix", "command"), [("verify", "table"), (None, "check")])
def test_a_command_takes_no_name_that_another_has(added: Path, prefix: str | None, command: str) -> None:
    text = example(COMMANDS).replace(', prefix="tides"', f", prefix={prefix!r}")
    write(added, "commands/tide_commands", text.replace("def table(", f"def {command}("))
    done = run_python(added, "-m", "praya.cli", "errors")
    assert done.returncode == 1 and done.stderr.startswith(codes.package.EXTENSION_NAME_TAKEN.name)


def test_a_route_is_added_by_one_file(added: Path) -> None:
    write(added, "routes/sizes_route", example(ROUTES))
    (added / "released").mkdir()
    (added / "released" / "one.txt").write_text("released\n")
    done = run_python(added, "-c", ASK, str(added / "released"))
    assert done.stdout.splitlines()[0] == '200 * {"files":1,"part":"all"}', done.stderr
    assert done.stdout.splitlines()[1].startswith("404 * ")
    assert done.stdout.splitlines()[2:] == ["200 * released", "405"]


def test_two_routes_do_not_answer_for_one_path(added: Path) -> None:
    text = example(ROUTES).replace('"/api/sizes/{part}"', '"/{path:path}", precedence=1')
    write(added, "routes/sizes_route", text)
    (added / "store" / "released").mkdir(parents=True)
    done = run_python(added, "-m", "praya.cli", "serve")
    assert done.returncode == 1 and done.stderr.startswith(codes.package.EXTENSION_NAME_TAKEN.name)


def test_a_report_is_added_by_one_file(added: Path) -> None:
    write(added, "reports/tide_report", example(REPORTS))
    done = run_python(added, "-m", "praya.cli", "reports", "list")
    assert done.returncode == 0 and "tides-of-the-year" in done.stdout, done.stderr
    built = (
        "from types import SimpleNamespace\n"
        "from praya.reports import report_of\n"
        "rows = [{'harbour': 'Waglan', 'height': 2.6}]\n"
        "sources = SimpleNamespace(table=lambda name: rows, synthetic=False)\n"
        "print(report_of('tides-of-the-year').build(sources, None).blocks[0].rows[0].cells[1].value)\n"
    )
    assert run_python(added, "-c", built).stdout == "2.6\n"


def test_the_page_lists_every_route() -> None:
    apps = {"previews": PreviewRoute, "released": ReleasedRoute}
    rows = {
        f"| {app} | `{one.name}` | `{one.path}` | {', '.join(one.methods)} | {one.summary} |"
        for app, kind in apps.items()
        for one in find_routes(kind)
    }
    table = {line for line in PAGE.splitlines() if line.startswith(("| previews |", "| released |"))}
    assert table == rows and len(rows) == len(discover_specs(ApiRoute, API_ROUTES))
