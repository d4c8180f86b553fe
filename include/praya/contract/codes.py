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


def enum_of(allowed: tuple[str, ...]) -> Any:
    """The same for the JSON Schema, so that editors complete it."""
    return Field(json_schema_extra={"enum": list(allowed)})


Language = Literal["en", "zh-Hant", "zh-Hans"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-Hant", "zh-Hans")

# data.gov.hk's spelling of the languages in addresses and file names.
FILE_LANGUAGE = {"en": "en", "zh-Hant": "tc", "zh-Hans": "sc"}

# The portal's category codes (its harvest schema's `group`), with their names in `en` and `zh-Hant`.
CATEGORY_NAMES = {
    "city-management": ("City Management", "城市管理"),
    "climate-and-weather": ("Climate and Weather", "氣候及天氣"),
    "commerce-and-industry": ("Commerce and Industry", "工商業"),
    "social-welfare": ("Social Welfare", "社會福利"),
    "development": ("Development", "發展"),
    "education": ("Education", "教育"),
    "legislature": ("Legislature", "立法"),
    "employment-and-labour": ("Employment and Labour", "就業及勞工"),
    "environment": ("Environment", "環境"),
    "finance": ("Finance", "財經"),
    "food": ("Food", "食物"),
    "health": ("Health", "衞生"),
    "housing": ("Housing", "房屋"),
    "law-and-security": ("Law and Security", "法律及保安"),
    "population": ("Population", "人口"),
    "recreation-and-culture": ("Recreation and Culture", "康樂及文化"),
    "information-technology-and-broadcasting": (
        "Information Technology and Broadcasting",
        "資訊科技及廣播",
    ),
    "tourism": ("Tourism", "旅遊"),
    "transport": ("Transport", "運輸"),
    "miscellaneous": ("Miscellaneous", "雜項"),
}
CATEGORIES = tuple(CATEGORY_NAMES)


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
