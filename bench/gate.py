"""The gate over many records: what `protect` costs 3.6 million public rows, beside reading and copying them."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench import child
from bench.child import Clock, Figures
from made import field, make_contract, open_store, project
from praya.contract import Contract, load_policy

ROWS = 3_600_000
TEXTS = ("place", "subject", "state", "note")
WORDS = ["lamp", "road", "market", "noise", "drain", "slope", "tree", "街市", "噪音", "渠道", "斜坡", "燈柱"]
# Four columns of texts that are all different; one note in a hundred has an office's telephone number, as it may.
_TEXT = " || ' ' || ".join(
    f"words[1 + (hash(range, {{0}}, {part}) % {len(WORDS)})::int]" for part in range(8)
)
SELECT = f"""
    with words as (select [{", ".join(f"'{word}'" for word in WORDS)}] as words)
    select
        range as id,
        {", ".join(f"{_TEXT.format(number)} as {name}" for number, name in enumerate(TEXTS[:3]))},
        {_TEXT.format(3)} || case when hash(range, 9) % 100 = 0 then ', office 2' || 1000000 + hash(range, 8) % 999999
            else '' end as note
    from range({ROWS}), words
"""


def contract() -> Contract:
    return make_contract(
        field("id", "integer"),
        *map(field, TEXTS),
        dataset="records",
        disclosure={
            "class": "public register",
            "reason": "Made for a measurement",
            "publicContact": {"note": "Offices' own telephone numbers"},
        },
    )


def gate(store: str) -> Figures:
    """Read, copy, search and protect the table; returns the seconds of each."""
    from praya.disclosure.protect.personal_search import personal_data
    from praya.pipeline.protect import protect_table
    from praya.store.duck import PARQUET, connect, literal, scan
    from praya.store.states import Accepted

    root, clock, one = Path(store), Clock(), contract()
    shutil.rmtree(root, ignore_errors=True)
    to = open_store(root)
    table = "staged/records/made/table.parquet"
    with to.scratch() as work, connect(work) as con:
        to.path(table).parent.mkdir(parents=True)
        con.execute(f"copy ({SELECT}) to {literal(str(to.path(table)))} ({PARQUET})")
        with clock("reading", "gate"):
            con.execute(
                f"select {', '.join(f'max(length({name}))' for name in TEXTS)} from {scan(to.path(table))}"
            )
        with clock("copying", "gate"):
            copied = literal(str(work / "copied.parquet"))
            con.execute(f"copy (from {scan(to.path(table))} order by id) to {copied} ({PARQUET})")
        with clock("searching", "gate"):
            found = personal_data(con, one, load_policy(project().policy_file), to.path(table))
    state = Accepted(
        key="made",
        table=table,
        rows=ROWS,
        received_at="2026-01-05T02:00:00Z",
        synthetic=True,
        verdict="passed",
        verdict_key="made",
    )
    to.set_state("records", state)
    with clock("protect", "gate"):
        protect_table(one, to)
    return clock.figures() | {"records": ROWS, "hits": sum(each["hits"] for each in found["found"])}


if __name__ == "__main__":
    child.main(gate)
