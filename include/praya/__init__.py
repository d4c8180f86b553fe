"""Praya: from a department's source to a checked, protected, documented release of open data."""

__version__ = "0.4.0"
