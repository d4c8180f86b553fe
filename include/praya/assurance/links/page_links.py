"""What pages, feeds and metadata link to, as they write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from praya.contract.standard_spec import standard_of_file
from praya.store.store_path import StorePath

IRI = re.compile(r"<(https?://[^>\s]+)>")
ADDRESS = re.compile(r"https?://\S+")
# Under these names our own JSON writes addresses that begin at the file's own folder.
RELATIVE = {"path", "url", "provenance", "latest", "versions"}
# Which of it, besides some standards: in other metadata the same names mean other things.
HAS_RELATIVE = {"catalogue.json", "changelog.json", "alias.json"}


class Markup(HTMLParser):
    """Links and ids of a page, and the ids of a feed's entries."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.entries: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = [*self._inside[-1:], tag]
        values = {name: value for name, value in attrs if value}
        self.links += [values[name] for name in ("href", "src") if name in values]
        if values.get("http-equiv", "").lower() == "refresh" and "url=" in values.get("content", ""):
            self.links.append(values["content"].partition("url=")[2])
        if "id" in values:
            self.ids.add(values["id"])

    def handle_data(self, data: str) -> None:
        if self._inside == ["entry", "id"] and data.strip():
            self.entries.append(data.strip())


def read(page: StorePath) -> Markup:
    """The links, ids and entries of a page or feed."""
    markup = Markup()
    markup.feed(page.read_text("utf-8", "replace"))
    return markup


def said_in(file: StorePath) -> Iterator[str]:
    """Every address that a page, feed or file of metadata names, absolute or from its own folder.

    Raises ValueError for JSON that is none.
    """
    if file.suffix in (".html", ".atom"):
        yield from read(file).links
    elif file.suffix == ".ttl":
        yield from IRI.findall(file.read_text("utf-8", "replace"))
    else:
        relative = RELATIVE if _has_relative(file.name) else set[str]()
        for address in _in_json(json.loads(file.read_bytes()), relative):
            # A changelog names the folders of changes.
            yield f"{address}/" if file.name == "changelog.json" else address


def _has_relative(name: str) -> bool:
    standard = standard_of_file(name)
    return name in HAS_RELATIVE or (standard is not None and standard.has_relative_addresses)


def _in_json(value: Any, relative: set[str], name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _in_json(each, relative, key)
    elif isinstance(value, list):
        for each in value:
            yield from _in_json(each, relative, name)
    elif isinstance(value, str) and (name in relative or ADDRESS.fullmatch(value)):
        yield value
