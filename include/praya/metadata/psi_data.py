"""A dataset's entry in `psi-data.json`, the file by which data.gov.hk harvests a provider.

The portal takes a file whole or not at all, and `psi-data.schema.json` (JSON Schema draft 4) is what it checks. The
types of `phone`, `licence`, `spatial` and `temporal` are inferred, for no public text gives them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

from praya.contract.codes import FILE_LANGUAGE
from praya.metadata.release_facts import Facts, File, Texts
from praya.store.documents import Period
from praya.text.punctuation import marks

SCHEMA = Path(__file__).with_name("psi-data.schema.json")


class PsiResource(TypedDict):
    """A file of a dataset in the harvest file."""

    accessURL: str
    format: str
    isAPI: str
    resourceTitle: Texts
    resourceDescription: Texts
    schema: NotRequired[str]
    temporal: NotRequired[Period]


class PsiEntry(TypedDict):
    """A dataset in the harvest file."""

    identifier: str
    title: Texts
    description: Texts
    group: str
    updateFrequency: Texts
    mbox: str
    contactPoint: Texts
    licence: str
    resources: list[PsiResource]
    phone: NotRequired[str]
    dataDictionary: NotRequired[dict[str, str]]


def psi_entry(facts: Facts, stable: bool) -> PsiEntry:
    """The entry of the release; who calls it keeps synthetic data away.

    The portal deletes and remakes the resources of a file that changed, and goes by their addresses in its archive:
    where the host has `stable` ones, they stand here, and new figures under them change nothing.
    """
    address = facts.latest_file_url if stable else facts.file_url
    entry: PsiEntry = {
        "identifier": facts.dataset,
        "title": facts.title,
        "description": facts.description,
        "group": facts.category,
        "updateFrequency": facts.frequency_name,
        "mbox": facts.email,
        "contactPoint": facts.publisher,
        "licence": facts.licence["url"],
        "resources": [_resource(file, facts, address) for file in facts.data],
    }
    if facts.phone:
        entry["phone"] = facts.phone
    there = {file.name for file in facts.files}
    pages = {language: f"dictionary-{short}.html" for language, short in FILE_LANGUAGE.items()}
    if there.issuperset(pages.values()):
        entry["dataDictionary"] = {language: address(name) for language, name in pages.items()}
    return entry


def psi_problems(entries: Sequence[PsiEntry]) -> Iterator[str]:
    """Where a provider's file is not what the portal takes, a sentence each."""
    from jsonschema import Draft4Validator

    schema = json.loads(SCHEMA.read_text("utf-8"))
    for error in sorted(
        Draft4Validator(schema).iter_errors(list(entries)), key=lambda each: list(map(str, each.path))
    ):
        where = error.path[0] if error.path else None
        name = entries[where].get("identifier", where) if isinstance(where, int) else "the file"
        yield f"{name}: {'.'.join(map(str, list(error.path)[1:])) or 'as a whole'}: {_short(error.message)}"
    names = [entry.get("identifier") for entry in entries]
    yield from (
        f"{name}: is there twice" for name in sorted({str(each) for each in names if names.count(each) > 1})
    )


def _short(message: str) -> str:
    """jsonschema shows the value before it says what is wrong with it."""
    return message if len(message) <= 200 else f"… {message[-120:]}"


def _resource(file: File, facts: Facts, address: Callable[[str], str]) -> PsiResource:
    resource: PsiResource = {
        "accessURL": address(file.name),
        "format": file.format,
        "isAPI": "N",
        "resourceTitle": _with(facts.title, file.label),
        "resourceDescription": _with(facts.description, file.name),
    }
    if file.is_of("csv") and any(each.name == "schema.json" for each in facts.files):
        resource["schema"] = address("schema.json")
    if facts.temporal:
        resource["temporal"] = {"from": facts.temporal[0], "to": facts.temporal[1]}
    return resource


def _with(text: Texts, what: str) -> Texts:
    return {
        language: f"{value}{marks(language).left}{what}{marks(language).right}"
        for language, value in text.items()
    }
