"""Where the records API takes its settings from: the environment, for `praya sources` has no options for them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from praya.errors import PrayaError
from praya.sources.contact_centre.archive import YEAR, Archive
from praya.sources.contact_centre.generator import SEED, following, parse


def from_environment() -> Archive:
    """The archive as the environment has it.

    PRAYA_SOURCES_CACHE: where months are kept (default `sources` in PRAYA_HOME, else a folder of the user's in the
    system's temporary one). PRAYA_SOURCES_MONTHS: first and last month, `2023-01:2023-12`. PRAYA_SOURCES_SEED.
    PRAYA_SOURCES_SCALE: 1 is full volume.
    """
    first, _, last = os.environ.get("PRAYA_SOURCES_MONTHS", f"{YEAR[0]}:{YEAR[-1]}").partition(":")
    seed = int(os.environ.get("PRAYA_SOURCES_SEED", str(SEED)))
    scale = float(os.environ.get("PRAYA_SOURCES_SCALE", "1"))
    return Archive(_cache(), seed, scale, between(first, last or first))


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
        raise PrayaError(f"{folder} belongs to somebody else: name another folder in PRAYA_SOURCES_CACHE")
    return folder
