"""The append-only, hash-chained record: every snapshot, verdict, switched-in month, approval, disclosure
decision and release."""

from praya.ledger.chain import Ledger
from praya.ledger.line import LedgerLine

__all__ = ["Ledger", "LedgerLine"]
