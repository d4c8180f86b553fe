"""The append-only, hash-chained record of every snapshot, verdict, disclosure decision and release."""

from praya.ledger.chain import Ledger, LedgerLine

__all__ = ["Ledger", "LedgerLine"]
