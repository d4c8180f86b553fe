"""Text in three languages; where Simplified Chinese is left out, it is made from Traditional and says so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import Field

from praya.contract.base import Model
from praya.contract.codes import FILE_LANGUAGE
from praya.contract.terms import with_mainland_terms
from praya.text.three_languages import Words


class Text(Model):
    """One text in `en`, `zh-Hant` and `zh-Hans` (the last may be left to the machine)."""

    en: str = Field(min_length=1)
    zh_hant: str = Field(alias="zh-Hant", min_length=1)
    zh_hans: str | None = Field(default=None, alias="zh-Hans", min_length=1)

    @property
    def made_by_machine(self) -> list[str]:
        """The languages whose text was converted, not written."""
        return [] if self.zh_hans is not None else ["zh-Hans"]

    def in_language(self, language: str) -> str:
        """The text in `en`, `zh-Hant` or `zh-Hans`."""
        if language == "en":
            return self.en
        if language == "zh-Hant":
            return self.zh_hant
        return self.zh_hans if self.zh_hans is not None else to_simplified(self.zh_hant)

    def as_dict(self) -> Words:
        """All three languages, and which of them a machine made (absent when none)."""
        texts: Words = {
            "en": self.en,
            "zh-Hant": self.zh_hant,
            "zh-Hans": self.in_language("zh-Hans"),
        }
        if self.made_by_machine:
            texts["made_by_machine"] = self.made_by_machine
        return texts


# What a page in Simplified Chinese says once, in its footer.
CONVERTED = Text.model_validate(
    {
        "en": "The Simplified Chinese was converted from Traditional Chinese by a program.",
        "zh-Hant": "簡體中文版由程式從繁體中文轉換而成。",
    }
)


def conversion_note(language: str) -> str:
    """That the page was converted; nothing for a language that was written."""
    return CONVERTED.in_language(language) if language == "zh-Hans" else ""


def text_of(row: Mapping[str, object], name: str) -> Text:
    """The text that a row has in a column a language: `<name>_en`, `<name>_tc`, `<name>_sc`."""
    return Text.model_validate(
        {language: row[f"{name}_{short}"] for language, short in FILE_LANGUAGE.items()}
    )


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("hk2s")


@cache
def to_simplified(text: str) -> str:
    """Simplified Chinese by OpenCC's `hk2s` (Hong Kong variants; `t2s` would leave some as they are), then by the
    list of terms."""
    return with_mainland_terms(str(_converter().convert(text)))
