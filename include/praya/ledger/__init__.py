"""The append-only, hash-chained record: every snapshot, verdict, switched-in month, approval, disclosure
decision and release."""

from praya.ledger.chain import Ledger, LedgerLine

__all__ = ["Ledger", "LedgerLine"]
