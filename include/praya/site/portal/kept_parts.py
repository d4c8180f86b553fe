"""What the last catalogue was put together from, so that the next one makes only what has changed since.

Of each folder of the released area it has what the folder's parts were made from (`inputs`), where they lie in the
whole files, and the hashes of the folder's own files. It is no proof of anything: where it is missing, damaged or of
another program, everything is made anew, and so are the parts of a whole file that something else has written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

import praya
from praya.contract.output_spec import output_specs
from praya.contract.standard_spec import standard_specs
from praya.site.portal.composed_file import Span
from praya.site.portal.feed import Event
from praya.store import Store, content_key, layout

FORMAT = 2


class KeptFolder(msgspec.Struct, frozen=True, omit_defaults=True):
    """A folder of the released area. `version` is the latest when its parts were made, `name` what its Turtle calls
    it, `provider` whose harvest file has it, `is_sound` whether the portal takes its entry. `spans` are where its parts
    lie, by section; `mentions` the offsets and numbers of the shared blocks of its Turtle; `files` the hashes of its
    own files that are signed with the catalogue."""

    inputs: str
    outputs: str
    files: dict[str, str]
    version: str | None = None
    name: str | None = None
    provider: str | None = None
    is_sound: bool = True
    spans: dict[str, list[Span]] = {}
    mentions: list[tuple[int, int]] = []


class KeptCatalogue(msgspec.Struct, frozen=True):
    """The folders by name, the whole files by name with their hashes, the shared blocks of the Turtle, and the events
    of the feed of all."""

    program: str
    folders: dict[str, KeptFolder]
    files: dict[str, str]
    blocks: list[tuple[str, tuple[str, ...]]]
    newest: list[Event]


def read_kept(store: Store, program: str) -> KeptCatalogue:
    """What the last catalogue left; an empty one where nothing of it can be used."""
    data = store.get_bytes(layout.CATALOGUE_PARTS)
    try:
        kept = msgspec.json.decode(data, type=KeptCatalogue) if data else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        kept = None
    return kept if kept and kept.program == program else KeptCatalogue(program, {}, {}, [], [])


def write_kept(store: Store, kept: KeptCatalogue) -> None:
    """Leave it for the next catalogue."""
    store.put_if_new({layout.CATALOGUE_PARTS: msgspec.json.encode(kept) + b"\n"})


def program_of(store: Store) -> str:
    """A hash of all that parts depend on besides what is released: the code, the formats and standards, and where
    releases are served."""
    project = store.project
    return content_key([FORMAT, _code(), _specs(), project.base_url, project.has_stable_addresses])


@cache
def _code() -> str:
    """The hash of the files of this program; a version under development has many programs of one number."""
    digest, root = hashlib.sha256(), Path(praya.__file__).parent
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".py", ".html", ".json", ".yaml")):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _specs() -> list[list[str | None]]:
    formats = [
        [spec.name, spec.suffix, spec.label, spec.title.en, spec.title.zh_hant, spec.eu_file_type]
        for spec in output_specs().values()
    ]
    standards = [[spec.name, spec.file, spec.label, spec.data_format] for spec in standard_specs().values()]
    return [*formats, *standards]


def inputs_of(store: Store, folder: str, version: str | None, *besides: object) -> str:
    """What changes when something else is to be said of a folder: pointer and index of it, its latest version, where a
    tombstone comes, and the manifest of that; and `besides`."""
    stamps = [store.stamp(key) for key in _input_keys(folder, version)]
    return hashlib.blake2b(repr((stamps, besides)).encode(), digest_size=16).hexdigest()


def outputs_of(store: Store, folder: str) -> str:
    """What changes when a file of the folder is put, replaced or removed, or what changed between two versions is."""
    keys = (layout.dataset(folder), f"{layout.dataset(folder)}/changes")
    return " ".join(store.stamp(key) or "" for key in keys)


def _input_keys(folder: str, version: str | None) -> Iterator[str]:
    yield from (layout.pointer(folder), layout.versions(folder))
    if version is not None:
        yield from (layout.version(folder, version), layout.manifest(folder, version))
