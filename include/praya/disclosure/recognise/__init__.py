"""recognise: personal data found in what is about to be released, not only declared.

`search` looks at every cell of the columns it is given and says which kinds of personal data it found where, with
a few examples that show a shape and nothing of the value. `blocking` says which of these findings stop a release.
What each recogniser claims and what it misses stands at the top of its module. Everything is done by DuckDB: one
scan with one cheap test for all kinds, and a closer look at what it lets through.
"""

from __future__ import annotations

from praya.disclosure.recognise.coordinates import Precision
from praya.disclosure.recognise.table_search import (
    KINDS,
    PARQUET_ROW,
    Example,
    Finding,
    blocking,
    kinds,
    search,
    sentence,
)
from praya.disclosure.recognise.texts import refuse_personal, search_texts

__all__ = [
    "KINDS",
    "PARQUET_ROW",
    "Example",
    "Finding",
    "Precision",
    "blocking",
    "kinds",
    "refuse_personal",
    "search",
    "search_texts",
    "sentence",
]
