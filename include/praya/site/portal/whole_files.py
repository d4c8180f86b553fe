"""The files that are about all datasets: put together from the parts of every folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from praya.history.metric_page_index import INDEX
from praya.metadata import describe_catalogue
from praya.site.portal.composed_file import ComposedFile, Piece, Span
from praya.site.portal.current_reports import reports, shelves
from praya.site.portal.dataset_parts import ARTICLE, ENTRY, HARVEST, NODE, OLD, TURTLE, WITHDRAWN
from praya.site.portal.feed import LENGTH, Event
from praya.site.portal.folder_parts import Folder
from praya.site.portal.kept_parts import KeptCatalogue, KeptFolder
from praya.site.portal.list_file import Frame, compose_list, json_frame
from praya.site.portal.news import age, make_feed_of_all, newest
from praya.site.portal.portal_pages import render
from praya.site.portal.redirects import FRAMES
from praya.site.portal.turtle_parts import compose_turtle
from praya.store import Store, layout
from praya.store.documents import CatalogueReport

# Where the datasets come on the page; what is put in is escaped, and cannot be this.
PLACE = "<!-- datasets -->"
HARVEST_FRAME = json_frame([], "", 1)
EMPTY: Sequence[Piece] = ()


class WholeFiles:
    """The whole files of a store, with what is kept of the last catalogue: nothing, where something else has written
    one of them."""

    def __init__(self, store: Store, kept: KeptCatalogue) -> None:
        self.store, self.kept = store, kept
        self._sha256: dict[str, str] = {}
        self._spans: dict[str, dict[str, list[Span]]] = {}
        self._newest: list[Event] = []

    @classmethod
    def of(cls, store: Store, kept: KeptCatalogue) -> WholeFiles:
        """The whole files as they stand, by the hashes that are kept."""
        is_as_kept = all(
            store.exists(_key(name)) and store.sha256(_key(name)) == sha256
            for name, sha256 in kept.files.items()
        )
        return cls(store, kept if is_as_kept else KeptCatalogue(kept.program, {}, {}, [], []))

    def write(self, folders: Sequence[Folder]) -> bool:
        """Write the catalogue in all its forms, the page, the redirects and the feeds; whether any has changed."""
        datasets = [folder for folder in folders if folder.parts.turtle]
        made = reports(self.store)
        self._write_feeds(folders)
        changed = False
        for name, frame in FRAMES.items():
            sections = [(folder, f"{OLD}{name}") for folder in folders] + [
                (folder, name) for folder in folders
            ]
            changed = self._write_list(name, frame, sections) or changed
        page = [(folder, ARTICLE) for folder in datasets] + [(folder, WITHDRAWN) for folder in folders]
        changed = self._write_list("index.html", self._page_frame(len(datasets), made), page) or changed
        root = describe_catalogue([], self.store.project.base_url)
        nodes = json_frame(root, '"dcat:dataset": ', 2)
        changed = (
            self._write_list("catalogue.jsonld", nodes, [(folder, NODE) for folder in datasets]) or changed
        )
        turtle = [folder.parts.turtle for folder in datasets if folder.parts.turtle]
        file, spans = compose_turtle(root, turtle)
        changed = self.put("catalogue.ttl", file) or changed
        for folder, its in zip(datasets, spans, strict=True):
            self._spans.setdefault(folder.name, {})[TURTLE] = its
        entries = json_frame({"datasets": [], **({"reports": made} if made else {})}, '"datasets": ', 2)
        return (
            self._write_list("catalogue.json", entries, [(folder, ENTRY) for folder in datasets]) or changed
        )

    def _page_frame(self, count: int, made: Sequence[CatalogueReport]) -> Frame:
        page = render(
            "index.html",
            count=count,
            place=PLACE,
            reports=shelves(made),
            calendar=self.store.exists(layout.CALENDAR),
            metrics=self.store.exists(INDEX),
        )
        before, _, behind = page.encode().partition(PLACE.encode())
        return Frame(before, b"", behind, before + behind)

    def can_go_on(self, folders: Sequence[Folder]) -> bool:
        """Whether the newest events of all can be told from those that are kept and those of folders made now. Where
        events are gone, others would come in that are not kept."""
        if len(self.kept.newest) < LENGTH:
            return True
        oldest = min(map(age, self.kept.newest))
        return sum(age(event) >= oldest for event in self._events(folders)) >= LENGTH

    def _events(self, folders: Sequence[Folder]) -> list[Event]:
        unmade = {folder.name for folder in folders if not folder.is_new}
        standing = [event for event in self.kept.newest if event.dataset in unmade]
        return [*standing, *(event for folder in folders for event in folder.events)]

    def _write_feeds(self, folders: Sequence[Folder]) -> None:
        self._newest = newest(self._events(folders))
        feeds = make_feed_of_all(self._newest)
        self.store.put_if_new({_key(name): data for name, data in feeds.items()})

    def _write_list(self, name: str, frame: Frame, sections: Sequence[tuple[Folder, str]]) -> bool:
        file, spans = compose_list(
            frame, [folder.parts.sections.get(section, EMPTY) for folder, section in sections]
        )
        changed = self.put(name, file)
        for (folder, section), its in zip(sections, spans, strict=True):
            if its:
                self._spans.setdefault(folder.name, {})[section] = its
        return changed

    def write_harvest(self, name: str, folders: Sequence[Folder]) -> bool:
        """Write a provider's harvest file with the entries of these folders; whether it has changed."""
        return self._write_list(name, HARVEST_FRAME, [(folder, HARVEST) for folder in folders])

    def put(self, name: str, file: ComposedFile) -> bool:
        """Write a whole file where it is another than the one that stands; tells whether it was."""
        key = _key(name)
        standing = self.store.local(key) if self.store.exists(key) else None
        if standing is not None and name in self.kept.files and file.is_in(standing):
            self._sha256[name] = self.kept.files[name]
            return False
        with self.store.scratch() as work:
            target = work / "file"
            sha256 = file.write(standing, target)
            before = self.kept.files.get(name) or (self.store.sha256(key) if standing else None)
            changed = before != sha256
            if changed:
                self.store.adopt(target, key)
        self._sha256[name] = sha256
        return changed

    def hashes(self, folders: Iterable[Folder]) -> dict[str, str]:
        """The hashes of the files that are signed, by their names below the released area, as far as they are known."""
        own = {f"{folder.name}/{name}": sha256 for folder in folders for name, sha256 in folder.files.items()}
        return own | self._sha256

    def to_keep(self, folders: Sequence[Folder]) -> KeptCatalogue:
        """What the next catalogue can go on from."""
        numbers: dict[tuple[str, tuple[str, ...]], int] = {}
        kept = {folder.name: self._keep(folder, numbers) for folder in folders}
        return KeptCatalogue(self.kept.program, kept, self._sha256, list(numbers), self._newest)

    def _keep(self, folder: Folder, numbers: dict[tuple[str, tuple[str, ...]], int]) -> KeptFolder:
        parts, turtle = folder.parts, folder.parts.turtle
        mentions = [
            (each.offset, numbers.setdefault((each.subject, each.statements), len(numbers)))
            for each in (turtle.mentions if turtle else ())
        ]
        return KeptFolder(
            folder.inputs,
            folder.outputs,
            dict(folder.files),
            parts.version,
            turtle.name if turtle else None,
            parts.provider,
            parts.is_sound,
            self._spans.get(folder.name, {}),
            mentions,
        )


def _key(name: str) -> str:
    return f"{layout.RELEASED}/{name}"
