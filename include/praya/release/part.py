"""What one file of a release holds: all rows of a protected table, or those of one year, in the table's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from praya.contract import Contract, Field
from praya.contract.codes import FILE_LANGUAGE, Language
from praya.contract.zone import HONG_KONG
from praya.protect import ProtectedTable
from praya.store.duck import connect, identifier, literal, scan


@dataclass(frozen=True)
class Part:
    """Rows of a protected table, and for a format that has one file a language, which."""

    contract: Contract
    table: ProtectedTable
    rows: int
    year: str | None = None
    language: Language | None = None

    @property
    def fields(self) -> list[Field]:
        return self.table.fields

    @property
    def stem(self) -> str:
        """The name of its files without the ending: dataset, year, language."""
        language = FILE_LANGUAGE[self.language] if self.language else None
        return "-".join(each for each in (self.contract.dataset, self.year, language) if each)

    @property
    def source(self) -> str:
        """What stands behind `from` in SQL for these rows."""
        if self.year is None:
            return scan(self.table.path)
        return f"(from {scan(self.table.path)} where {year_of(self.contract)} = {literal(self.year)})"

    def in_language(self, language: Language) -> Part:
        return replace(self, language=language)


def parts(contract: Contract, table: ProtectedTable, work: Path) -> Iterator[Part]:
    """The whole table, its years from the first on, or both, as the contract says; of no rows at least the whole."""
    rows = int(table.decision["rows"])
    if contract.release.whole or not rows:
        yield Part(contract, table, rows)
    if contract.release.files == "one":
        return
    with connect(work) as con:
        years = con.execute(
            f"select {year_of(contract)}, count(*) from {scan(table.path)} group by 1 order by 1"
        ).fetchall()
    for year, rows in years:
        yield Part(contract, table, int(rows), year)


def year_of(contract: Contract) -> str:
    """SQL of the year (four digits, as text) that a row belongs to; of moments the year in Hong Kong."""
    (field,) = (field for field in contract.fields if field.name == contract.release.year_field)
    name = identifier(field.name)
    if field.type == "datetime":
        return f"strftime(timezone({literal(HONG_KONG.key)}, {name}), '%Y')"
    if field.type == "date":
        return f"strftime({name}, '%Y')"
    return f"left({name}::varchar, 4)"
