"""export: what is released, in the forms in which others keep it."""

from praya.site.export.ocfl import write_ocfl

__all__ = ["write_ocfl"]
