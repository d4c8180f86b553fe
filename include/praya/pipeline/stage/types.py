"""Table Schema types as SQL: from text to a typed value, NULL where the text does not fit."""

from __future__ import annotations

import re

from praya.contract import Field
from praya.contract.column_type import sql_type
from praya.contract.moments import has_zone
from praya.store.duck import literal

LOCAL_ZONE = "Asia/Hong_Kong"
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
# ISO 8601 with and without a zone. DuckDB's cast of a moment without one passes over whatever follows the time.
ZONED = r"\d{4}-[^(]*:\d{1,2}(\.\d*)?\s*(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
LOCAL = r"\d{4}-[^:(]*(:\d{1,2}){0,2}(\.\d*)?"
# How departments write a moment with its zone; what looks like this and can be cast is within MOMENTS.
USUAL_MOMENTS = ("2___-__-__T__:__:__+08:00", "2___-__-__T__:__:__Z")
# DuckDB reads `24` for %Y as the year 24.
EARLIEST = "timestamp '1000-01-01'"
# What every format of a release can write. A moment is kept in UTC, so that its year is that of its UTC time.
DATES = "between date '0001-01-01' and date '9999-12-31'"
MOMENTS = "between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999999+00'"
# A cast to time passes over what stands before and after it, and takes 24:00.
TIME = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"


def typed(field: Field, text: str) -> str:
    """SQL that turns the expression `text` (not missing) into the field's type, or NULL.

    Spaces around a value are dropped except in strings. A datetime without a zone is Hong Kong time.
    """
    if field.type == "string":
        return text
    trimmed = _read(field, f"trim({text})")
    if field.type == "time" or field.format != "default":
        return trimmed
    # Trimming costs more than reading, and hardly any value needs it: the text as it is comes first. The trimmed text
    # is in a `case`, for outside of one DuckDB computes what occurs twice, such as it, for every row.
    if field.type == "datetime":
        looks = " or ".join(f"{text} like '{usual}'" for usual in USUAL_MOMENTS)
        return f"case when {looks} then try_cast({text} as timestamptz) else {trimmed} end"
    return f"coalesce({_read(field, text)}, case when {text} is not null then {trimmed} end)"


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
    if field.type == "time":
        if field.format == "default":
            return f"case when {_fits(value, TIME)} then try_cast({value} as time) end"
        return f"({_parsed(field, value)})::time"
    if field.type == "date":
        return _within(_date(field, value), DATES)
    return _within(_datetime(field, value), MOMENTS)


def _date(field: Field, value: str) -> str:
    if field.format == "default":
        return f"case when {_fits(value, ISO_DATE)} then try_cast({value} as date) end"
    read = _parsed(field, value)
    # The day of a moment that has its zone is the day in Hong Kong.
    return f"timezone('{LOCAL_ZONE}', {read})::date" if has_zone(field.format) else f"({read})::date"


def _datetime(field: Field, value: str) -> str:
    if field.format == "default":
        here = f"timezone('{LOCAL_ZONE}', try_cast({value} as timestamp))"
        zoned = f"try_cast({value} as timestamptz)"
        return f"case when {_fits(value, ZONED)} then {zoned} when {_fits(value, LOCAL)} then {here} end"
    read = _parsed(field, value)
    # With a zone DuckDB reads a timestamptz, which `timezone` would turn the other way.
    return read if has_zone(field.format) else f"timezone('{LOCAL_ZONE}', {read})"


def _parsed(field: Field, value: str) -> str:
    """SQL of `value` read by the field's format: a timestamp, or a timestamptz where the format has a zone."""
    if field.format.endswith("%z"):
        value = f"regexp_replace({value}, '[Zz]$', '+00')"  # UTC, which DuckDB's %z does not read
    read = f"try_strptime({value}, {literal(field.format)})"
    if "%Y" not in field.format:
        return read
    local = f"timezone('UTC', {read})" if has_zone(field.format) else read
    return f"case when {local} >= {EARLIEST} then {read} end"


def _within(value: str, range_: str) -> str:
    return f"case when {value} {range_} then {value} end"


def _fits(value: str, shape: str) -> str:
    return f"regexp_full_match({value}, {literal(shape)})"


def _in_list(value: str, allowed: list[str]) -> str:
    return f"{value} in ({', '.join(literal(item) for item in allowed)})"
