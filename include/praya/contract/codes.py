"""Code lists that contracts choose from."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pydantic import AfterValidator, Field


def one_of(allowed: tuple[str, ...]) -> AfterValidator:
    """For an annotated type: only a value of the list is taken."""

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return value

    return AfterValidator(check)


def codes(allowed: tuple[str, ...]) -> Any:
    """The same for the JSON Schema, so that editors complete it."""
    return Field(json_schema_extra={"enum": list(allowed)})


Language = Literal["en", "zh-Hant", "zh-Hans"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-Hant", "zh-Hans")

# data.gov.hk's spelling of the languages in addresses and file names.
FILE_LANGUAGE = {"en": "en", "zh-Hant": "tc", "zh-Hans": "sc"}

# The portal's category codes (its harvest schema's `group`).
CATEGORIES = (
    "city-management",
    "climate-and-weather",
    "commerce-and-industry",
    "social-welfare",
    "development",
    "education",
    "legislature",
    "employment-and-labour",
    "environment",
    "finance",
    "food",
    "health",
    "housing",
    "law-and-security",
    "population",
    "recreation-and-culture",
    "information-technology-and-broadcasting",
    "tourism",
    "transport",
    "miscellaneous",
)


class Frequency(NamedTuple):
    """How often a source is updated: when to look (cron, Hong Kong time) and how old is still fresh."""

    cron: str | None
    fresh_days: int
    en: str
    zh_hant: str
    zh_hans: str


# {m} is a minute of the dataset's own, so that a thousand daily datasets do not start at once.
FREQUENCIES = {
    "hourly": Frequency("{m} * * * *", 1, "Every hour", "每小時", "每小时"),
    "daily": Frequency("{m} 6 * * *", 2, "Daily", "每日", "每日"),
    "weekly": Frequency("{m} 6 * * 1", 9, "Weekly", "每星期", "每星期"),
    "monthly": Frequency("{m} 6 * * *", 40, "Monthly", "每月", "每月"),
    "quarterly": Frequency("{m} 6 * * *", 110, "Quarterly", "每季", "每季"),
    "half-yearly": Frequency("{m} 6 * * 1", 200, "Half-yearly", "每半年", "每半年"),
    "annual": Frequency("{m} 6 * * 1", 400, "Annually", "每年", "每年"),
    "as-needed": Frequency("{m} 6 * * *", 3650, "As and when necessary", "有需要時更新", "有需要时更新"),
    "once": Frequency(None, 36500, "One-off", "一次性", "一次性"),
}

LICENCES = {
    "data-gov-hk": {
        "title": "Terms and Conditions of Use of DATA.GOV.HK",
        "url": "https://data.gov.hk/en/terms-and-conditions",
    },
    "CC-BY-4.0": {
        "title": "Creative Commons Attribution 4.0 International",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    },
    "CC0-1.0": {
        "title": "Creative Commons Zero 1.0 Universal",
        "url": "https://creativecommons.org/publicdomain/zero/1.0/",
    },
}

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
