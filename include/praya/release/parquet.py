"""Parquet: zstd, row groups of one size, typed as the contract says."""

from __future__ import annotations

from pathlib import Path

from praya.protect import ProtectedTable
from praya.store.duck import PARQUET, connect, literal, scan


def write(table: ProtectedTable, target: Path, work: Path) -> None:
    """Write the table's rows to `target` in their order."""
    with connect(work) as con:
        con.execute(f"copy (from {scan(table.path)}) to {literal(str(target))} ({PARQUET})")
