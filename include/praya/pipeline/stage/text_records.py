"""Records that Python reads one after the other, as a `Reading`: their texts in a Parquet file, the others as rejects.

A format whose files DuckDB does not read says how its records are found and which texts each has; the numbers, the
quarantine and the places of records are the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from praya.pipeline.stage.reading import (
    PLACE,
    QUARANTINE,
    Column,
    Connection,
    Reading,
    file_literal,
    identifier,
    insert_rows,
    read_wanted,
)

BATCH = 10_000  # records


class SourceRecord(NamedTuple):
    """A record as it is in the source: its value, its text, the line on which it begins, and why it is no row."""

    value: Any
    raw: str
    line_number: int | None = None
    fault: str | None = None


@dataclass(frozen=True)
class TextRecords:
    """The records of one file. `records` reads them from the beginning, as often as it is called and always alike;
    `texts` gives the text of each column, None where there is nothing; `target` is a Parquet file in scratch, with a
    name that no other file of the same dataset has."""

    columns: Sequence[Column]
    records: Callable[[], Iterator[SourceRecord]]
    texts: Callable[[SourceRecord], Sequence[str | None]]
    target: Path

    def write(self, con: Connection) -> None:
        """Read all records: the texts of those that are rows go to `target`, the others into a table of rejects."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        con.execute(f"create or replace temp table {self._rejected} ({QUARANTINE})")
        schema = pa.schema([(column.name, pa.string()) for column in self.columns])
        numbered = enumerate(self.records(), 1)
        with pq.ParquetWriter(self.target, schema) as writer:
            while batch := list(islice(numbered, BATCH)):
                rows = [self.texts(record) for _, record in batch if record.fault is None]
                arrays = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
                if arrays:
                    writer.write_batch(pa.record_batch(arrays, schema=schema))
                rejects = [
                    (number, record.line_number, "", None, "structure", record.fault, record.raw)
                    for number, record in batch
                    if record.fault is not None
                ]
                insert_rows(con, self._rejected, rejects)

    def reading(self, rows_in: int, outside_records: Mapping[str, str] | None = None) -> Reading:
        """What was written, as stage takes it; `rows_in` is the number of records by another count."""
        return Reading(
            rows=f"select * from read_parquet({file_literal(self.target)})",
            rows_in=rows_in,
            locate=self._locate,
            rejects=f"from {self._rejected}",
            outside_records=dict(outside_records or {}),
        )

    def _locate(self, con: Connection) -> None:
        wanted = read_wanted(con)
        con.execute(f"create or replace temp table place ({PLACE})")
        places = (
            (row_number, record_number, record.line_number, record.raw)
            for row_number, record_number, record in self._rows()
            if row_number in wanted
        )
        while batch := list(islice(places, BATCH)):
            insert_rows(con, "place", batch)

    def _rows(self) -> Iterator[tuple[int, int, SourceRecord]]:
        """The records that are rows, with the number of the row and that of the record."""
        row_number = 0
        for record_number, record in enumerate(self.records(), 1):
            if record.fault is None:
                row_number += 1
                yield row_number, record_number, record

    @property
    def _rejected(self) -> str:
        return identifier(f"rejected_{self.target.stem}")
