"""The layout of the code: each module has a name of its own, and what docs and code say of modules is there."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from praya.extensions import discovery

ROOT = Path(__file__).parents[1]
PACKAGES = [ROOT / "include" / name for name in ("praya", "praya_hk", "praya_airflow")]
MODULES = [path for package in PACKAGES for path in package.rglob("*.py")]
DOTTED = re.compile(r"(?<![\w./-])(praya(?:_airflow|_hk)?(?:\.[A-Za-z_]\w*)+)")
FILE = re.compile(r"(?<![\w-])(?:include/)?((?:praya|praya_hk|praya_airflow)/[\w/]+\.py)\b")
# A module of the layout of before, by which older code makes a release again; nobody's host; a group of entry points.
NO_MODULES = {"praya.reproduce.again", "praya.invalid"}
GROUPS = {value for value in vars(discovery).values() if isinstance(value, str)}
FOLDERS = ("include/praya", "include/praya_hk", "include/praya_airflow", "tests", "bench", "dags")


# Tests of the whole: what breaks in, what kills, what is said, what runs through Airflow, how the code lies, and what
# measures it.
OF_NO_PACKAGE = {".", "attacks", "chaos", "content", "e2e", "performance", "prose"}


def test_no_two_modules_have_one_name() -> None:
    names = Counter(path.name for path in MODULES if not path.name.startswith("__"))
    assert [name for name, number in names.items() if number > 1] == []


def test_modules_lie_in_packages() -> None:
    loose = {path.name for path in (ROOT / "include" / "praya").glob("*.py")}
    assert loose == {"__init__.py"}


def test_a_package_only_re_exports() -> None:
    full = [path for path in MODULES if path.name == "__init__.py" and defined_names(path)]
    assert [*map(shown, full)] == []


def test_no_module_has_the_name_of_a_function_or_class_that_is_imported_with_it() -> None:
    """`import praya.site.portal.publish` gives a module: neither it nor its package exports anything of that name."""
    assert [shown(path) for path in MODULES if shares_its_name(path)] == []


@pytest.mark.parametrize(
    ("files", "shares"),
    [
        ({"__init__.py": "", "copy.py": "def copy(): ..."}, True),
        ({"__init__.py": "from parts.copy import copy_all as copy", "copy.py": "def copy_all(): ..."}, True),
        ({"__init__.py": "from parts.other import copy", "copy.py": "", "other.py": "class copy: ..."}, True),
        ({"__init__.py": "from parts import copy", "copy.py": "def copy_all(): ..."}, False),
        ({"__init__.py": "from parts.copy import copy_all", "copy.py": "def copy_all(): ..."}, False),
    ],
)
def test_a_shared_name_is_found(files: dict[str, str], shares: bool, tmp_path: Path) -> None:
    (package := tmp_path / "parts").mkdir()
    for name, text in files.items():
        (package / name).write_text(text)
    assert shares_its_name(package / "copy.py") == shares


def shown(path: Path) -> str:
    return path.relative_to(ROOT / "include").as_posix()


def shares_its_name(path: Path) -> bool:
    """Whether a module, or a package by its `__init__.py`, exports a name that is its own, or its package does."""
    is_package = path.name == "__init__.py"
    name = path.parent.name if is_package else path.stem
    exported = defined_names(path) | (imported_names(path) if is_package else set())
    above = (path.parent.parent if is_package else path.parent) / "__init__.py"
    if above.is_file():
        exported |= defined_names(above) | imported_names(above)
    return name in exported


def defined_names(path: Path) -> set[str]:
    """The functions and classes of a module."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, kinds)}


def imported_names(path: Path) -> set[str]:
    """What an `__init__.py` takes from modules; a module of its own package is no name that hides one."""
    nodes = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
    taken = [node for node in nodes if (node.module or "").rpartition(".")[2] != path.parent.name]
    return {one.asname or one.name for node in taken for one in node.names}


def test_tests_lie_in_the_folder_of_the_package_that_they_test() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    packages = {path.parent for path in (ROOT / "include").rglob("*.py")}
    places = (ROOT / "include", ROOT / "include" / "praya")
    strays = {each for each in folders if not any(place / each in packages for place in places)}
    assert {str(each) for each in strays} <= OF_NO_PACKAGE


def texts() -> list[Path]:
    """What people read, and the code. The changelog is left out: it has the names of its day."""
    found = [
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "pyproject.toml",
    ]
    found += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "node_modules" not in path.parts and path != Path(__file__)]


@pytest.mark.parametrize("path", texts(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_said_of_modules_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    places = (ROOT / "include", ROOT / "tests")
    assert [
        name for name in FILE.findall(text) if not any((place / name).is_file() for place in places)
    ] == []
    assert {name for name in DOTTED.findall(text) if not is_there(name)} - NO_MODULES - GROUPS == set()


# Where the clock of the machine is read, and why it is not that of the project.
CLOCK_READERS = {
    "praya/project/configuration.py": "it is the clock of the project",
    "praya/cli/": "commands are above the library, and pass times down",
    "praya/store/scratch.py": "the age of scratch folders, by the file system",
    "praya/store/journal.py": "the age of entries of processes that are silent",
    "praya_hk/sources/contact_centre/api_settings.py": "a source is a system of its own",
    "praya_hk/sources/contact_centre/source_store.py": "the age of scratch folders, by the file system",
    "praya_airflow/month_tasks.py": "compared with moments of Airflow",
    "praya_airflow/common_tasks.py": "compared with moments of Airflow",
    "praya_airflow/local/": "compared with moments of Airflow",
}
CLOCK = re.compile(
    r"(?:^|\.)(?:datetime|date)\.(?:now|utcnow|today)$|^time\.(?:time|time_ns|gmtime|localtime)$"
)


def test_the_clock_of_the_machine_is_read_in_few_places() -> None:
    readers = {shown(path) for path in MODULES if reads_clock(path)}
    allowed = {name: [one for one in readers if one.startswith(name)] for name in CLOCK_READERS}
    assert readers - {one for names in allowed.values() for one in names} == set(), "take the project's clock"
    assert [name for name, names in allowed.items() if not names] == [], "reads no clock any more"


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("import datetime as dt\ndt.datetime.now(dt.UTC)", True),
        ("from datetime import date\ndate.today()", True),
        ("import time\ntime.time()", True),
        ("from time import time", True),
        ("import time\ntime.monotonic()", False),
        ("clock = project.clock()", False),
    ],
)
def test_a_reader_of_the_clock_is_seen(text: str, reads: bool, tmp_path: Path) -> None:
    (path := tmp_path / "module.py").write_text(text)
    assert reads_clock(path) == reads


def reads_clock(path: Path) -> bool:
    """Whether a module reads the clock of the machine."""
    nodes = [*ast.walk(ast.parse(path.read_text("utf-8")))]
    names = [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)]
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "time"]
    names += [f"time.{alias.name}" for node in imports for alias in node.names]
    return any(CLOCK.search(name) for name in names)


def is_there(name: str) -> bool:
    """Whether a dotted name is a module, or leads from one to what it holds."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT / "include" / Path(*parts[:length])
        if place.with_suffix(".py").is_file() or (place / "__init__.py").is_file():
            rest = parts[length:]
            return not rest or rest[0] in dir(importlib.import_module(".".join(parts[:length])))
    return False
