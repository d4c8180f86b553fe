"""Where a part of a source is, as collect keeps and compares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Place(Protocol):
    """Where a part is. States and receipts have `shown`; addresses with secrets are compared by `secret_mark`."""

    @property
    def shown(self) -> str:
        """The address with its secrets masked."""
        ...

    @property
    def secret_mark(self) -> str | None:
        """The SHA-256 of an address that is shown with its secrets masked; None where nothing is masked."""
        ...

    def is_shown_as(self, url: str) -> bool:
        """Whether an earlier state has this place under `url`."""
        ...


@dataclass(frozen=True)
class NamedPlace:
    """A place whose name has no secrets: a file of this machine, a mart, the register."""

    shown: str
    secret_mark: str | None = None

    def is_shown_as(self, url: str) -> bool:
        """Whether an earlier state has this place under `url`."""
        return url == self.shown
