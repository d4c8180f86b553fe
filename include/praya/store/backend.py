"""Which backend a project's store has."""

from __future__ import annotations

from praya.project import Project
from praya.store.interface import Store
from praya.store.packed_folder import PackedFolderStore


def open_store(project: Project) -> Store:
    """The store of a project: a local folder with packs, the only backend for use."""
    return PackedFolderStore(project)
