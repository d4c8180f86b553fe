"""The limit: what the bytes cost at least. DuckDB's bare `read_csv → Parquet`, the marts' bare SQL, and SHA-256."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench import child
from bench.child import Clock, Figures
from bench.places import RECORDS, contracts, raw_files
from praya.contract.record_key import KEYS, RECORD_KEY

PARQUET = "format parquet, compression zstd"


def limit(store: str, metrics: str, work: str, months: Sequence[str], kept_only: bool = False) -> Figures:
    """Do on the snapshots in `store` what no way of doing it can leave out, with DuckDB's own settings.

    Types are as DuckDB finds them. With `kept_only` the fields that Praya drops are left out here too, so that
    the limit is lower than the one asked for: all the bytes are parsed, but fewer are written.
    """
    import duckdb

    from made.centre import COUNTED, MONTHLY
    from praya.pipeline.measure import load_marts, set_month

    known = contracts()
    of_records = [*MONTHLY, "1823_periods", *COUNTED]
    marts = [mart for mart in load_marts(Path(metrics), list(known.values())) if mart.name in of_records]
    raw = {(name, month): raw_files(Path(store), name, month) for name in RECORDS for month in months}
    folder = Path(work)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    clock = Clock()
    with duckdb.connect() as con:
        for (name, month), files in raw.items():
            # Marts sum record keys; the cheapest hash stands for them here.
            of = known[name].disclosure.record_key
            key = f"(hash({of}) % {KEYS})::utinyint as {RECORD_KEY.name}" if of else None
            fields = [field.name for field in known[name].kept_fields if field != RECORD_KEY]
            kept = ", ".join([*(fields if kept_only else ["*"]), *filter(None, [key])])
            with clock("read_csv to Parquet", name):
                pages = ", ".join(f"'{path}'" for path in files)
                target = folder / f"{name}-{month}.parquet"
                con.execute(f"copy (select {kept} from read_csv([{pages}])) to '{target}' ({PARQUET})")
        for (name, _), files in raw.items():
            for path in files:
                with clock("SHA-256", name):
                    sha256(path)
        for mart in marts:
            with clock("marts", "all"):
                if not mart.monthly:
                    con.execute(f'create table "{mart.name}" as {mart.sql}')
                    continue
                for number, month in enumerate(months):
                    set_month(con, month)
                    _views(con, folder, month)
                    into = f'insert into "{mart.name}"' if number else f'create table "{mart.name}" as'
                    con.execute(f"{into} {mart.sql}")
    return clock.figures()


def sha256(path: Path) -> str:
    """The hash of a file's bytes, by the standard library."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _views(con: object, folder: Path, month: str) -> None:
    """The month's tables under the names that the marts' SQL reads."""
    for name in RECORDS:
        view = name.replace("-", "_")
        con.execute(f"create or replace view \"{view}\" as from '{folder / f'{name}-{month}.parquet'}'")  # type: ignore[attr-defined]


if __name__ == "__main__":
    child.main(limit, ("duckdb", "pyarrow"))
