"""What a contract tells beside the figures: notes that are bound to what they concern, and what is covered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, model_validator

from praya.contract.base import Model
from praya.contract.fields import ColumnName, Field
from praya.contract.text import Text

Period = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]

# Types whose values can tell the time that is covered.
PERIODS = ("date", "datetime", "year", "yearmonth", "string")
HONG_KONG = Text(en="Hong Kong", zh_hant="香港")


class Note(Model):
    """A remark on the dataset, or on a field, a code of it, or a period; it reaches the dictionary and the notes."""

    text: Text
    kind: Literal["break", "proxy", "note"] = Key(
        default="note", description="a break in series, a figure that stands for another, or any other remark"
    )
    field: ColumnName | None = None
    code: str | int | None = Key(default=None, description="a value of `field`")
    period: Period | None = Key(default=None, description="2024, 2024-07, 2024-07-01 or 2023-24")

    @model_validator(mode="after")
    def _bound(self) -> Note:
        if self.code is not None and self.field is None:
            raise ValueError("a `code` needs the `field` that it is a value of")
        return self


class Coverage(Model):
    """The time and the place that the dataset is about."""

    field: ColumnName | None = Key(
        default=None,
        description="the field from whose least to its greatest value time is covered: a date, or ISO periods",
    )
    from_: dt.date | None = Key(default=None, alias="from", description="first day, where no field tells it")
    to: dt.date | None = Key(default=None, description="last day, where no field tells it")
    place: Text = HONG_KONG

    @model_validator(mode="after")
    def _one_way(self) -> Coverage:
        if (self.from_ is None) != (self.to is None) or (self.field and self.from_):
            raise ValueError("expected `field`, or `from` with `to`, or neither")
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError(f"`from` {self.from_} is after `to` {self.to}")
        return self


def unbound(notes: Sequence[Note], coverage: Coverage, released: Sequence[Field]) -> Iterator[str]:
    """Where notes and coverage speak of what is not `released`, a sentence each."""
    shown = {field.name: field for field in released if field.personal != "drop"}
    for note in notes:
        if note.field is None:
            continue
        if note.field not in shown:
            yield f"notes: {note.field} is not a field that is released"
            continue
        codes = shown[note.field].constraints.enum
        if note.code is not None and codes and note.code not in codes:
            yield f"notes: {note.code!r} is no code of {note.field}"
    if coverage.field is None:
        return
    if coverage.field not in shown:
        yield f"coverage.field: {coverage.field} is not a field that is released"
    elif (kind := shown[coverage.field].type) not in PERIODS:
        yield f"coverage.field: expected one of type {', '.join(PERIODS)}; {coverage.field} is {kind}"
