"""Secrets lie in files outside the store, made at first use and readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def read_or_make_secret(path: Path, make: Callable[[], str]) -> str:
    """The text of the secret at `path`; where there is none yet, what `make` gives is kept there (mode 0600)."""
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # the first of several makers wins
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        return path.read_text("ascii").strip()
