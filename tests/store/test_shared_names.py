"""The names by which marts read tables and releases."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from praya.store import list_released_names, reads_release, released_name

DATASETS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,5}[a-z0-9]", fullmatch=True)
WORDS = st.sampled_from(["select", " ", ",", ".", "_", "x", "released_", '"', "\n", "é"])


@given(DATASETS, st.lists(st.one_of(WORDS, DATASETS.map(released_name), DATASETS)).map("".join))
def test_a_release_is_read_where_its_name_stands_as_a_word(dataset: str, sql: str) -> None:
    found = re.search(rf"\b{released_name(dataset)}\b", sql) is not None
    assert reads_release(sql, dataset) == found == (released_name(dataset) in list_released_names(sql))
