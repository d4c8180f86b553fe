"""Code lists: one YAML file each, codes with labels in three languages; fields of contracts name the list they take.

A loaded contract holds the codes that its fields may have, so that what is made from it needs no other file.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import Field as Key
from pydantic import StringConstraints

from praya.contract.base import Model, RuledModel, Rules
from praya.contract.rules import code_list_rules as rules
from praya.contract.text import Text

ListName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$", max_length=70)]
CodeText = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ListSource(Model):
    """Where a list comes from: the document, and the place in it."""

    document: str = Key(min_length=1, description="name of the document, with its version or date")
    place: str = Key(min_length=1, description="section, table or page of it")


class Code(Model):
    """One code. `notation` is what another standard calls it, `formerly` what earlier releases called it."""

    code: CodeText
    label: Text
    notation: CodeText | None = None
    formerly: CodeText | None = None
    valid_from: dt.date | None = Key(default=None, description="the first day on which it existed")
    valid_to: dt.date | None = Key(default=None, description="the last day on which it existed")
    today: CodeText | None = Key(default=None, description="the code of what it is today")
    special: bool = Key(
        default=False, description="a sum, such as `all`, or `none`: in a field only where the field names it"
    )


class Codes(RuledModel):
    """The codes that a field may have, in their order, and the list that they are of."""

    RULES: ClassVar[Rules] = rules.CODES

    list_: ListName = Key(alias="list")
    title: Text
    source: ListSource
    notation: Text | None = Key(default=None, description="what the second notation is")
    codes: list[Code] = Key(min_length=1)
    columns: bool = Key(default=True, description="whether releases have a column of labels in each language")

    @property
    def labels(self) -> dict[str, Text]:
        """Code → label; of what no longer exists, the label says what it is today."""
        return {code.code: code.label for code in self.codes}

    @property
    def renamed(self) -> dict[str, str]:
        """The code that earlier releases had → the code of today."""
        return {
            code.formerly: code.code for code in self.codes if code.formerly and code.formerly != code.code
        }


class CodeList(Codes):
    """A whole list, as its file has it."""

    RULES: ClassVar[Rules] = rules.CODE_LIST

    def of_field(self, enum: list[str] | None, also: list[str]) -> Codes:
        """The codes of a field: those in `enum`, else all that are not special, and those in `also`.

        Raises ValueError for a code that the list does not have.
        """
        known = {code.code: code for code in self.codes}
        chosen = enum if enum is not None else [code.code for code in self.codes if not code.special]
        chosen = [*chosen, *(name for name in also if name not in chosen)]
        if missing := [name for name in chosen if name not in known]:
            raise ValueError(f"has no label for {', '.join(map(str, missing))}")
        codes = [_with_today(known[name], known) for name in chosen]
        said = {name: getattr(self, name) for name in ("list_", "title", "source", "columns")}
        notation = self.notation if any(code.notation for code in codes) else None
        return Codes(**said, notation=notation, codes=codes)


def _with_today(code: Code, known: dict[str, Code]) -> Code:
    """The code with what it is today in its label: an office is named as it was, with what it is now."""
    if code.today is None:
        return code
    now = known[code.today].label
    label = Text(
        en=f"{code.label.en} (now {now.en})",
        zh_hant=f"{code.label.zh_hant}（現為{now.zh_hant}）",
        zh_hans=f"{code.label.zh_hans}（现为{now.in_language('zh-Hans')}）" if code.label.zh_hans else None,
    )
    return code.model_copy(update={"label": label})
