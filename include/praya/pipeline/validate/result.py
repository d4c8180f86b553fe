"""What came of one expectation, in plain JSON values."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from praya.store.documents import WaiverRecord
from praya.store.verdict_documents import ResultRecord

Status = Literal["passed", "failed", "error"]
Engine = Literal["scan", "great expectations", "guard"]

SAMPLES = 20


@dataclass(frozen=True)
class Result:
    """One expectation and what was observed.

    `checked`, `unexpected` and `missing` count rows (None where the rule is about the whole table); `samples`
    holds up to 20 unexpected values, or rows as objects; `error` is the engine's message when `status` is
    "error", in which case nothing is said about the data. `engine` is what answered: Praya's own scan, Great
    Expectations, or a comparison with the table accepted before (guards.py); None where none could be asked.
    `waived` is the contract's waiver under which a critical failure only warns.
    """

    id: str
    type: str
    description: str
    severity: str
    status: Status
    columns: list[str]
    kwargs: dict[str, Any]
    observed: Any = None
    checked: int | None = None
    unexpected: int | None = None
    missing: int | None = None
    samples: list[Any] = field(default_factory=list)
    error: str | None = None
    notes: list[str] = field(default_factory=list)
    engine: Engine | None = None
    description_zh_hant: str | None = None
    waived: WaiverRecord | None = None

    @property
    def blocks(self) -> bool:
        """Whether it keeps the table back: a critical failure that nobody waived."""
        return self.status == "failed" and self.severity == "critical" and self.waived is None

    def as_dict(self) -> ResultRecord:
        """The result as JSON values."""
        return cast(ResultRecord, asdict(self))


def json_safe(value: Any) -> Any:
    """`value` in JSON's own types: decimals (exact), times, NaN and infinities as text, bytes as hex."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((json_safe(item) for item in value), key=repr)
    if isinstance(value, Sequence):
        return [json_safe(item) for item in value]
    # numpy scalars and arrays, which GX hands out here and there.
    return json_safe(value.tolist()) if hasattr(value, "tolist") else str(value)
