"""The append-only, hash-chained record: every snapshot, verdict, switched-in month, disclosure decision, release."""

from praya.ledger.chain import Ledger, LedgerLine

__all__ = ["Ledger", "LedgerLine"]
