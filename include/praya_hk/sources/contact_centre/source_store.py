"""The source's own store: months made on first demand, what was changed in them since, and their pages.

Everything below the folder can be made again from the seed, except the log of changes; nothing appears under its
name before it is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, cast

from praya.errors import PrayaError, codes
from praya_hk.sources.contact_centre import amendments, api_pages, generator
from praya_hk.sources.contact_centre.amendments import Change, WithdrawnRow
from praya_hk.sources.contact_centre.draw import DAY, HOUR
from praya_hk.sources.contact_centre.true_measures import truth

YEAR = tuple(f"2023-{number:02d}" for number in range(1, 13))
KEPT_VIEWS = 16  # of `updated_since`, a table
_STALE_SECONDS = 3600


class GoneRow(WithdrawnRow):
    """The same with when it went (ISO 8601, Hong Kong time)."""

    deleted_at: str


class GoneInMonth(GoneRow):
    """The same with its month."""

    month: str


class ChangeRecord(TypedDict):
    """A change of a month: how many cases it touched, when, and which."""

    kind: str
    cases: int
    at: str
    case_nos: list[str]


class MonthState(TypedDict):
    """What there is of a month: `rows` by table, the rows that went, and its changes."""

    synthetic: bool
    month: str
    updated_at: str
    rows: dict[str, int]
    gone: list[GoneRow]
    changes: list[ChangeRecord]


class Month(NamedTuple):
    """One state of one month: its name on disk is its ETag. `folder` holds Parquet, truth.json and state.json."""

    month: str
    etag: str
    folder: Path
    updated_at: str

    def parquet(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    def truth(self) -> dict[str, object]:
        """What the records of this state should add up to."""
        return dict(json.loads((self.folder / "truth.json").read_text(encoding="utf-8")))

    def state(self) -> MonthState:
        """What is there of this state, and what was changed in it."""
        return cast(MonthState, json.loads((self.folder / "state.json").read_text(encoding="utf-8")))


class Archive:
    """The months of a seed under `folder`. Safe for threads and for several processes at once."""

    def __init__(
        self, folder: Path, seed: int = generator.SEED, scale: float = 1.0, months: Sequence[str] = YEAR
    ) -> None:
        for year_month in months:
            generator.parse(year_month)
        self.seed, self.scale, self.months = seed, scale, tuple(sorted(set(months)))
        self.root = Path(folder) / f"seed-{seed}-scale-{scale:g}"
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._making = threading.Lock()
        _sweep(self.root)

    def changes(self, month: str) -> tuple[Change, ...]:
        """What was changed in a month after it was first given out, oldest first."""
        return tuple(Change(*change) for change in self._log().get(month, []))

    def apply(self, month: str, kind: str, count: int = 3) -> Month:
        """Change a month (`kind` is one of KINDS, `count` the cases it touches) and give its new state."""
        self._offered(month)
        after = [*self.changes(month), Change(kind, count)]
        made = self.month(month, after)  # before it is in the log: what cannot be done is not kept
        with self._making:
            self._write_log(self._log() | {month: [list(change) for change in after]})
        return made

    def reset(self) -> None:
        """Forget all changes: every month is as it was first given out."""
        self._write_log({})

    def etag(self, month: str, changed: Sequence[Change]) -> str:
        """What names a state: it changes when, and only when, the month's records do."""
        recipe = [_recipe(), self.seed, self.scale, month, [list(change) for change in changed]]
        return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:20]

    def updated_at(self, month: str, changed: Sequence[Change]) -> str:
        """When a month last changed, without making it: ISO 8601, Hong Kong time."""
        at = generator.known_until(month) + 1
        return iso(at + len(changed) * DAY + 10 * HOUR if changed else at)

    def month(self, month: str, changed: Sequence[Change] | None = None) -> Month:
        """The state of a month after `changed` (default: what the log says), made now if it is not there."""
        self._offered(month)
        changed = self.changes(month) if changed is None else changed
        etag = self.etag(month, changed)
        folder = self.root / month / etag
        self._once(folder, lambda work: self._make(work, month, changed))
        return Month(month, etag, folder, self.updated_at(month, changed))

    def made(self, month: str, etag: str) -> Month | None:
        """The state named `etag`, if it is there: what a cursor goes on with."""
        folder = self.root / month / etag
        if not (folder / "state.json").is_file():
            return None
        return Month(
            month, etag, folder, json.loads((folder / "state.json").read_text(encoding="utf-8"))["updated_at"]
        )

    def pages(self, month: Month, table: str, form: str, since: int | None = None) -> api_pages.Pages:
        """The pages of a table, made now if they are not there; with `since`, of what changed then or later."""
        name = f"{table}-{form}" if since is None else f"{table}-{form}-since-{since}"
        folder = month.folder / "pages" / name
        self._once(folder, lambda work: api_pages.build(month.parquet(table), table, form, since, work))
        pages = api_pages.read(folder)
        views = sorted(folder.parent.glob(f"{table}-{form}-since-*"), key=lambda view: view.stat().st_mtime)
        for old in views[:-KEPT_VIEWS]:
            shutil.rmtree(old, ignore_errors=True)
        return pages

    def gone(self, table: str, since: int, state: Callable[[str], Month | None]) -> list[GoneInMonth]:
        """The rows of `table` that were withdrawn at `since` or later, in the states that `state` gives."""
        rows = list[GoneInMonth]()
        for month in self.months:
            if now := state(month):
                rows += [{**row, "month": month} for row in now.state()["gone"] if row["table"] == table]
        return [row for row in rows if datetime.fromisoformat(row["deleted_at"]).timestamp() >= since]

    def _make(self, work: Path, month: str, changed: Sequence[Change]) -> None:
        tables = generator.month(month, self.seed, self.scale)
        delivered, right, applied = amendments.apply(tables, changed, month, self.seed)
        generator.write(delivered, work)
        gone: list[GoneRow] = [{**row, "deleted_at": iso(step.at)} for step in applied for row in step.gone]
        state: MonthState = {
            "synthetic": True,
            "month": month,
            "updated_at": self.updated_at(month, changed),
            "rows": {name: table.num_rows for name, table in delivered.items()},
            "gone": gone,
            "changes": [
                {
                    "kind": step.change.kind,
                    "cases": step.change.cases,
                    "at": iso(step.at),
                    "case_nos": step.case_nos,
                }
                for step in applied
            ],
        }
        for name, content in (("truth", truth(right)), ("state", state)):
            text = json.dumps(content, indent=2, ensure_ascii=False)
            (work / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    def _once(self, folder: Path, make: Callable[[Path], None]) -> None:
        """Make `folder` whole or not at all; one at a time, so that memory holds one month."""
        if folder.is_dir():
            return
        with self._making:
            if folder.is_dir():
                return
            with self._work() as work:
                make(work)
                folder.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.rename(work, folder)
                except OSError:
                    if not folder.is_dir():  # else another process was first, with the same bytes
                        raise

    @contextmanager
    def _work(self) -> Iterator[Path]:
        work = self.root / f".making-{uuid.uuid4().hex}"
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _offered(self, month: str) -> None:
        if month not in self.months:
            generator.parse(month)
            raise PrayaError(
                codes.simulator.REQUEST_NOT_VALID,
                f"month: {month} is not on offer; there is {', '.join(self.months)}",
            )

    def _log(self) -> dict[str, list[list[Any]]]:
        file = self.root / "changes.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}

    def _write_log(self, log: dict[str, list[list[Any]]]) -> None:
        with self._work() as work:
            work.write_text(json.dumps(log, indent=2), encoding="utf-8")
            os.replace(work, self.root / "changes.json")


def iso(when: int) -> str:
    """Seconds since 1970 UTC as ISO 8601 in Hong Kong time."""
    return datetime.fromtimestamp(when + 8 * HOUR, UTC).strftime("%Y-%m-%dT%H:%M:%S+08:00")


@cache
def _recipe() -> str:
    """What besides seed and month decides the bytes: this code, and the libraries that draw and write."""
    import duckdb
    import numpy
    import pyarrow

    code = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        code.update(file.read_bytes())
    return f"{code.hexdigest()} {numpy.__version__} {pyarrow.__version__} {duckdb.__version__}"


def _sweep(root: Path) -> None:
    """Remove what killed processes left half-made."""
    for left in root.glob(".making-*"):
        # By the clock of the machine, as the file system's times are.
        if time.time() - left.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
            left.unlink(missing_ok=True)
