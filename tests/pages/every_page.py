"""Every kind of page that Praya makes, in each of its languages, from a few small datasets."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pytest

from made import open_store
from made.basics import unpack_all
from made.releases import COUNTED, ROWS, counts, rich
from praya.assurance.audit import audit_datasets
from praya.assurance.audit.audit_page import render
from praya.assurance.evidence import write_evidence
from praya.assurance.standing import standing_of
from praya.contract import Contract
from praya.disclosure.protect.utility import compare
from praya.errors import PrayaError
from praya.pipeline.collect import collect_source
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.withdrawal import withdraw
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.pipeline.validate.evidence import view
from praya.site.portal import write_calendar, write_catalogue
from praya.store import Store

# A page of each kind, by what its file is called below the folder that `write` fills.
KINDS = {
    "catalogue": "released/index.html",
    "calendar": "released/calendar-{}.html",
    "changelog": "released/ferry-fares/changelog-{}.html",
    "changes": "released/ferry-fares/changes/*/changes-{}.html",
    "dictionary": "released/ferry-fares/*/dictionary-{}.html",
    "dictionary of counts": "released/cases-by-month/*/dictionary-{}.html",
    "methodology note": "released/ferry-fares/*/notes-{}.html",
    "validation report": "verdicts/ferry-fares/*/report{}.html",
    "validation report of counts": "verdicts/cases-by-month/*/report{}.html",
    "methods side by side": "verdicts/cases-by-month/methods-*/methods.html",
    "report with its standing": "stands-{}.html",
    "auditors' index": "audit-{}.html",
    "evidence": "evidence/README.html",
}
LANGUAGES = {"en": "en", "tc": "zh-Hant", "sc": "zh-Hans"}


def write(folder: Path) -> None:
    """Take the datasets the whole way, once well, once changed, once so that the verdict blocks, and keep all pages."""
    store, source = open_store(folder / "store"), folder / "fares.csv"
    told = {"source": {"url": source.as_uri()}, "release": {"formats": ["csv", "json"]}}
    fares, strict = rich(**told), rich(**told, quality={"max_quarantined_rows": 0})
    counted = folder / "cases.csv"
    counted.write_bytes(COUNTED)
    cases = counts().model_copy(update={"source": fares.source.model_copy(update={"url": counted.as_uri()})})
    for data in (
        ROWS,
        ROWS.replace(b"3.4", b"3.6"),
        ROWS.replace(b"3.4", b"3.8") + b"WC,3,1.0,,2025-01-31,,,,,,B2\n",
    ):
        source.write_bytes(data)
        last = take(store, fares, folder)
    take(store, cases, folder)
    compare(cases, store)
    source.write_bytes(ROWS + ROWS.splitlines(keepends=True)[1] + b"XX,nine,,,,,,,,,\n")
    with pytest.raises(PrayaError):
        take(store, strict, folder)
    stands = standing_of(strict, store, folder)
    for short, language in LANGUAGES.items():
        page = view(
            store, strict.subject, language, {code: f"?{code}" for code in LANGUAGES.values()}, stands
        )
        (folder / f"stands-{short}.html").write_text(str(page), "utf-8")
    first = store.keys("released/ferry-fares", "*/manifest.json")[0].split("/")[-2]
    withdraw(store, "ferry-fares", first, "A fare was wrong.", "mary")
    write_calendar(store, [fares, cases], dt.date(2026, 1, 5))
    write_catalogue(store)
    (folder / "witnesses").touch()
    write_evidence(store, "ferry-fares", last, folder / "evidence.zip", folder / "witnesses")
    with zipfile.ZipFile(folder / "evidence.zip") as archive:
        archive.extract("README.html", folder / "evidence")
    index = audit_datasets(
        [fares, cases], store, folder, folder / "witnesses", dt.datetime(2026, 1, 6, tzinfo=dt.UTC)
    )
    for short, language in LANGUAGES.items():
        (folder / f"audit-{short}.html").write_text(render(index, language), "utf-8")
    unpack_all(store)
    for area in ("released", "verdicts"):
        shutil.copytree(store.path(area), folder / area)
    shutil.rmtree(store.root)


def take(store: Store, contract: Contract, suites: Path) -> str:
    """Collect to release; gives the version."""
    collect_source(contract, store, {})
    stage_table(contract, store)
    validate_table(contract, store, suites)
    return publish_release(protect_table(contract, store), contract, store, suites=suites).version


def pages(folder: Path, kind: str) -> list[Path]:
    """All pages of a kind; raises AssertionError where a language has none."""
    found = []
    for short in LANGUAGES if "{}" in KINDS[kind] else ("",):
        # A report in English has no ending.
        ending = {"en": "", "tc": "-tc", "sc": "-sc"}[short] if "report{}" in KINDS[kind] else short
        of_language = sorted(folder.glob(KINDS[kind].format(ending)))
        assert of_language, f"{kind}: no page in {short}"
        found += of_language
    return found
