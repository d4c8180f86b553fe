"""Table Schema types as SQL: from text to a typed value, NULL where the text does not fit."""

from __future__ import annotations

import re

from praya.contract import Field
from praya.contract.column_type import sql_type
from praya.store.duck import literal

LOCAL_ZONE = "Asia/Hong_Kong"
# ISO 8601 with and without a zone. DuckDB's cast of a moment without one passes over whatever follows the time.
ZONED = r"\d{4}-[^(]*:\d{1,2}(\.\d*)?\s*(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
LOCAL = r"\d{4}-[^:(]*(:\d{1,2}){0,2}(\.\d*)?"
# How departments write a moment with its zone; what looks like this needs no closer look.
USUAL_MOMENTS = ("2___-__-__T__:__:__+08:00", "2___-__-__T__:__:__Z")
# DuckDB reads `24` for %Y as the year 24.
EARLIEST = "timestamp '1000-01-01'"


def typed(field: Field, text: str) -> str:
    """SQL that turns the expression `text` (not missing) into the field's type, or NULL.

    Spaces around a value are dropped except in strings. A datetime without a zone is Hong Kong time.
    """
    if field.type == "string":
        return text
    trimmed = _read(field, f"trim({text})")
    if field.type == "time" or field.format != "default":
        return trimmed
    # Trimming costs more than reading, and hardly any value needs it: the text as it is comes first. A `case`, for
    # of other expressions DuckDB computes the parts that occur twice, such as the trimmed text, for every row.
    if field.type == "datetime":
        looks = " or ".join(f"{text} like '{usual}'" for usual in USUAL_MOMENTS)
        return f"case when {looks} then try_cast({text} as timestamptz) else {trimmed} end"
    usual = _read(field, text)
    return f"case when {usual} is not null then {usual} else {trimmed} end"


def _read(field: Field, value: str) -> str:
    """SQL that turns `value`, without spaces around it, into the field's type, or NULL."""
    if field.type in ("integer", "number"):
        return _number(field, value)
    if field.type == "boolean":
        true, false = _in_list(value, field.true_values), _in_list(value, field.false_values)
        return f"case when {true} then true when {false} then false end"
    if field.type == "year":
        return f"case when regexp_full_match({value}, '\\d{{4}}') then {value}::integer end"
    if field.type == "yearmonth":
        return f"case when regexp_full_match({value}, '\\d{{4}}-(0[1-9]|1[0-2])') then {value} end"
    return _moment(field, value)


def _number(field: Field, value: str) -> str:
    # DuckDB's casts round what does not fit ('1.5' to 2); the shape is checked first, so nothing is lost.
    point, group = re.escape(field.decimal_char), re.escape(field.group_char)
    whole = rf"(\d+|\d{{1,3}}({group}\d{{3}})+)" if group else r"\d+"
    if field.type == "integer":
        shape = rf"[+-]?{whole}"
    elif field.decimals is not None:
        shape = rf"[+-]?{whole}({point}\d{{0,{field.decimals}}})?"
    else:
        shape = rf"[+-]?({whole}({point}\d*)?|{point}\d+)([eE][+-]?\d+)?"
    plain = f"replace({value}, {literal(field.group_char)}, '')" if group else value
    if field.decimal_char != ".":
        plain = f"replace({plain}, {literal(field.decimal_char)}, '.')"
    number = f"try_cast({plain} as {sql_type(field)})"
    fits = f"regexp_full_match({value}, {literal(shape)})"
    if field.type == "number" and field.decimals is None:
        fits += f" and isfinite({number})"
    return f"case when {fits} then {number} end"


def _moment(field: Field, value: str) -> str:
    read = f"try_strptime({value}, {literal(field.format)})"
    if "%Y" in field.format:
        read = f"case when {read} >= {EARLIEST} then {read} end"
    if field.type == "date":
        if field.format == "default":
            iso = f"regexp_full_match({value}, '\\d{{4}}-\\d{{2}}-\\d{{2}}')"
            return f"case when {iso} then try_cast({value} as date) end"
        return f"({read})::date"
    if field.type == "time":
        if field.format == "default":
            return f"try_cast({value} as time)"
        return f"({read})::time"
    if field.format == "default":
        zoned, local = (f"regexp_full_match({value}, {literal(shape)})" for shape in (ZONED, LOCAL))
        here = f"timezone('{LOCAL_ZONE}', try_cast({value} as timestamp))"
        return f"case when {zoned} then try_cast({value} as timestamptz) when {local} then {here} end"
    return f"timezone('{LOCAL_ZONE}', {read})"


def _in_list(value: str, allowed: list[str]) -> str:
    return f"{value} in ({', '.join(literal(item) for item in allowed)})"
