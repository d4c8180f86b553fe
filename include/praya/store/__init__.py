"""Where bytes live: a local folder in which every change is either whole or not there."""

from praya.store import layout
from praya.store.content import canonical, content_key, file_sha256
from praya.store.folder import Store
from praya.store.shared_names import (
    CATALOGUE_DOWNLOADS,
    CATALOGUE_RELEASES,
    OF_THE_CATALOGUE,
    reads_release,
    released_name,
    table_name,
)

__all__ = [
    "CATALOGUE_DOWNLOADS",
    "CATALOGUE_RELEASES",
    "OF_THE_CATALOGUE",
    "Store",
    "canonical",
    "content_key",
    "file_sha256",
    "layout",
    "reads_release",
    "released_name",
    "table_name",
]
