"""release: a protected table → one immutable, numbered publication, and then the pointer to it."""

from praya.pipeline.release.preview import grant_preview
from praya.pipeline.release.release_checks import ReleaseChecks
from praya.pipeline.release.release_step import Publication, Released, release_table
from praya.pipeline.release.writer import release_basis

__all__ = ["Publication", "ReleaseChecks", "Released", "grant_preview", "release_basis", "release_table"]
