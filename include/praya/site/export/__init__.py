"""export: what is released, in the forms in which others keep it."""

from praya.site.export.ocfl import ocfl

__all__ = ["ocfl"]
