"""Errors that a test expects, by their code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from praya.errors import Code, PrayaError


@contextmanager
def stops(code: Code, *values: object) -> Iterator[pytest.ExceptionInfo[PrayaError]]:
    """Expect an error of Praya with this code, whose message names these values."""
    with pytest.raises(PrayaError) as caught:
        yield caught
    assert caught.value.code is code, caught.value.with_code
    assert [value for value in values if str(value) not in str(caught.value)] == [], caught.value
