"""Columns that releases add: for each coded field what its code means, in each of the three languages; and of generated
data a mark in every row.
"""

from __future__ import annotations

from collections.abc import Sequence

from praya.contract.codes import FILE_LANGUAGE, Language
from praya.contract.fields import ColumnName, Constraints, Field
from praya.contract.text import Text

LANGUAGE_NAMES: dict[Language, Text] = {
    "en": Text(en="English", zh_hant="英文"),
    "zh-Hant": Text(en="Traditional Chinese", zh_hant="繁體中文"),
    "zh-Hans": Text(en="Simplified Chinese", zh_hant="簡體中文"),
}


class LabelField(Field):
    """A column with the labels of the field `label_of` in one language."""

    label_of: ColumnName
    language: Language


# Of generated data, in every row: a row that is copied elsewhere still says so.
MARK = "synthetic"


class MarkField(Field):
    """The column that marks generated data."""


def is_labelled(field: Field) -> bool:
    """Whether releases have columns of labels for a field."""
    return field.codes is not None and field.codes.columns


def label_names(field: Field) -> list[str]:
    """The names of the columns of labels of a field: `district_label_en`, `_tc`, `_sc`."""
    return [f"{field.name}_label_{short}" for short in FILE_LANGUAGE.values()] if is_labelled(field) else []


def with_labels(fields: Sequence[Field], synthetic: bool = False) -> list[Field]:
    """The fields of a release with their columns of labels, and of generated data the mark, after all others.

    So every other column keeps its position: readers of the portal's filter count positions.
    """
    labels = [label for field in fields if is_labelled(field) for label in _labels(field)]
    return [*fields, *labels, *([_mark()] if synthetic else [])]


def without_labels(fields: Sequence[Field]) -> list[Field]:
    """The same without the columns that the release added."""
    return [field for field in fields if not isinstance(field, LabelField | MarkField)]


def _mark() -> MarkField:
    return MarkField(
        name=MARK,
        type="boolean",
        title=Text(en="Synthetic data", zh_hant="模擬數據"),
        description=Text(
            en="true in every row: the figures were generated; they are not real",
            zh_hant="每行均為true：數字由程式產生，並非真實資料",
        ),
        constraints=Constraints(required=True),
    )


def _labels(field: Field) -> list[LabelField]:
    return [
        LabelField(
            name=name,
            type="string",
            title=Text(
                en=f"{field.title.en}: label in {LANGUAGE_NAMES[language].en}",
                zh_hant=f"{field.title.zh_hant}：{LANGUAGE_NAMES[language].zh_hant}標籤",
            ),
            description=Text(
                en=f"What the code in {field.name} means", zh_hant=f"{field.name}一欄代碼的意思"
            ),
            since=None,
            label_of=field.name,
            language=language,
        )
        for name, language in zip(label_names(field), LANGUAGE_NAMES, strict=True)
    ]
