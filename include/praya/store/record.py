"""Records: the frozen, typed values that one part of Praya leaves on the store for another, as JSON."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import msgspec

from praya.errors import IntegrityError, codes
from praya.text.indented_json import to_indented_json
from praya.text.outside import quote

# JSON of any shape, where a record holds what somebody else defines: a source's headers, a ledger's body.
Json = Any


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that lies on the store under one key. Equal records have equal bytes.

    A field with a default is written where it has another value only, so that a record of before stays as it is when
    its class learns a field. `format` is raised where the meaning of a field changes; a reader refuses a higher one
    than it knows.
    """

    FORMAT: ClassVar[int] = 1

    format: int = 1

    def as_json(self) -> dict[str, object]:
        """The record as plain JSON values, by the names that it has on the store."""
        return dict(msgspec.to_builtins(self))

    def to_bytes(self) -> bytes:
        """The record as it lies on the store: indented JSON with sorted keys and a line end, UTF-8."""
        return to_bytes(self.as_json())


R = TypeVar("R", bound=Record)


def to_bytes(value: Any) -> bytes:
    """Plain JSON values as indented JSON with sorted keys and a line end, UTF-8."""
    return to_indented_json(value, sort_keys=True) + b"\n"


def to_record(kind: type[R], value: Any, where: object) -> R:
    """Plain JSON as a record of `kind`; `where` says in an error which file it is from.

    Raises IntegrityError where a field is missing or of another type, and where a newer Praya wrote it.
    """
    try:
        record = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise IntegrityError(
            codes.store.FILE_DAMAGED,
            f"{where} is no record of '{kind.__name__}' ({quote(error, 200)}): something else wrote to the store; run "
            "`praya verify`",
        ) from error
    if record.format > kind.FORMAT:
        raise IntegrityError(
            codes.store.RECORD_TOO_NEW,
            f"{where} has format {record.format} of '{kind.__name__}', and this Praya knows {kind.FORMAT}: run the "
            "version that wrote it, or a newer one",
        )
    return record
