"""Where the records API takes its settings from: the environment, for `praya sources` has no options for them."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

from praya.errors import PrayaError, codes
from praya_hk.sources.contact_centre.days import YEARS
from praya_hk.sources.contact_centre.generator import SEED, following, parse
from praya_hk.sources.contact_centre.source_store import YEAR, Archive


def from_environment() -> Archive:
    """The archive as the environment has it.

    PRAYA_SOURCES_CACHE: where months are kept (default `sources` in PRAYA_HOME, else a folder of the user's in the
    system's temporary one). PRAYA_SOURCES_MONTHS: first and last month, `2023-01:2023-12`; without the last, up to
    the one that ended last; default `2023-01:`. PRAYA_SOURCES_SEED. PRAYA_SOURCES_SCALE: 1 is full volume.
    """
    first, colon, last = os.environ.get("PRAYA_SOURCES_MONTHS", f"{YEAR[0]}:").partition(":")
    if colon and not last:
        last = max(first, min(_last_complete(), f"{YEARS[-1]}-12"))
    seed = int(os.environ.get("PRAYA_SOURCES_SEED", str(SEED)))
    scale = float(os.environ.get("PRAYA_SOURCES_SCALE", "1"))
    return Archive(_cache(), seed, scale, between(first, last or first))


def _last_complete() -> str:
    """The month that ended last in Hong Kong, by the clock of the machine: a source knows nothing of a project."""
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    return f"{today.replace(day=1) - dt.timedelta(days=1):%Y-%m}"


def between(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, both included."""
    parse(first)
    parse(last)
    months = [first]
    while months[-1] < last:
        months.append(following(months[-1]))
    return months


def _cache() -> Path:
    if named := os.environ.get("PRAYA_SOURCES_CACHE"):
        return Path(named)
    if home := os.environ.get("PRAYA_HOME"):
        return Path(home) / "sources"
    folder = Path(tempfile.gettempdir()) / f"praya-sources-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PrayaError(
            codes.simulator.CACHE_NOT_OWNED,
            f"{folder} belongs to somebody else: name another folder in PRAYA_SOURCES_CACHE",
        )
    return folder
