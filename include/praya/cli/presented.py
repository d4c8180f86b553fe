"""What a command does after it changed what is out: everything that presents releases follows."""

from __future__ import annotations

from praya.cli.terminal import WRONG, stop
from praya.errors import PrayaError
from praya.store import Store


def present_or_stop(store: Store) -> None:
    """Let catalogue, changelogs and feeds say what has just been done; what was done stands also where they cannot."""
    from praya.site.views import present

    try:
        present(store)
    except PrayaError as error:
        stop(
            f"it is done and on record, but not everything that presents it could follow: {error.with_code}",
            WRONG,
        )
