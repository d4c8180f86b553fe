"""`frictionless validate` on samples of a table's CSV with the contract's Table Schema."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import child
from bench.child import Clock, Failed, Figures
from bench.places import RECORDS, contracts, raw_files
from praya.contract import Contract

# Rows of the two samples of a table, where it has as many; the larger is four times the smaller.
SAMPLE, TIMES = 10_000, 4
WARM = 100


def samples(store: str, work: str, months: Sequence[str], sample: int = SAMPLE) -> Figures:
    """Wall and processor seconds of a `small` and a `large` sample of each dataset, and their rows."""
    known, found = contracts(), {}
    for name in RECORDS:
        pages = [page for month in months for page in raw_files(Path(store), name, month)]
        lines = _lines(pages, TIMES * sample)
        _timed(known[name], lines[:WARM], Path(work))  # so that what it loads at first is not counted
        rows = min(sample, (len(lines) - 1) // TIMES)
        found[name] = {
            "small": _timed(known[name], lines[: rows + 1], Path(work)),
            "large": _timed(known[name], lines[: TIMES * rows + 1], Path(work)),
        }
    return {"samples": found}


def broken(contract: Contract, csv: Path) -> set[str]:
    """The contract's expectations that frictionless finds broken, by Praya's id."""
    ids = set()
    for error in _validate(contract, csv).tasks[0].errors:
        if error.type == "constraint-error":
            ids.add(f"contract:{error.field_name}:{_constraint(error.note)}")
        elif error.type == "primary-key":
            if "None" not in error.note:  # that an empty key is missing, it says by itself
                ids.add(_key(contract))
        elif error.type == "unique-error":
            ids.add(f"contract:{error.field_name}:unique")
        else:
            ids.add(f"contract:{getattr(error, 'field_name', 'table')}:{error.type}")
    return ids


def _key(contract: Contract) -> str:
    key = contract.primary_key
    return f"contract:{key[0]}:unique" if len(key) == 1 else "contract:table:primaryKey"


def _constraint(note: str) -> str:
    """The constraint's name in `constraint "enum" is …`."""
    return note.split('"')[1]


def _timed(contract: Contract, lines: Sequence[bytes], work: Path) -> dict[str, Any]:
    csv = work / "sample.csv"
    csv.write_bytes(b"".join(lines))
    clock = Clock()
    report = _validate(contract, csv)
    taken = clock.figures()
    if not report.valid:
        raise Failed(f"{contract.dataset}: frictionless finds faults in good records: {report.to_summary()}")
    return {
        "rows": len(lines) - 1,
        "seconds": taken["seconds"],
        "cpu_seconds": taken["cpu_seconds"],
    }


def _validate(contract: Contract, csv: Path) -> Any:
    from frictionless import Resource, Schema, system

    from praya.metadata.standards.table_schema_standard import describe_table

    schema = Schema.from_descriptor(describe_table(contract, contract.fields))
    with system.use_context(trusted=True):  # it refuses absolute paths otherwise
        return Resource(path=str(csv), schema=schema).validate(limit_errors=100_000)


def _lines(pages: Sequence[Path], rows: int) -> list[bytes]:
    """The header and the first `rows` lines of the pages as one file."""
    found: list[bytes] = []
    for page in pages:
        header, *lines = page.read_bytes().splitlines(keepends=True)
        found += lines if found else [header, *lines]
        if len(found) > rows:
            break
    return found[: rows + 1]


if __name__ == "__main__":
    child.main(samples, ("frictionless",))
