"""history: what is out of a dataset, which number each version has, and what changed between two of them.

It reads the released area and the ledger. Release writes by it, the portal shows by it.
"""

from praya.history.as_known import KnownRelease, known
from praya.history.number import LEVELS, following, strictest
from praya.history.pointer import latest, point, tombstone
from praya.history.published_dataset import PublishedDataset, PublishedVersion, read_published
from praya.history.rows import compare_rows
from praya.history.shape_changes import Difference, Published, compare, level_of, read
from praya.history.versions_index import index, versions

__all__ = [
    "LEVELS",
    "Difference",
    "KnownRelease",
    "Published",
    "PublishedDataset",
    "PublishedVersion",
    "compare",
    "compare_rows",
    "following",
    "index",
    "known",
    "latest",
    "level_of",
    "point",
    "read",
    "read_published",
    "strictest",
    "tombstone",
    "versions",
]
