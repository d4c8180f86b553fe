"""Open-data progress: the plan against release, how fresh the data is, its quality, and how often it is downloaded."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from praya.contract.codes import FREQUENCIES, LANGUAGES
from praya.contract.zone import HONG_KONG
from praya.history import KnownRelease
from praya.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Remarks,
    Row,
    Status,
    Table,
    Words,
    row,
    t,
)
from praya.reports.kinds.open_data_progress_report import REPORT
from praya.reports.metric_words import frequency_words, in_both
from praya.reports.number_format import date, month
from praya.reports.sources import Sources

PLAN = "open-data-progress"
GENERATED = "synthetic-"  # how the ids of providers of generated data begin
PLAN_STATUS = {
    "released on time": t("Released on time", "準時發布"),
    "released late": t("Released late", "逾期發布"),
    "overdue": t("Overdue", "已逾期"),
    "due": t("Not due yet", "未到期"),
}
MET = {"released on time": Status.ON_TARGET, "released late": Status.OFF_TARGET, "overdue": Status.OFF_TARGET}
VERDICTS = {"passed": t("passed", "通過"), "warned": t("passed with warnings", "通過但有警告")}
NO_DOWNLOADS = t(
    "Gap: downloads were not counted: no access log of a whole month has been read, and no figure "
    "is given in their place.",
    "缺口：未有統計下載次數。尚未讀取任何整月的存取紀錄，故不以任何數字代替。",
)
NO_FAULT_SCORE = t(
    "Gap: the fault score, how many injected faults a dataset's checks would catch, is kept with the verdicts and "
    "is not published; no figure is given here.",
    "缺口：錯誤偵測分數（數據集的檢查能發現多少個注入的錯誤）存於檢查結果之內，並未發布，故此處沒有數字。",
)
# What a release says of itself: the parts of its manifest, and the files beside the data.
TEXTS = ("title", "description")
PARTS = ("keywords", "licence", "contact", "coverage")
FILES = (
    "dictionary.json",
    "notes.json",
    "schema.json",
    "datapackage.json",
    "dcat.ttl",
    "schema-org.jsonld",
    "ckan-en.json",
)


def build(sources: Sources, _period: str | None) -> Document:
    """As at the day of the report: the last of the month where the month is closed."""
    day = sources.day
    releases = list(sources.releases.values())
    plan = _planned(sources, day)
    blocks: list[Block] = [
        Paragraph(t(f"As at {date(day, 'en')}.", f"截至{date(day, 'zh-Hant')}。")),
        _glance(releases, plan, day),
        Heading(t("Plan against release", "計劃與發布")),
        *_plan(plan, sources.releases),
        *_notes(sources.releases.get(PLAN)),
        Heading(t("Freshness", "更新情況")),
        _freshness(releases, day),
        Heading(t("Quality", "質素")),
        _quality(releases),
        Paragraph(NO_FAULT_SCORE),
        Heading(t("Downloads", "下載次數")),
        downloads(plan, sources.releases),
    ]
    return Document(
        REPORT.title, _day(day), t("Digital Policy Office", "數字政策辦公室"), blocks, landscape=True
    )


# --- plan ------------------------------------------------------------------------------------------------


def _planned(sources: Sources, day: dt.date) -> list[dict[str, Any]]:
    """The rows of the plan; what was due before this month and has not come is overdue, whenever the rows were made."""
    if not sources.has(PLAN):
        return []
    rows = sources.table(PLAN)
    for entry in rows:
        if entry["first_released_month"] is None:
            entry["status"] = "overdue" if entry["target_month"] < day.strftime("%Y-%m") else "due"
    return sorted(rows, key=lambda entry: (entry["target_month"], entry["dataset"]))


def _plan(plan: Sequence[dict[str, Any]], releases: Mapping[str, KnownRelease]) -> list[Block]:
    if not plan:
        return [Paragraph(t("Gap: no plan has been released.", "缺口：尚未發布任何計劃。"))]
    columns = [
        Column(t("Dataset", "數據集"), width=3.0),
        Column(t("Provider", "提供機構"), width=1.2),
        Column(t("Due", "目標月份"), width=1.2),
        Column(t("First released", "首次發布"), width=1.2),
        Column(t("Months\nafter target", "較目標遲\n（月）"), "number", 0),
        Column(t("What became of it", "進度"), width=1.2),
        Column(t("Status", "狀況"), "status"),
    ]
    rows = [
        row(
            t(entry["title_en"], entry["title_tc"]),
            entry["provider"],
            _month(entry["target_month"]),
            _month(entry["first_released_month"]),
            entry["months_after_target"],
            PLAN_STATUS[entry["status"]],
            Cell(MET.get(entry["status"], "")),
            synthetic=_is_generated(entry, releases),
        )
        for entry in plan
    ]
    return [Table(t("The plan, by month", "按月份劃分的計劃"), columns, rows, name="Plan")]


def downloads(plan: Sequence[dict[str, Any]], releases: Mapping[str, KnownRelease]) -> Block:
    """How often data was downloaded, most first; a dataset that nobody downloaded has none, which is a figure too."""
    counted = [entry for entry in plan if entry.get("downloads") is not None]
    if not counted:
        return Paragraph(NO_DOWNLOADS)
    first, last = counted[0]["downloads_from_month"], counted[0]["downloads_to_month"]
    months = [first] if first == last else [first, last]

    def title(language: str) -> str:
        span = (" to " if language == "en" else "至").join(month(edge, language) for edge in months)
        return (
            f"Data files handed out whole, {span}" if language == "en" else f"完整提供數據檔案的次數，{span}"
        )

    rows = [
        row(
            t(entry["title_en"], entry["title_tc"]),
            entry["provider"],
            entry["downloads"],
            synthetic=_is_generated(entry, releases),
        )
        for entry in sorted(counted, key=lambda entry: (-entry["downloads"], entry["dataset"]))
    ]
    columns = [
        Column(t("Dataset", "數據集"), width=3.0),
        Column(t("Provider", "提供機構"), width=1.2),
        Column(t("Downloads", "下載次數"), "number", 0),
    ]
    return Table(in_both(title), columns, rows, name="Downloads")


def _notes(release: KnownRelease | None) -> list[Block]:
    """What the plan says of itself travels with it."""
    if release is None:
        return []
    content = json.loads((release.folder / "notes.json").read_bytes())
    notes = [note["text"] for section in content["sections"] for note in section["notes"]]
    return [Remarks([t(text["en"], text["zh-Hant"]) for text in notes])] if notes else []


def _day(day: dt.date) -> Words:
    return in_both(lambda language: date(day, language))


def _month(period: str | None) -> Words:
    return in_both(lambda language: month(period, language)) if period else ""


# --- what is released ------------------------------------------------------------------------------------


def _glance(releases: Sequence[KnownRelease], plan: Sequence[dict[str, Any]], day: dt.date) -> Table:
    became = Counter(entry["status"] for entry in plan)
    fresh = sum(_age(release, day) <= _limit(release) for release in releases)
    warned = sum(bool(release.manifest["verdict"]["warnings"]) for release in releases)
    whole = sum(not _lacking(release) for release in releases)
    rows: list[Row] = [
        row(t("Plan", "計劃"), kind="group"),
        *(row(word, became[status], kind="sub") for status, word in PLAN_STATUS.items()),
        row(t("Released", "已發布"), kind="group"),
        row(t("Datasets released", "已發布的數據集"), len(releases), kind="sub"),
        row(
            t("of these, synthetic", "其中屬模擬數據"),
            sum(release.synthetic for release in releases),
            kind="sub",
        ),
        row(t("Fresh", "更新及時"), fresh, kind="sub"),
        row(
            t("Older than their frequency allows", "超過更新頻率所容許的時間"),
            len(releases) - fresh,
            kind="sub",
        ),
        row(t("With warnings", "有警告"), warned, kind="sub"),
        row(t("With complete metadata", "元數據完整"), whole, kind="sub"),
    ]
    return Table(
        t("At a glance", "概覽"),
        [Column(t("What", "項目"), width=3.0), Column(t("Number", "數目"), "number", 0)],
        rows,
        name="Glance",
    )


def _freshness(releases: Sequence[KnownRelease], day: dt.date) -> Table:
    columns = [
        Column(t("Dataset", "數據集"), width=3.0),
        Column(t("Release", "發布版本"), width=1.0),
        Column(t("Frequency", "更新頻率"), width=1.3),
        Column(t("Content received", "收到內容的日期"), width=1.5),
        Column(t("Age\n(days)", "距今\n（日）"), "number", 0),
        Column(t("Fresh within\n(days)", "更新期限\n（日）"), "number", 0),
        Column(t("Status", "狀況"), "status"),
    ]
    rows = []
    for release in releases:
        received, age, limit = _received(release), _age(release, day), _limit(release)
        rows.append(
            row(
                _titled(release),
                release.number or release.version,
                frequency_words(release.manifest["frequency"]),
                _day(received),
                age,
                limit,
                Status.ON_TARGET if age <= limit else Status.OFF_TARGET,
                synthetic=release.synthetic,
            )
        )
    return Table(t("Age against frequency", "數據時效與更新頻率"), columns, rows, name="Freshness")


def _quality(releases: Sequence[KnownRelease]) -> Table:
    columns = [
        Column(t("Dataset", "數據集"), width=3.0),
        Column(t("Rows", "行數"), "number", 0),
        Column(t("Verdict", "檢查結果"), width=1.4),
        Column(t("Warnings", "警告"), "number", 0),
        Column(t("Waived", "豁免"), "number", 0),
        Column(t("Formats", "格式"), width=2.8),
        Column(t("Metadata\n(parts)", "元數據\n（項）"), "number", 0),
        Column(t("Lacking", "欠缺"), width=1.6),
    ]
    rows, parts = [], len(TEXTS) * len(LANGUAGES) + len(PARTS) + len(FILES)
    for release in releases:
        verdict, lacking = release.manifest["verdict"], _lacking(release)
        status = str(verdict["status"])
        rows.append(
            row(
                _titled(release),
                release.manifest["rows"],
                VERDICTS.get(status, status),
                len(verdict["warnings"]) or None,
                len(verdict["waived"]) or None,
                ", ".join(_formats(release)),
                Cell(parts - len(lacking), after=f"/ {parts}"),
                ", ".join(lacking),
                synthetic=release.synthetic,
            )
        )
    return Table(t("Checks and metadata", "檢查及元數據"), columns, rows, name="Quality")


def _titled(release: KnownRelease) -> Cell:
    title = release.manifest["title"]
    return Cell(t(title["en"], title["zh-Hant"]))


def _is_generated(planned: dict[str, Any], releases: Mapping[str, KnownRelease]) -> bool:
    """Whether a row of the plan is of generated data: as its release says, or before that its provider's id."""
    release = releases.get(planned["dataset"])
    return release.synthetic if release else str(planned["provider"]).startswith(GENERATED)


def _received(release: KnownRelease) -> dt.date:
    """The day in Hong Kong on which the content was received."""
    return dt.datetime.fromisoformat(release.manifest["received_at"]).astimezone(HONG_KONG).date()


def _age(release: KnownRelease, day: dt.date) -> int:
    return (day - _received(release)).days


def _limit(release: KnownRelease) -> int:
    """Days within which content of that frequency is fresh."""
    return FREQUENCIES[release.manifest["frequency"]].fresh_days


def _formats(release: KnownRelease) -> list[str]:
    data = [file["name"] for file in release.manifest["files"] if file.get("role") == "data"]
    return sorted({name.removesuffix(".gz").rpartition(".")[2].upper() for name in data})


def _lacking(release: KnownRelease) -> list[str]:
    """The parts of the metadata that a release does not have, by name."""
    files = {file["name"] for file in release.manifest["files"]}
    said: Mapping[str, Any] = release.manifest
    lacking = [
        f"{name} ({language})" for name in TEXTS for language in LANGUAGES if not said[name].get(language)
    ]
    there = {**said, "coverage": (said.get("coverage") or {}).get("temporal")}
    lacking += [name for name in PARTS if not there.get(name)]
    return lacking + [name for name in FILES if name not in files]
