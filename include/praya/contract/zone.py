"""The time of people: Hong Kong's. What is stored is in UTC."""

from zoneinfo import ZoneInfo

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
