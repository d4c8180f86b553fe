"""Every Chinese text of the product, with the place where it stands and its language.

YAML, suites and sources are read by their keys and headings, Python and SQL by parsing, templates by their `lang`.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from made.tables import INCLUDE, ROOT

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
TRADITIONAL, SIMPLIFIED = "zh-Hant", "zh-Hans"
# By the end of a key or heading.
KEYS = {
    "zh-Hant": TRADITIONAL,
    "zh_hant": TRADITIONAL,
    "Tc": TRADITIONAL,
    "TC": TRADITIONAL,
    "(Traditional Chinese)": TRADITIONAL,
    "zh-Hans": SIMPLIFIED,
    "zh_hans": SIMPLIFIED,
    "Sc": SIMPLIFIED,
    "SC": SIMPLIFIED,
    "(Simplified Chinese)": SIMPLIFIED,
}
# Patterns and lists of words that are looked for in data, and texts of generated records.
NO_WORDS = (
    "recognise",
    "surnames.py",
    "sources/contact_centre/drawn_texts.py",
    "person.py",
    "contract/terms.py",
)
OWN_NAMES = ("简体中文", "简体")


class Said(NamedTuple):
    """A text, where it stands, and whether it is Traditional or Simplified."""

    place: str
    text: str
    language: str


def of_product() -> list[Said]:
    """Every text that stands in the files of the product."""
    return [*of_yaml(), *of_suites(), *of_sources(), *of_python(), *of_sql(), *of_templates()]


def of_yaml() -> Iterator[Said]:
    """Contracts, code lists, register, units, messages."""
    for path in sorted(INCLUDE.rglob("*.yaml")):
        yield from _keyed(_name(path), yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))


def of_suites() -> Iterator[Said]:
    for path in sorted((ROOT / "expectations").glob("*.json")):
        yield from _keyed(_name(path), json.loads(path.read_text("utf-8")))


def of_sources() -> Iterator[Said]:
    """What is typed in; the calendar is 1823's own."""
    for path in sorted((INCLUDE / "sources").rglob("*.csv")):
        for line, row in enumerate(csv.DictReader(path.read_text("utf-8-sig").splitlines()), 2):
            yield from _keyed(f"{_name(path)}:{line}", row)
    for path in sorted((INCLUDE / "sources").glob("[!c]*/*.json")):
        yield from _keyed(_name(path), json.loads(path.read_text("utf-8-sig")))


def of_python() -> Iterator[Said]:
    """Every constant with Chinese but docstrings; it is Traditional but where it is an argument for Simplified."""
    folders = (
        INCLUDE / "praya",
        INCLUDE / "praya_hk",
        INCLUDE / "praya_airflow",
        ROOT / "dags",
        ROOT / "plugins",
    )
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        if not any(part in path.as_posix() for part in NO_WORDS):
            yield from of_code(_name(path), path.read_text("utf-8"))


def of_code(place: str, code: str) -> Iterator[Said]:
    """The Chinese texts of Python code; what an f-string puts in is `{}`."""
    tree = ast.parse(code)
    left_out = {id(one) for one in _docstrings(tree)}
    simplified = set(_arguments_for_simplified(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in node.values}
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            text = node.value
        else:
            continue
        if not HAN.search(text) or text in OWN_NAMES or _english(text):
            continue
        if "</" in text:
            yield from of_page(f"{place}:{node.lineno}", re.sub(r"\{\w+\}", "0", text))
        else:
            yield Said(f"{place}:{node.lineno}", text, SIMPLIFIED if id(node) in simplified else TRADITIONAL)


def of_sql() -> Iterator[Said]:
    """Literals of the marts; a name that ends in `_sc` or a key `sc` before or behind one makes it Simplified."""
    for path in sorted((INCLUDE / "metrics").glob("*.sql")):
        for line, text in enumerate(path.read_text("utf-8").splitlines(), 1):
            for literal in re.findall(r"'([^']*)'", text):
                if HAN.search(literal):
                    language = TRADITIONAL if _in_big5(literal) else SIMPLIFIED
                    yield Said(f"{_name(path)}:{line}", literal, language)


def of_templates() -> Iterator[Said]:
    for path in sorted((INCLUDE / "praya").rglob("templates/*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        yield from of_page(_name(path), re.sub(r"\{\{.*?\}\}", "0", text, flags=re.DOTALL))


def of_page(place: str, html: str) -> list[Said]:
    """The Chinese texts of a page, a paragraph or cell each, where `lang` says that they are Chinese."""
    reader = _Page(place)
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.found


class _Page(HTMLParser):
    """Reads a page: inline elements are parts of one text, marks of notes are not; other languages and code are `0`."""

    INLINE = frozenset({"a", "b", "code", "em", "span", "strong"})
    DATA = frozenset({"raw", "hash"})  # classes of cells with what came from a source
    EMPTY = frozenset({"br", "meta", "link", "hr", "img", "input"})

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.found: list[Said] = []
        self.languages: list[tuple[str, str, bool]] = []
        self.parts: list[tuple[str, str]] = []

    @property
    def language(self) -> str:
        return self.languages[-1][1] if self.languages else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        # A span with a class is set apart by its style.
        apart = tag not in self.INLINE or (tag == "span" and "class" in values)
        if apart:
            self.flush()
        for name in ("aria-label", "alt", "title"):
            if values.get(name):
                self._said(str(values[name]), (values.get("lang") or self.language))
        if tag not in self.EMPTY:
            code = tag in ("code", "style", "script") or values.get("class") in self.DATA
            self.languages.append((tag, "code" if code else values.get("lang") or self.language, apart))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag and apart for name, _, apart in self.languages[-1:]) or tag not in self.INLINE:
            self.flush()
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.languages and self.languages[-1][0] == "th":
            # Headings of columns are shown with the line breaks that they have.
            *lines, data = data.split("\n")
            for line in lines:
                self.parts.append((line, self.language))
                self.flush()
        self.parts.append((data, self.language))

    def flush(self) -> None:
        """End the text that was read so far."""
        parts, self.parts = self.parts, []
        languages = {language for text, language in parts if text.strip() and _chinese(language)}
        if len(languages) == 1:
            # A name of another language in a text, such as that of a page in it, is no word of it.
            text = "".join(text if _chinese(language) else "\0" for text, language in parts)
            self._said(re.sub(r" ?\0 ?", "0", text), languages.pop())
        else:
            for text, language in parts:
                self._said(text, language)

    def _said(self, text: str, language: str) -> None:
        text = re.sub(r"[ \n\t]+", " ", text).strip()
        if text and _chinese(language) and not any(name in text for name in OWN_NAMES):
            self.found.append(Said(self.place, text, _language(language)))


def _chinese(language: str) -> bool:
    return language.startswith("zh-Han")


def _language(tag: str) -> str:
    return SIMPLIFIED if tag.startswith(SIMPLIFIED) else TRADITIONAL


def _keyed(place: str, value: Any, key: str = "") -> Iterator[Said]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _keyed(place, one, str(name))
    elif isinstance(value, list):
        for one in value:
            yield from _keyed(place, one, key)
    elif isinstance(value, str) and value:
        language = next((found for end, found in KEYS.items() if key.endswith(end)), None)
        if language and not value.startswith("/"):
            yield Said(f"{place}: {key}", value, language)
        elif language is None and HAN.search(value) and not _english(value):
            yield Said(f"{place}: {key}", value, TRADITIONAL)


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _arguments_for_simplified(tree: ast.Module) -> Iterator[int]:
    """The constants behind `zh_hans=`, the key `zh-Hans` or `sc`, and last in a record of frequencies."""
    for node in ast.walk(tree):
        values: Iterable[ast.AST] = ()
        if isinstance(node, ast.keyword) and node.arg == "zh_hans":
            values = [node.value]
        elif isinstance(node, ast.Dict):
            named = zip(node.keys, node.values, strict=True)
            values = [
                value
                for key, value in named
                if isinstance(key, ast.Constant)
                and key.value == SIMPLIFIED
                and not isinstance(value, ast.Call)
            ]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Frequency":
            values = node.args[-1:]
        yield from (id(inside) for value in values for inside in ast.walk(value))


def _english(text: str) -> bool:
    """An English message with an example in Chinese."""
    return len(re.findall(r"[A-Za-z]", text)) > 10 * len(HAN.findall(text))


def _in_big5(text: str) -> bool:
    try:
        text.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
