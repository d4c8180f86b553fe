"""Where bytes live: a store in which every change is either whole or not there, and its backends."""

from praya.store import layout
from praya.store.backend import open_store
from praya.store.content import canonical, content_key, file_sha256
from praya.store.folder import FolderStore
from praya.store.interface import Store
from praya.store.packed_folder import PackedFolderStore
from praya.store.shared_names import (
    CATALOGUE_DOWNLOADS,
    CATALOGUE_RELEASES,
    OF_THE_CATALOGUE,
    list_released_names,
    reads_release,
    released_name,
    table_name,
)

__all__ = [
    "CATALOGUE_DOWNLOADS",
    "CATALOGUE_RELEASES",
    "OF_THE_CATALOGUE",
    "FolderStore",
    "PackedFolderStore",
    "Store",
    "canonical",
    "content_key",
    "file_sha256",
    "layout",
    "list_released_names",
    "open_store",
    "reads_release",
    "released_name",
    "table_name",
]
