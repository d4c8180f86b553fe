"""The PDF: no glyph is missing, its text can be copied, it is tagged, and the mark stands on every page."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from made import make_contract, open_store, publish
from made.expected import stops
from made.sample_report import FIELDS, FIRST, SAMPLE
from praya.errors import codes
from praya.reports.document import Document, Paragraph, t
from praya.reports.edition import make
from praya.reports.fonts import MISSING, folder
from praya.reports.sources import Sources
from praya.store import Store

TOOLS = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
FONT = pytest.mark.skipif(folder() is None, reason=MISSING)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample report as PDF by language, made from generated data."""
    base = tmp_path_factory.mktemp("pdf")
    store = open_store(base / "store")
    publish(store, make_contract(*FIELDS, synthetic=True, release={"formats": ["csv", "parquet"]}), FIRST)
    made = make(dataclasses.replace(SAMPLE, synthetic="marked"), store)
    found = {}
    for short in ("en", "tc", "sc"):
        found[short] = base / f"{short}.pdf"
        found[short].write_bytes(made.files[f"sample-report-{short}.pdf"])
        (base / f"{short}.html").write_bytes(made.files[f"sample-report-{short}.html"])
    return found


def run(*command: str | Path) -> str:
    return subprocess.run([str(one) for one in command], check=True, capture_output=True, text=True).stdout


@FONT
@TOOLS
@pytest.mark.parametrize("short", ["en", "tc", "sc"])
def test_every_letter_of_the_page_comes_back_out_of_the_pdf(pdfs: dict[str, Path], short: str) -> None:
    text = run("pdftotext", "-raw", pdfs[short], "-")
    page = pdfs[short].with_suffix(".html").read_text("utf-8")
    main = re.sub(
        r"<(title|desc)>.*?</\1>|<details>.*?</details>",
        "",
        page.partition("<main>")[2].partition("</main>")[0],
        flags=re.S,
    )
    letters = set(re.sub(r"<[^>]+>|&\w+;|\s", "", main))
    assert letters - set(text) == set()
    assert "\ufffd" not in text and "\x00" not in text


@FONT
@TOOLS
@pytest.mark.parametrize("short", ["en", "tc", "sc"])
def test_fonts_are_embedded_with_the_forms_of_their_region(pdfs: dict[str, Path], short: str) -> None:
    fonts = run("pdffonts", pdfs[short]).splitlines()[2:]
    assert fonts and all(re.search(r"\syes yes yes\s", line) for line in fonts)
    assert all(f"NotoSansCJK{'sc' if short == 'sc' else 'hk'}" in line for line in fonts)


@FONT
@TOOLS
def test_it_is_tagged_titled_and_in_its_language(pdfs: dict[str, Path]) -> None:
    for short, title, language in (
        ("en", "A sample", b"en-HK"),
        ("tc", "樣本", b"zh-HK"),
        ("sc", "样本", b"zh-CN"),
    ):
        told = run("pdfinfo", pdfs[short])
        assert re.search(r"Tagged:\s+yes", told) and re.search(rf"Title:\s+{title}", told)
        assert language in pdfs[short].read_bytes()
        assert b"pdfuaid:part" in pdfs[short].read_bytes()


@FONT
@TOOLS
def test_the_mark_and_the_sources_stand_on_every_page(pdfs: dict[str, Path]) -> None:
    pages = run("pdftotext", pdfs["tc"], "-").split("\f")[:-1]
    assert pages and all("模擬數據" in page and "資料來源：sample" in page for page in pages)


# What git calls Sans/Variable/OTC/NotoSansCJK-VF.otf.ttc in github.com/notofonts/noto-cjk, at f8d157532fbf.
NOTO = "42745a18c0c317663ee29c34eda8446a50c98e3d"


def test_the_font_of_the_lock_is_the_file_that_noto_publishes() -> None:
    place = folder()
    assert place is not None
    data = (place / "NotoSansCJK-VF.otf.ttc").read_bytes()
    named = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False)
    assert named.hexdigest() == NOTO


@FONT
def test_a_character_that_the_font_lacks_is_an_error_and_no_empty_box(store: Store) -> None:
    def build(sources: Sources, period: str | None) -> Document:
        return Document(t("A sample", "樣本"), "", "", [Paragraph("\U0010fffd")])

    publish(store, make_contract(*FIELDS, release={"formats": ["csv", "parquet"]}), FIRST)
    with stops(codes.report.PDF_FAILED, "sample-report, in en"):
        make(dataclasses.replace(SAMPLE, build=build), store)
