"""The parts of every folder of the released area: those that have not changed as they lie in the whole files, the
others made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from praya.site.portal.composed_file import Span
from praya.site.portal.dataset_parts import (
    ARTICLE,
    ENTRY,
    HARVEST,
    NODE,
    TURTLE,
    WITHDRAWN,
    FolderParts,
    issued_in,
    make_dataset_parts,
    make_old_id_parts,
)
from praya.site.portal.feed import Event
from praya.site.portal.kept_parts import KeptCatalogue, KeptFolder, inputs_of, outputs_of
from praya.site.portal.news import make_news
from praya.site.portal.release_calendar import RecordedNotice, list_notices
from praya.site.portal.turtle_parts import Mention, TurtlePart
from praya.store import Store, layout

SIGNED_FILES = ("alias.json", "changelog.json", "index.html")
SIGNED_PAGES = (("changelog-", ".html"), ("feed-", ".atom"))


class Folder(NamedTuple):
    """A folder of the released area: its parts, what they were made from, and the hashes of its files that are signed
    with the catalogue. `is_new` where it was made now; its newest events are there then."""

    name: str
    parts: FolderParts
    inputs: str
    outputs: str
    files: Mapping[str, str]
    is_new: bool = True
    events: Sequence[Event] = ()


def file_of(section: str, provider: str | None = None) -> str:
    """The whole file in which a section stands."""
    of_datasets = {ENTRY: "catalogue.json", NODE: "catalogue.jsonld", TURTLE: "catalogue.ttl"}
    of_page = {ARTICLE: "index.html", WITHDRAWN: "index.html", HARVEST: f"psi-data-{provider}.json"}
    return (of_datasets | of_page).get(section) or section.removeprefix("old ")


def read_folders(store: Store, kept: KeptCatalogue) -> list[Folder]:
    """Every folder of the released area in order: as it was kept where it is as it was, else made now, with what
    changed between its versions, its changelog and its feeds.

    Raises IntegrityError when a pointer and its manifest disagree.
    """
    names = [name for name in store.children(layout.RELEASED) if "." not in name and "_" not in name]
    old_ids = _old_ids(store, names)
    by_dataset: dict[str, list[str]] = {}
    for alias, dataset in old_ids.items():
        by_dataset.setdefault(dataset, []).append(alias)
    notices = list_notices(store)
    folders = []
    for name in names:
        besides = (by_dataset.get(name, []), notices.get(name, []), _of_dataset(store, old_ids.get(name)))
        there = kept.folders.get(name)
        inputs = inputs_of(store, name, there.version if there else None, besides)
        if there and _is_current(store, name, there, inputs):
            folders.append(_as_kept(name, there, kept))
        else:
            folders.append(
                _make(
                    store,
                    name,
                    old_ids.get(name),
                    by_dataset.get(name, []),
                    notices.get(name, []),
                    besides,
                    kept,
                )
            )
    return folders


def _old_ids(store: Store, names: Sequence[str]) -> dict[str, str]:
    """Old id → dataset."""
    by_alias = {}
    for name in names:
        if store.stamp(layout.alias(name)) is not None:
            by_alias[name] = str(store.read_json(layout.alias(name))["dataset"])
    return by_alias


def _of_dataset(store: Store, dataset: str | None) -> list[str | None]:
    """What changes when the addresses of an old id lead elsewhere."""
    if dataset is None:
        return []
    return [dataset, store.stamp(layout.versions(dataset)), store.stamp(layout.pointer(dataset))]


def _is_current(store: Store, name: str, there: KeptFolder, inputs: str) -> bool:
    if there.inputs != inputs or there.outputs != outputs_of(store, name):
        return False
    return there.provider is None or HARVEST in there.spans


def _as_kept(name: str, there: KeptFolder, kept: KeptCatalogue) -> Folder:
    turtle = None
    if there.name is not None:
        mentions = [Mention(offset, *kept.blocks[number]) for offset, number in there.mentions]
        turtle = TurtlePart(there.name, there.spans.get(TURTLE, []), mentions)
    parts = FolderParts(there.spans, there.version, turtle, there.provider, there.is_sound)
    return Folder(name, parts, there.inputs, there.outputs, there.files, is_new=False)


def _make(
    store: Store,
    name: str,
    alias_of: str | None,
    old_ids: Sequence[str],
    notices: Sequence[RecordedNotice],
    besides: object,
    kept: KeptCatalogue,
) -> Folder:
    """A folder whose parts are made now. What is written meanwhile is not in `inputs`, which are taken first."""
    version = (store.get_json(layout.pointer(name)) or {}).get("version")
    inputs = inputs_of(store, name, version, besides)
    events: Sequence[Event] = ()
    if store.exists(layout.versions(name)):
        there = kept.folders.get(name)
        news = make_news(store, name, notices, there.files if there else {})
        events = news.events
        store.put_if_new({f"{layout.dataset(name)}/{file}": data for file, data in news.files.items()})
    if alias_of is not None:
        parts = make_old_id_parts(store, name, alias_of)
    elif store.exists(layout.versions(name)) or store.exists(layout.pointer(name)):
        parts = make_dataset_parts(store, name, old_ids, _issued(store, kept.folders.get(name)))
    else:
        parts = FolderParts({})
    return Folder(name, parts, inputs, outputs_of(store, name), _signed(store, name), True, events)


def _issued(store: Store, there: KeptFolder | None) -> dict[str, str]:
    if there is None or not there.spans.get(NODE):
        return {}
    (span,) = there.spans[NODE]
    return issued_in(read_span(store, file_of(NODE), span))


def read_span(store: Store, file: str, span: Span) -> bytes:
    """These bytes of a whole file that stands."""
    with store.local(f"{layout.RELEASED}/{file}").open("rb") as source:
        source.seek(span.start)
        return source.read(span.length)


def _signed(store: Store, folder: str) -> dict[str, str]:
    """The hashes of the folder's files that are signed with the catalogue."""
    names = [name for name in store.children(layout.dataset(folder)) if _is_signed(name)]
    return {name: store.sha256(f"{layout.dataset(folder)}/{name}") for name in names}


def _is_signed(name: str) -> bool:
    return name in SIGNED_FILES or any(
        name.startswith(start) and name.endswith(ending) for start, ending in SIGNED_PAGES
    )
