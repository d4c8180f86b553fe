"""The protected table: a value that only `protect` can make, and that is checked against the ledger when used."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract, Field
from praya.contract.disclosure import Disclosure
from praya.errors import DisclosureError, codes
from praya.ledger import Ledger
from praya.store import Store, file_sha256, layout
from praya.store.documents import DisclosureDecision
from praya.store.states import Protected

_SEAL = object()
# What the table has of the state of the step protect.
KEPT = ("sha256", "received_at", "synthetic", "accepted_key", "verdict_key", "decision")


class ProtectedTable:
    """A table that has been through disclosure control: rows sorted by primary key, as Parquet on the store.

    It cannot be constructed from outside; `checked()` holds its bytes against the ledger's disclosure line,
    so that a forged or altered one is refused as well.
    """

    dataset: str
    disclosure: Disclosure
    key: str
    path: Path
    fields: list[Field]
    sha256: str
    received_at: str
    synthetic: bool
    accepted_key: str
    verdict_key: str
    decision: DisclosureDecision

    __slots__ = ("_seal", *__annotations__)

    def __init__(
        self, *, seal: object, contract: Contract, path: Path, fields: list[Field], state: Protected
    ) -> None:
        if seal is not _SEAL:
            raise DisclosureError(
                codes.disclosure.PROTECTED_TABLE_MISUSED,
                "a ProtectedTable comes from praya.pipeline.protect.protect_table() only; call that",
            )
        said = {name: getattr(state, name) for name in KEPT}
        said |= {
            "dataset": contract.dataset,
            "disclosure": contract.disclosure,
            "key": state.table,
            "path": path,
            "fields": fields,
        }
        for name, value in {"_seal": seal, **said}.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise DisclosureError(
            codes.disclosure.PROTECTED_TABLE_MISUSED,
            f"a ProtectedTable does not change: {name} is what praya.pipeline.protect.protect_table() found",
        )

    def checked(self, store: Store) -> ProtectedTable:
        """Itself, when the ledger holds a disclosure decision on exactly these bytes; else DisclosureError."""
        if getattr(self, "_seal", None) is not _SEAL:
            raise DisclosureError(
                codes.disclosure.PROTECTED_TABLE_MISUSED,
                "this ProtectedTable was not made by praya.pipeline.protect.protect_table(); call that",
            )
        if not self.key.startswith(f"{layout.PROTECTED}/{self.dataset}/") or not store.exists(self.key):
            raise DisclosureError(
                codes.disclosure.TABLE_RECORD_DIFFERS,
                f"{self.dataset}: {self.path} does not lie in the protected area of the store",
            )
        actual = file_sha256(self.path)
        line = Ledger(store).find("disclosure", self.dataset, table_sha256=actual)
        if actual != self.sha256 or line is None:
            raise DisclosureError(
                codes.disclosure.TABLE_RECORD_DIFFERS,
                f"{self.dataset}: the ledger has no disclosure decision on the bytes of {self.path}; "
                "they were changed after protect, or never went through it. Run protect again",
            )
        return self


def seal(contract: Contract, store: Store, state: Protected, fields: list[Field]) -> ProtectedTable:
    """For `protect`, and for `reproduce` in a store of its own: the protected table that its state describes."""
    return ProtectedTable(
        seal=_SEAL, contract=contract, path=store.local(state.table), fields=fields, state=state
    )
