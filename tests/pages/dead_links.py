"""Links of served pages and feeds that lead nowhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import feedparser

from made.basics import unpack_all
from praya.store import Store


class Links(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [value for name, value in attrs if name == "href" and value]
        self.ids += [value for name, value in attrs if name == "id" and value]


def dead_links(store: Store) -> list[str]:
    """Links of any page or feed that is served that lead to no file, or to no place in one."""
    unpack_all(store)
    found = []
    for page in sorted(store.path("released").rglob("*.html")):
        found += [f"{page}: {href}" for href in Links(page).hrefs if not leads(page, href)]
    for path in sorted(store.path("released").rglob("*.atom")):
        links = [entry.link for entry in feedparser.parse(path.read_bytes()).entries]
        found += [f"{path}: {href}" for href in links if not leads(path, href)]
    return found


def leads(page: Path, href: str) -> bool:
    """Whether it leads to something of ours; mail and the terms of use are others'."""
    if href.startswith(("mailto:", "https://data.gov.hk/")):
        return True
    path, _, place = href.partition("#")
    target = (page.parent / path).resolve()
    return target.is_file() and (not place or place in Links(target).ids)
