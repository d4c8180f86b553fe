"""JSON on the store: the fast encoder writes the bytes of the slow one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from full import examples
from praya.text.indented_json import to_indented_json

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@settings(max_examples=examples(400))
@given(VALUES, st.booleans())
def test_any_value_has_the_bytes_that_json_gives_it(value: Any, sort_keys: bool) -> None:
    slow = json.dumps(value, indent=2, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False)

    assert to_indented_json(value, sort_keys=sort_keys) == slow.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}])
def test_a_number_that_json_does_not_have_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_indented_json(value)


def test_a_text_with_half_of_a_pair_is_refused_as_before() -> None:
    with pytest.raises(UnicodeEncodeError):
        to_indented_json("\ud800")
