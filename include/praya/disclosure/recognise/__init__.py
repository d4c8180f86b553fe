"""recognise: personal data found in what is about to be released, not only declared.

`search` looks at every cell of the columns it is given and says which kinds of personal data it found where, with
a few examples that show a shape and nothing of the value. `blocking` says which of these findings stop a release.
Each recogniser is one file, here or in another
package, and says at its top what it claims and what it misses. Everything is done by DuckDB: one
scan with one cheap test for all kinds, and a closer look at what it lets through.
"""

from __future__ import annotations

from praya.disclosure.recognise.precision import Precision
from praya.disclosure.recognise.table_search import (
    PARQUET_ROW,
    Example,
    Finding,
    all_recognisers,
    blocking,
    search,
    sentence,
)
from praya.disclosure.recognise.texts import refuse_personal, search_texts

__all__ = [
    "PARQUET_ROW",
    "Example",
    "Finding",
    "Precision",
    "all_recognisers",
    "blocking",
    "refuse_personal",
    "search",
    "search_texts",
    "sentence",
]
