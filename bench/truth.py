"""Correct before fast: every measure of the marts is what the source's truth says, and the verdicts are as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench import child, verdicts
from bench.child import Failed, Figures


def held(
    store: str, cache: str, months: Sequence[str], theirs: dict[str, dict[str, bool]] | None = None
) -> Figures:
    """Compare the marts in `store` with the truth of `months` and of their whole years, and the verdicts with
    `theirs`; returns how many were compared. Raises Failed where one differs."""
    import duckdb

    from made.centre import COUNTED, differences, from_truth
    from praya_hk.sources.contact_centre import Archive, total

    archive = Archive(Path(cache), months=months)
    truths = {month: archive.month(month).truth() for month in months}
    for year in sorted({month[:4] for month in months}):
        of_year = [truths[month] for month in months if month[:4] == year]
        if len(of_year) == 12:
            truths[year] = total(of_year)
    with duckdb.connect() as con:
        for name in COUNTED:
            state = json.loads((Path(store) / "state" / "mart" / f"{name}.json").read_text("utf-8"))
            con.execute(f"create view \"{name}\" as from '{Path(store) / state['table']}'")
        for period, truth in truths.items():
            if apart := differences(con, truth, period):
                raise Failed(f"{period}: the marts are not the truth (mart, truth): {apart}")
    return {
        "periods": len(truths),
        "measures": sum(len(from_truth(truth)) for truth in truths.values()),
        "verdicts": verdicts.agree(Path(store), theirs or {}),
    }


if __name__ == "__main__":
    child.main(held)
