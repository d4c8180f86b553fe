"""The Nu Html Checker and html-validate accept every kind of page in every language; broken ones they refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pages.checkers import CHECKERS, Complaints
from pages.every_page import KINDS, LANGUAGES, pages, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write(folder)
    return folder


@pytest.mark.parametrize("check", CHECKERS)
def test_every_kind_of_page_is_accepted(folder: Path, check: Callable[..., Complaints]) -> None:
    assert check(*(page for kind in KINDS for page in pages(folder, kind))) == {}


BROKEN = {
    "unclosed": ("</table>", ""),
    "attribute": ("<html lang=", "<html long="),
    "twice": ("<title>", "<title></title><title>"),
    "value": ("<th ", "<th colspan=x "),
}


@pytest.mark.parametrize("check", CHECKERS)
def test_broken_pages_are_refused(folder: Path, tmp_path: Path, check: Callable[..., Complaints]) -> None:
    text = pages(folder, "dictionary")[0].read_text("utf-8")
    for name, (old, new) in BROKEN.items():
        assert old in text
        (tmp_path / f"{name}.html").write_text(text.replace(old, new, 1), "utf-8")
    assert set(check(*sorted(tmp_path.iterdir()))) == {f"{name}.html" for name in BROKEN}


def test_every_page_says_which_language_it_is_in(folder: Path) -> None:
    for kind in KINDS:
        for page in pages(folder, kind):
            short = next((short for short in ("tc", "sc") if page.stem.endswith(f"-{short}")), "en")
            assert f'<html lang="{LANGUAGES[short]}"' in page.read_text("utf-8"), page
