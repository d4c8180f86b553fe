"""The addresses of a dataset that stay while versions come: `latest`, lines, numbers, the portal's archive names."""

from __future__ import annotations

from praya.store.documents import VersionsIndex

LATEST = "latest"
# In the names of files of generated data that have no place of their own to say so.
SYNTHETIC = "-synthetic"


def addresses(index: VersionsIndex) -> dict[str, str]:
    """Address → version, from a dataset's index of versions: `latest`, `2`, `2.1`, `2.1.0`, `20260105-1000`. What was
    withdrawn has none."""
    by_name: dict[str, str] = {LATEST: str(index["latest"])} if index["latest"] else {}
    by_name |= index["lines"]
    by_name |= {
        str(entry["number"]): str(entry["version"])
        for entry in index["versions"]
        if entry["state"] != "withdrawn" and "number" in entry
    }
    by_name |= index["archive"]
    return by_name


def withdrawn(index: VersionsIndex) -> dict[str, str]:
    """The same for what was withdrawn: by version, number and archive name, where nothing else has that name."""
    gone = [entry for entry in index["versions"] if entry["state"] == "withdrawn"]
    names = {
        str(entry[name]): str(entry["version"])
        for name in ("archive", "number", "version")
        for entry in gone
        if name in entry
    }
    return {name: version for name, version in names.items() if name not in addresses(index)}


def synthetic_name(file: str) -> str:
    """A file's name with the mark of generated data: `x-2023.csv.gz` is `x-2023-synthetic.csv.gz`."""
    stem, dot, ending = file.partition(".")
    return f"{stem}{SYNTHETIC}{dot}{ending}"


def renamed(file: str, before: str, after: str) -> str:
    """A file's name under another id of its dataset: `old-2023.csv` is `new-2023.csv`."""
    rest = file.removeprefix(before)
    return f"{after}{rest}" if rest != file and rest[:1] in (".", "-") else file
