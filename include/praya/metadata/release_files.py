"""The files by which a release describes itself: documentation for people, and metadata in each standard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from praya.contract.codes import FILE_LANGUAGE
from praya.metadata.described_release import DescribedRelease
from praya.metadata.dictionary import describe_dictionary, dictionary_csv, dictionary_page
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard, metadata_standards
from praya.metadata.methodology import describe_methodology, notes_page
from praya.metadata.release_facts import DOCUMENTATION, METADATA, Facts
from praya.store.documents import ManifestHead

CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json"


class MadeFile(NamedTuple):
    """A file to be written into a release."""

    name: str
    media_type: str
    content: bytes


def make_documentation(release: DescribedRelease, manifest: ManifestHead) -> Iterator[MadeFile]:
    """Dictionary and note, and the standards whose role is documentation. `manifest` is that of the release."""
    described = describe_dictionary(release)
    note = describe_methodology(release.contract, release.facts, manifest)
    yield MadeFile("dictionary.json", JSON, as_json(described))
    yield MadeFile("notes.json", JSON, as_json(note))
    for language, short in FILE_LANGUAGE.items():
        yield MadeFile(f"dictionary-{short}.csv", CSV, dictionary_csv(described, language, release.units))
        page = dictionary_page(described, release.facts, language, release.units)
        yield MadeFile(f"dictionary-{short}.html", HTML, page)
        yield MadeFile(f"notes-{short}.html", HTML, notes_page(note, release.facts, language))
    yield from _standards(release, DOCUMENTATION)


def make_metadata(release: DescribedRelease) -> Iterator[MadeFile]:
    """The standards whose role is metadata. The facts list data and documentation."""
    yield from _standards(release, METADATA)


def _standards(release: DescribedRelease, role: str) -> Iterator[MadeFile]:
    for standard in metadata_standards().values():
        if standard.role == role and _applies(standard, release):
            yield MadeFile(_name(standard, release.facts), standard.media_type, standard.write(release))


def _applies(standard: MetadataStandard, release: DescribedRelease) -> bool:
    if standard.data_format and not release.facts.plain_files(standard.data_format):
        return False
    return standard.applies(release)


def _name(standard: MetadataStandard, facts: Facts) -> str:
    return (
        f"{facts.whole_name(standard.data_format)}-{standard.file}" if standard.data_format else standard.file
    )
