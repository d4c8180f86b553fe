"""The SQL files of the marts, as they lie in their folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from praya.contract import Contract

MONTHLY = "monthly"


class SqlFile(NamedTuple):
    """One mart's SQL without its last semicolon; a monthly one is told its month."""

    name: str
    path: Path
    sql: str

    @property
    def monthly(self) -> bool:
        return self.path.parent.name == MONTHLY


class Marts(NamedTuple):
    """Where the marts' SQL lies, and the contracts of all datasets: what lineage is followed through."""

    folder: Path
    contracts: Sequence[Contract]


def sql_files(folder: Path) -> Iterator[SqlFile]:
    """The marts below `folder`, those of months last."""
    for path in [*sorted(folder.glob("*.sql")), *sorted(folder.glob(f"{MONTHLY}/*.sql"))]:
        yield SqlFile(path.stem, path, path.read_text("utf-8").strip().rstrip(";"))
