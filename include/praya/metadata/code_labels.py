"""Codes with their labels, as dictionaries and metadata standards have them."""

from __future__ import annotations

from typing import Any

from praya.contract import Field
from praya.contract.labels import LabelField
from praya.metadata.release_facts import in_languages, tagged
from praya.text.punctuation import marks


def described_codes(field: Field) -> dict[str, Any]:
    """What a dictionary says of the codes of a field, or of which field it has the labels; nothing of any other."""
    if isinstance(field, LabelField):
        return {"label_of": field.label_of, "language": field.language}
    if field.codes is None:
        return {}
    described: dict[str, Any] = {
        "id": field.codes.list_,
        "title": field.codes.title.as_dict(),
        "source": field.codes.source.model_dump(),
    }
    if field.codes.notation:
        described["notation"] = field.codes.notation.as_dict()
    codes = [
        one.model_dump(mode="json", exclude_none=True, exclude={"label", "special"})
        | {"label": one.label.as_dict()}
        for one in field.codes.codes
    ]
    return {"code_list": described, "codes": codes}


def defined_terms(field: Field, prefix: str = "") -> list[dict[str, Any]]:
    """The codes of a field as schema.org's DefinedTerm, its names with `prefix`; none where it has no code list."""
    return [
        {
            "@type": f"{prefix}DefinedTerm",
            f"{prefix}termCode": one.code,
            f"{prefix}name": tagged(in_languages(one.label.as_dict())),
        }
        for one in (field.codes.codes if field.codes else [])
    ]


def label_of(code: dict[str, Any], language: str) -> str:
    """A code of a dictionary with its label, and what else it is called: `KC = Kwai Tsing (S)`."""
    m = marks(language)
    notation = f"{m.left}{code['notation']}{m.right}" if "notation" in code else ""
    return f"{code['code']} = {code['label'][language]}{notation}"
