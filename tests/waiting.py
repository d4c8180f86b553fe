"""Waiting for what another thread or process does: a test says for what, never for how long."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(come: Callable[[], bool], seconds: float = 120) -> None:
    """Returns as soon as `come()` is true; after `seconds` of waiting in vain the test fails."""
    end = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain"
        time.sleep(0.01)
