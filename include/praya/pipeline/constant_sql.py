"""Constants of a contract as SQL, for the steps that compare values with them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from praya.contract import Field
from praya.contract.column_type import sql_type
from praya.contract.zone import HONG_KONG
from praya.store.duck import literal


def sql_constant(field: Field, value: Any) -> str:
    """SQL of a constant as the contract writes it: not rounded to the field's decimals, and Hong Kong time where it has
    no zone, as the data is."""
    if field.type == "datetime":
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, dt.time())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=HONG_KONG)
        return f"{literal(moment.isoformat())}::timestamptz"
    if field.type == "number" and field.decimals is not None:
        return f"{Decimal(str(value)):f}"
    return f"{literal(str(value))}::{sql_type(field)}"
