"""A release of three million public rows, against DuckDB's bare COPY of the same and SHA-256: pair after pair."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench import child
from bench.child import Clock, Figures
from bench.limit import PARQUET, sha256
from made import field, make_contract, open_store
from praya.contract import Contract

ROWS, ROUNDS = 3_000_000, 3
FORMATS = {"csv": "format csv, header true", "jsonl": "format json", "parquet": PARQUET}
SELECT = f"""
    select
        range as id,
        '2024-01-01'::date + (range % 366)::int as day,
        ['Central', 'Wan Chai', 'Eastern', 'Southern', '油尖旺', '深水埗', '沙田', '離島'][1 + (hash(range) % 8)::int]
            as place,
        case when hash(range, 1) % 20 = 0 then null else 'Route ' || hash(range, 2) % 400 end as route,
        ((hash(range, 3) % 1000000) / 100)::decimal(12, 2) as amount,
        (hash(range, 4) % 100000)::bigint as passengers,
        hash(range, 5) % 2 = 0 as adult
    from range({ROWS})
"""


def contract() -> Contract:
    return make_contract(
        field("id", "integer"),
        field("day", "date"),
        field("place"),
        field("route"),
        field("amount", "number", decimals=2, unit="HKD"),
        field("passengers", "integer"),
        field("adult", "boolean"),
        dataset="rides",
        release={"formats": [*FORMATS]},
        disclosure={"class": "public facts", "reason": "Made for a measurement"},
    )


def releasing(work: str) -> Figures:
    """Release the table and copy it barely, in turns; gzipped copies, which bare COPY has none of, are timed apart."""
    from praya.pipeline.release import data_files

    root = Path(work)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    store, table = _protected(root / "ready")
    data_files.GZIP_ABOVE = 1 << 62
    pairs: list[dict[str, list[float]]] = []
    sizes: dict[str, int] = {}
    for number in range(ROUNDS):
        clock = Clock()
        bare, ours = root / "bare", root / "ours"
        for name in ("bare", "ours") if number % 2 else ("ours", "bare"):
            if name == "bare":
                shutil.rmtree(bare, ignore_errors=True)
                bare.mkdir()
                _bare(table, bare, clock)
            else:
                shutil.rmtree(ours, ignore_errors=True)
                shutil.copytree(store, ours)
                sizes = _released(ours, clock)
        pairs.append({name: clock.steps()[name]["all"] for name in ("release", "bare COPY", "SHA-256")})
    packing = Clock()
    for path in sorted((root / "bare").glob("*.[cj]s*")):
        with packing("gzip", "all"):
            data_files.gzipped(path)
    return packing.figures() | {
        "rows": ROWS,
        "pairs": pairs,
        "bytes": sizes,
        "gzip": packing.steps()["gzip"]["all"],
    }


def _protected(root: Path) -> tuple[Path, Path]:
    """A store in which the table has passed the gate, and the protected table's file."""
    from praya.pipeline.protect import protect_table
    from praya.pipeline.validate import rules_key
    from praya.store.duck import INTERNAL, connect, literal
    from praya.store.states import Accepted

    one, store = contract(), open_store(root)
    table = "staged/rides/made/table.parquet"
    with store.scratch() as work, connect(work) as con:
        store.path(table).parent.mkdir(parents=True)
        con.execute(f"copy ({SELECT}) to {literal(str(store.path(table)))} ({INTERNAL})")
    state = Accepted(
        key="made",
        table=table,
        rows=ROWS,
        received_at="2026-01-05T02:00:00Z",
        synthetic=True,
        verdict="passed",
        verdict_key="made",
        rules=rules_key(one, root / "none"),
    )
    store.set_state("rides", state)
    return root, protect_table(one, store).path


def _released(root: Path, clock: Clock) -> dict[str, int]:
    """Release from a copy of the store; the sizes of the data files in bytes."""
    from praya.pipeline.order import publish_release
    from praya.pipeline.protect import protect_table

    one, store = contract(), open_store(root)
    table = protect_table(one, store)
    with clock("release", "all"):
        released = publish_release(table, one, store, suites=root / "none")
    assert released.changed
    folder = store.path(f"released/rides/{released.version}")
    return {ending: (folder / f"rides.{ending}").stat().st_size for ending in FORMATS}


def _bare(table: Path, folder: Path, clock: Clock) -> None:
    import duckdb

    with duckdb.connect() as con:
        with clock("bare COPY", "all"):
            for ending, options in FORMATS.items():
                con.execute(f"copy (from '{table}') to '{folder / f'rides.{ending}'}' ({options})")
        with clock("SHA-256", "all"):
            for ending in FORMATS:
                sha256(folder / f"rides.{ending}")


if __name__ == "__main__":
    child.main(releasing, ("duckdb", "pyarrow", "praya.pipeline.release", "praya.disclosure.protect"))
