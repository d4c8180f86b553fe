"""The consumer's side of the released area. It reads that area, and imports no step."""

from praya.portal.catalogue import catalogue

__all__ = ["catalogue"]
