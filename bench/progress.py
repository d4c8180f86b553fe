"""What a measurement says on the terminal while it runs."""

from __future__ import annotations

import datetime as dt


def say(words: str) -> None:
    """Print a line with the time of this machine."""
    print(f"[{dt.datetime.now():%H:%M:%S}] {words}", flush=True)
