"""What one file of a release holds: all rows of a protected table, or those of one year, in the table's order.

The labels of codes are added here, from the contract's code lists: each is a function of the code beside it, so that
disclosure control, which came before, has nothing to say of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract import Contract, Field
from praya.contract.codes import FILE_LANGUAGE, Language
from praya.contract.labels import MARK, LabelField, with_labels
from praya.contract.zone import HONG_KONG
from praya.metadata.unit_labels import UnitLabels
from praya.store.duck import connect, identifier, literal, scan

if TYPE_CHECKING:
    from praya.disclosure.protect import ProtectedTable


@dataclass(frozen=True)
class Part:
    """Rows of a protected table, and for a format that has one file a language, which."""

    contract: Contract
    table: ProtectedTable
    rows: int
    year: str | None = None
    language: Language | None = None
    units: UnitLabels = field(default_factory=dict)

    @property
    def fields(self) -> list[Field]:
        return with_labels(self.table.fields, self.table.synthetic)

    @property
    def stem(self) -> str:
        """The name of its files without the ending: dataset, year, language."""
        language = FILE_LANGUAGE[self.language] if self.language else None
        return "-".join(each for each in (self.contract.dataset, self.year, language) if each)

    @property
    def source(self) -> str:
        """What stands behind `from` in SQL for these rows."""
        rows = scan(self.table.path)
        coded = {field.name: field for field in self.table.fields}
        labels = [
            f"{label_of(field, coded[field.label_of])} as {identifier(field.name)}"
            for field in self.fields
            if isinstance(field, LabelField)
        ]
        added = [*labels, *([f"true as {identifier(MARK)}"] if self.table.synthetic else [])]
        columns = ", ".join(["*", *added])
        of_year = "" if self.year is None else f" where {year_of(self.contract)} = {literal(self.year)}"
        return f"(select {columns} from {rows}{of_year})" if added or of_year else rows

    def in_language(self, language: Language) -> Part:
        return replace(self, language=language)


def parts(contract: Contract, table: ProtectedTable, work: Path) -> Iterator[Part]:
    """The whole table, its years from the first on, or both, as the contract says; of no rows at least the whole."""
    rows = table.decision["rows"]
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


def label_of(label: LabelField, coded: Field) -> str:
    """SQL of what the code in the field `coded` means, in the language of `label`; null where there is none."""
    assert coded.codes is not None  # noqa: S101
    cases = " ".join(
        f"when {literal(code)} then {literal(text.in_language(label.language))}"
        for code, text in coded.codes.labels.items()
    )
    return f"case {identifier(coded.name)} {cases} end"


def year_of(contract: Contract) -> str:
    """SQL of the year (four digits, as text) that a row belongs to; of moments the year in Hong Kong."""
    (field,) = (field for field in contract.fields if field.name == contract.release.year_field)
    name = identifier(field.name)
    if field.type == "datetime":
        return f"strftime(timezone({literal(HONG_KONG.key)}, {name}), '%Y')"
    if field.type == "date":
        return f"strftime({name}, '%Y')"
    return f"left({name}::varchar, 4)"
