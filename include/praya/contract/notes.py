"""What a contract tells beside the figures: notes that are bound to what they concern, and what is covered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from praya.contract.base import RuledModel
from praya.contract.fields import ColumnName
from praya.contract.rules import remarks_rules
from praya.contract.text import Text

Period = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]

HONG_KONG = Text(en="Hong Kong", zh_hant="香港")


class Note(RuledModel):
    """A remark on the dataset, or on a field, a code of it, or a period; it reaches the dictionary and the notes."""

    RULES = remarks_rules.NOTE

    text: Text
    kind: Literal["break", "proxy", "note"] = Key(
        default="note", description="a break in series, a figure that stands for another, or any other remark"
    )
    field: ColumnName | None = None
    code: str | int | None = Key(default=None, description="a value of `field`")
    period: Period | None = Key(default=None, description="2024, 2024-07, 2024-07-01 or 2023-24")


class Coverage(RuledModel):
    """The time and the place that the dataset is about."""

    RULES = remarks_rules.COVERAGE

    field: ColumnName | None = Key(
        default=None,
        description="the field from whose least to its greatest value time is covered: a date, or ISO periods",
    )
    from_: dt.date | None = Key(default=None, alias="from", description="first day, where no field tells it")
    to: dt.date | None = Key(default=None, description="last day, where no field tells it")
    place: Text = HONG_KONG
