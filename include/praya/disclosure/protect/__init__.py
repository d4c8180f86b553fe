"""Disclosure control: methods for small counts, the joint check, approvals, and the value that only the gate makes."""

from praya.disclosure.protect.protected_table import ProtectedTable

__all__ = ["ProtectedTable"]
