"""Which backend a project's store has."""

from __future__ import annotations

from praya.project import Project
from praya.store.folder import FolderStore
from praya.store.interface import Store


def open_store(project: Project) -> Store:
    """The store of a project: a local folder, the only backend there is."""
    return FolderStore(project)
