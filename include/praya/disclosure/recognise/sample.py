"""A column in which a great deal is a hit: a part of it says as much as all of it, and sooner.

Of a column with many suspects a part is looked at first. Where that part alone puts a kind above what any release
allows, it stands for the column, and hits are estimated; every other column is looked at cell by cell. So nothing
that might pass is ever judged by a part of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from praya.disclosure.recognise.cell_scan import CELLS, HITS, SUSPECTS, Column, look
from praya.disclosure.recognise.judge import judge_cells
from praya.disclosure.recognise.recogniser import Recogniser
from praya.store.duck import literal

# So many different cells are looked at before a column may be judged by them.
PART = 20_000
# The rate of hits from which on a part is enough.
PLENTY = 0.01


def examine(
    con: duckdb.DuckDBPyConnection, source: str, columns: list[Column], kinds: list[Recogniser]
) -> dict[str, float]:
    """Fill HITS from CELLS; for each column of which a part was enough, how many rows one of its rows stands for."""
    large = con.execute(
        f'select "column", count(*) // {PART} from {CELLS} group by 1 having count(*) >= {2 * PART}'
    ).fetchall()
    weights = _fill(con, source, columns, kinds, dict(large))
    if not large:
        return {}
    ((rows,),) = con.execute(f"select count(*) from {source}").fetchall()
    hits_of_columns = con.execute(
        f'select "column", sum("rows") from {HITS} group by "column", kind'
    ).fetchall()
    full = {name for name, hits in hits_of_columns if hits * weights.get(name, 0) >= PLENTY * rows}
    if full == set(weights):
        return weights
    return _fill(con, source, columns, kinds, {name: parts for name, parts in large if name in full})


def _fill(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[Column],
    kinds: list[Recogniser],
    parts: Mapping[str, int],
) -> dict[str, float]:
    """Fill HITS, looking at one part in so many of each column in `parts`; what a row of theirs stands for."""
    # By a hash of the text, so that the same cells are taken every time.
    taken = "".join(
        f' and ("column" <> {literal(name)} or hash(value) % {number} = 0)' for name, number in parts.items()
    )
    con.execute(f"create or replace temp view {SUSPECTS} as from {CELLS} where true{taken}")
    look(con, columns, kinds)
    judge_cells(con, source, columns, kinds)
    weighed = con.execute(
        f'select "column", sum("rows") / sum("rows") filter (where true{taken}) from {CELLS} group by 1'
    ).fetchall()
    return {name: weight for name, weight in weighed if name in parts}
