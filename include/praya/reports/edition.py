"""edition: a report as known on a day → its files, and, where it is to be out, an immutable edition of it.

An edition is named after the newest publication among the releases it was made from, so that the same releases give
the same edition. One that is out never changes: other bytes for the same moment get a name with `-2` behind it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract.codes import LANGUAGES
from praya.errors import NotKnown, PrayaError, ReportError, codes
from praya.history.editions import latest_edition, list_editions, point_edition, shelf
from praya.ledger import Ledger
from praya.ledger.bodies import ReportBody
from praya.metadata import as_json
from praya.observe import get_logger
from praya.reports.fonts import MISSING, folder
from praya.reports.marking import extent_of
from praya.reports.plain import Imprint, file_name, make_plain_values
from praya.reports.report import Report, all_reports
from praya.reports.sources import Sources
from praya.store import Store
from praya.store.documents import EditionMakers, EditionManifest
from praya.store.layout import RELEASED, VERSIONS, dataset_of
from praya.text.outside import quote

log = get_logger(__name__)

# Raised where all reports are to be set in another way: new editions come out.
LAYOUT = 2
MEDIA = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class Edition(NamedTuple):
    """A report with everything in it: `name` of the edition, its manifest, its files by name.

    `key` is its folder on the store where it is out, else None; `changed` tells whether that has just been done.
    """

    report: str
    period: str | None
    name: str
    manifest: EditionManifest
    files: dict[str, bytes]
    key: str | None = None
    changed: bool = False


def periods_of(report: Report, store: Store, on: dt.date | None = None) -> list[str | None]:
    """The periods that the report can be made for, as known on a day; `[None]` for one that has none."""
    if report.periods is None and not report.monthly:
        return [None]
    return list(_periods(report, sources_of(report, store, on)))


def sources_of(report: Report, store: Store, on: dt.date | None = None) -> Sources:
    """What the report reads, as known on a day. Raises ReportError for synthetic data in a report that has none."""
    optional = _released(store) if report.everything else report.optional
    sources = Sources(store, report.datasets, on, optional=optional)
    made_up = [name for name, release in sources.releases.items() if release.synthetic]
    if made_up and report.synthetic == "never":
        raise ReportError(
            codes.report.SYNTHETIC_NOT_SHOWN,
            f"{report.name}: shows no synthetic figure, and {', '.join(made_up)} is made from generated data",
        )
    return sources


def make(
    report: Report, store: Store, on: dt.date | None = None, period: str | None = None, *, anew: bool = False
) -> Edition:
    """The report as known at the end of the day `on` in Hong Kong (None: now), for one of its periods.

    Where an edition made from the same is out, this is it, byte for byte; `anew` makes it all the same. Nothing is
    written. Raises NotKnown where something it reads was not released by then, or has been withdrawn since.
    """
    sources = sources_of(report, store, on)
    period = _period(report, sources, period)
    basis = _basis(report, sources, period)
    standing = None if anew else _standing(store, report, period, basis)
    if standing is not None:
        return standing
    document = report.build(sources, period)
    extent = extent_of(document)
    if sources.synthetic and extent == "none":
        raise ReportError(
            codes.report.SYNTHETIC_NOT_SHOWN,
            f"{report.name}: reads generated data and marks no figure as generated; correct the report",
        )
    imprint = _imprint(report, sources, period)
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        files |= _in_language(document, imprint, language)
    title = report.title.as_dict()
    manifest: EditionManifest = {
        "report": report.name,
        "period": period,
        "edition": imprint.edition,
        "title": {"en": title["en"], "zh-Hant": title["zh-Hant"], "zh-Hans": title["zh-Hans"]},
        "synthetic": sources.synthetic,
        "synthetic_extent": extent,
        "known_at": sources.moment.isoformat().replace("+00:00", "Z"),
        "basis": basis,
        "releases": [
            {
                "dataset": release.dataset,
                "version": release.version,
                "number": release.number,
                "manifest_sha256": release.manifest_sha256,
                "published_at": release.published_at,
                "synthetic": release.synthetic,
            }
            for release in imprint.releases
        ],
        "files": [
            {
                "name": name,
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "media_type": MEDIA[name.rpartition(".")[2]],
            }
            for name, data in sorted(files.items())
        ],
        "missing": {} if "pdf" in imprint.formats else {"pdf": MISSING},
        "made_by": _made_by(store.project.root),
    }
    return Edition(report.name, period, imprint.edition, manifest, files)


def publish(report: Report, store: Store, on: dt.date | None = None, period: str | None = None) -> Edition:
    """`make`, and put the edition into the released area, with a line of the ledger and, for today's, the pointer.

    Whatever is out already stays as it is. The folder appears by one rename; a kill leaves nothing half-done in view.
    """
    with store.lock(f"report-{report.name}"):
        made = make(report, store, on, period)
        place = shelf(report.name, made.period)
        changed = made.key is None
        if changed:
            name = _free(store, place, made.name)
            manifest: EditionManifest = {**made.manifest, "edition": name}
            with store.scratch() as work:
                target = work / name
                target.mkdir()
                for file, data in made.files.items():
                    (target / file).write_bytes(data)
                (target / "manifest.json").write_bytes(as_json(manifest))
                store.adopt_tree(target, f"{place}/{name}")
            made = made._replace(name=name, manifest=manifest, key=f"{place}/{name}", changed=True)
            log.info("edition published", report=report.name, edition=name, period=made.period)
        _record(store, place, made)
        if on is None or (report.monthly and _is_newest(store, place, made.name)):
            point_edition(store, place, made.name)
    return made


def pending_reports(store: Store) -> dict[str, str]:
    """What reports are not what today's releases would give, with the reason; `report <name>[/<period>]` → why.

    A report whose datasets are not all released yet is not behind: there is nothing to make it from.
    """
    reasons = dict[str, str]()
    for report in all_reports().values():
        if report.monthly:
            continue  # of a month that is closed, which is a step of its own
        try:
            sources = sources_of(report, store)
            wanted = [None] if report.periods is None else list(report.periods(sources))
        except NotKnown:
            continue
        except PrayaError as error:
            reasons[f"report {report.name}"] = str(error)
            continue
        for period in due_periods(report, store, wanted):
            place = shelf(report.name, period)
            now, latest = _standing(store, report, period, _basis(report, sources, period)), None
            if now is not None:
                latest = latest_edition(store, place)
            if now is None or latest is None or latest["edition"] != now.name:
                name = f"{report.name}/{period}" if period else report.name
                reasons[f"report {name}"] = "has not been made from today's releases"
    return reasons


def due_periods(report: Report, store: Store, periods: Sequence[str | None]) -> list[str | None]:
    """Of these periods the newest, which follows every release, and those that have no edition yet."""
    return [
        period
        for period in periods
        if period == periods[-1] or latest_edition(store, shelf(report.name, period)) is None
    ]


def _periods(report: Report, sources: Sources) -> Sequence[str]:
    if report.monthly:
        return [sources.day.strftime("%Y-%m")]
    return report.periods(sources) if report.periods else []


def _released(store: Store) -> list[str]:
    """Every dataset of which something is or was out."""
    return [dataset_of(key) for key in store.keys(RELEASED, f"*/{VERSIONS}")]


def _is_newest(store: Store, place: str, name: str) -> bool:
    pointer = latest_edition(store, place)
    return pointer is None or str(pointer["edition"]) < name


def _period(report: Report, sources: Sources, period: str | None) -> str | None:
    if report.periods is None and not report.monthly:
        if period is not None:
            raise ReportError(
                codes.history.PERIOD_UNKNOWN, f"{report.name}: has no periods; leave --period out"
            )
        return None
    there = list(_periods(report, sources))
    if not there:
        raise NotKnown(
            codes.history.NOTHING_RELEASED_THEN,
            f"{report.name}: nothing is released yet that it could be made for",
        )
    if period is None:
        return there[-1]
    if period not in there:
        raise NotKnown(
            codes.history.PERIOD_UNKNOWN,
            f"{report.name}: has no figures for {quote(period)}; it has {', '.join(there)}",
        )
    return period


def _basis(report: Report, sources: Sources, period: str | None) -> str:
    """What makes an edition what it is: its releases and meanings, how it is laid out, and whether it has a PDF."""
    layout, pdf = [LAYOUT, report.layout], folder() is not None
    if report.monthly:
        layout = [*layout, sources.day.toordinal()]
    return sources.key(report=report.name, period=period, layout=layout, pdf=pdf)


def _standing(store: Store, report: Report, period: str | None, basis: str) -> Edition | None:
    """The edition of that basis that is out, or None."""
    for key, manifest in list_editions(store, shelf(report.name, period)):
        if manifest["basis"] == basis:
            files = {file["name"]: store.read_bytes(f"{key}/{file['name']}") for file in manifest["files"]}
            return Edition(report.name, period, manifest["edition"], manifest, files, key)
    return None


def _imprint(report: Report, sources: Sources, period: str | None) -> Imprint:
    formats = ("html", "xlsx", "pdf") if folder() is not None else ("html", "xlsx")
    up = "../../../../" if period else "../../../"
    releases = list(sources.releases.values())
    return Imprint(report.name, up, sources.moment, releases, formats)


def _in_language(document: Any, imprint: Imprint, language: str) -> dict[str, bytes]:
    from praya.reports import html, pdf, sheet

    values = make_plain_values(document, imprint, language)
    files = {
        file_name(imprint.stem, language, "html"): html.write(values, imprint),
        file_name(imprint.stem, language, "xlsx"): sheet.write(document, imprint, language),
    }
    if "pdf" in imprint.formats:
        files[file_name(imprint.stem, language, "pdf")] = pdf.write(values, imprint)
    return files


def _free(store: Store, place: str, name: str) -> str:
    number = 1
    while store.exists(f"{place}/{name if number == 1 else f'{name}-{number}'}"):
        number += 1
    return name if number == 1 else f"{name}-{number}"


def _record(store: Store, place: str, made: Edition) -> None:
    """The ledger's line of an edition; also when a kill came between the folder and the line."""
    body: ReportBody = {
        "edition": made.name,
        "manifest_sha256": store.sha256(f"{place}/{made.name}/manifest.json"),
        "files": {file["name"]: file["sha256"] for file in made.manifest["files"]},
        "releases": [[release["dataset"], release["version"]] for release in made.manifest["releases"]],
        "synthetic": made.manifest["synthetic"],
    }
    Ledger(store).record("report", place.removeprefix("released/"), body)


def _made_by(root: Path) -> EditionMakers:
    from praya.provenance import kept_inputs

    packages = dict(kept_inputs.versions())
    for name in ("typst", "xlsxwriter"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    code = kept_inputs.commit(root)
    return {"packages": packages, "code": code}
