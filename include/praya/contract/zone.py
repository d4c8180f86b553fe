"""The time of people: Hong Kong's. What is stored is in UTC, and files for machines have ISO 8601 with an offset."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
ZONE = {"en": "Hong Kong time", "zh-Hant": "香港時間", "zh-Hans": "香港时间"}


def show_moment(moment: str | dt.datetime, language: str = "en", *, zone: bool = True) -> str:
    """A moment as people in Hong Kong read it: `4 January 2027, 16:30 (Hong Kong time)`; the one place where it is
    formatted. Without `zone` where the page or the column says it already. ValueError for text without an offset.
    """
    at = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    local = at.astimezone(HONG_KONG)
    if language == "en":
        shown, around = f"{show_day(local.date())}, {local:%H:%M}", " ({})"
    else:
        shown, around = f"{show_day(local.date(), language)}{local:%H:%M}", "（{}）"
    return shown + (around.format(ZONE[language]) if zone else "")


def day_in_hong_kong(moment: str) -> str:
    """The day of a moment in Hong Kong, as ISO 8601."""
    return dt.datetime.fromisoformat(moment).astimezone(HONG_KONG).date().isoformat()


def show_day(day: str | dt.date, language: str = "en") -> str:
    """A day, also as ISO 8601: `4 January 2027`, `2027年1月4日`."""
    date = dt.date.fromisoformat(day) if isinstance(day, str) else day
    if language == "en":
        return f"{date.day} {date:%B} {date.year}"
    return f"{date.year}年{date.month}月{date.day}日"
