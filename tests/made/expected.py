"""Errors that a test expects, by their code or the key that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import ValidationError

from praya.errors import Code, PrayaError


@contextmanager
def stops(code: Code, *values: object) -> Iterator[pytest.ExceptionInfo[PrayaError]]:
    """Expect an error of Praya with this code, whose message names these values."""
    with pytest.raises(PrayaError) as caught:
        yield caught
    assert caught.value.code is code, caught.value.with_code
    assert [value for value in values if str(value) not in str(caught.value)] == [], caught.value


@contextmanager
def refuses(key: str, *values: object) -> Iterator[pytest.ExceptionInfo[ValidationError]]:
    """Expect a model to refuse what is at this key, `notes.0.field`, in a message that names these values."""
    with pytest.raises(ValidationError) as caught:
        yield caught
    message = "\n".join(
        error["msg"] for error in caught.value.errors() if ".".join(map(str, error["loc"])) == key
    )
    assert message, caught.value
    assert [value for value in values if str(value) not in message] == [], caught.value
