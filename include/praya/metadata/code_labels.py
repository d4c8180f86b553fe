"""Codes with their labels, as dictionaries and metadata standards have them."""

from __future__ import annotations

from typing import cast

from praya.contract import Field
from praya.contract.labels import LabelField
from praya.metadata.release_facts import in_languages, tagged
from praya.store.documents import DictionaryCode, DictionaryCodeList, DictionaryField
from praya.text.punctuation import marks
from praya.text.three_languages import in_language


def add_codes(described: DictionaryField, field: Field) -> None:
    """Add what a dictionary says of the codes of a field, or of which field it has the labels; nothing of any other."""
    if isinstance(field, LabelField):
        described["label_of"] = field.label_of
        described["language"] = field.language
    if field.codes is None or isinstance(field, LabelField):
        return
    code_list: DictionaryCodeList = {
        "id": field.codes.list_,
        "title": field.codes.title.as_dict(),
        "source": {"document": field.codes.source.document, "place": field.codes.source.place},
    }
    if field.codes.notation:
        code_list["notation"] = field.codes.notation.as_dict()
    described["code_list"] = code_list
    described["codes"] = [
        cast(
            DictionaryCode,
            code.model_dump(mode="json", exclude_none=True, exclude={"label", "special"})
            | {"label": code.label.as_dict()},
        )
        for code in field.codes.codes
    ]


def defined_terms(field: Field, prefix: str = "") -> list[dict[str, str | list[dict[str, str]]]]:
    """The codes of a field as schema.org's DefinedTerm, its names with `prefix`; none where it has no code list."""
    return [
        {
            "@type": f"{prefix}DefinedTerm",
            f"{prefix}termCode": code.code,
            f"{prefix}name": tagged(in_languages(code.label.as_dict())),
        }
        for code in (field.codes.codes if field.codes else [])
    ]


def label_of(code: DictionaryCode, language: str) -> str:
    """A code of a dictionary with its label, and what else it is called: `KC = Kwai Tsing (S)`."""
    m = marks(language)
    notation = f"{m.left}{code['notation']}{m.right}" if "notation" in code else ""
    return f"{code['code']} = {in_language(code['label'], language)}{notation}"
