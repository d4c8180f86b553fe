"""What a release asks of the steps before it, and of other datasets. Answered by `pipeline.current`."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from praya.contract import Contract
from praya.disclosure.protect import ProtectedTable


class ReleaseChecks(Protocol):
    """Held before every release and preview."""

    def check_fresh(self, table: ProtectedTable, contract: Contract) -> None:
        """Raise ReleaseRefused unless the table was judged and protected by the rules of today."""
        ...

    def check_inputs(self, contract: Contract) -> None:
        """Raise ReleaseRefused for a mart that is made from a table that was taken back where it is released itself."""
        ...

    def find_due(self, contract: Contract, received_at: str) -> dt.datetime | None:
        """The earliest moment (UTC) at which content received at `received_at` may show, or None."""
        ...
