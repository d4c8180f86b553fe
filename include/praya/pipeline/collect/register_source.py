"""The register of metrics as a source: its files as one JSON array, to be released like any other dataset."""

from __future__ import annotations

import hashlib
from pathlib import Path

from praya.contract.register import load_register, load_units
from praya.contract.register_table import rows_of
from praya.pipeline.collect.receipt import Fetched
from praya.store import canonical


def fetch(url: str, folder: Path, target: Path) -> Fetched:
    """Write the rows of the register in `folder` to `target`; raises ContractError with every problem of its files."""
    rows = rows_of(load_register(folder / "register"), load_units(folder / "units.yaml"))
    data = b"[\n" + b",\n".join(canonical(row) for row in rows) + b"\n]\n"
    target.write_bytes(data)
    return Fetched(target, url, hashlib.sha256(data).hexdigest(), len(data))
