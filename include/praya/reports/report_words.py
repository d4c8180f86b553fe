"""The words that every report has, in English and Traditional Chinese; Simplified is made from the latter."""

from __future__ import annotations

from praya.reports.document import t

WORDS = {
    "synthetic": t(
        "Synthetic data: generated, not real. No figure here is of a real caller or case.",
        "模擬數據，並非真實資料。此處數字均非來自真實來電者或個案。",
    ),
    "synthetic_short": t("Synthetic data: generated, not real", "模擬數據，並非真實資料"),
    "synthetic_some": t(
        "Some figures here are synthetic: generated, not real. They are marked “synthetic” ({what}); all others are "
        "real.",
        "此處部分數字為模擬數據，並非真實資料，均標明「模擬」（{what}）；其餘均為真實數字。",
    ),
    "synthetic_some_short": t(
        "Figures marked “synthetic” are generated, not real", "標明「模擬」的數字並非真實資料"
    ),
    "made_up": t("synthetic", "模擬"),
    "known": t(
        "Figures as published up to {moment}, Hong Kong time", "數字以截至香港時間{moment}已發布者為準"
    ),
    "sources": t("Sources", "資料來源"),
    "sources_line": t("Sources: {releases}", "資料來源：{releases}"),
    "dataset": t("Dataset", "數據集"),
    "release": t("Release", "發布版本"),
    "published": t("Published (Hong Kong time)", "發布時間（香港時間）"),
    "sha256": t("SHA-256 of the manifest", "清單的SHA-256"),
    "edition": t("Edition {edition}", "版次：{edition}"),
    "imprint": t("{known}. {edition}.", "{known}。{edition}。"),
    "page": t("Page {page} of {pages}", "第{page}頁，共{pages}頁"),
    "data": t("The figures of this chart", "此圖表的數字"),
    "target": t("Target", "目標"),
    "about": t("About", "說明"),
    "report": t("Report", "報告"),
    "made": t(
        "Every figure is taken from the releases listed here, or computed from them.",
        "所有數字均取自或計算自此處所列的發布版本。",
    ),
    "files": t("Also as", "其他格式"),
    "all": t("All open data", "所有開放數據"),
    "gap": t("no figure", "沒有數字"),
}


def word(name: str, language: str, **values: object) -> str:
    """One of the words in `en`, `zh-Hant` or `zh-Hans`, with its values filled in."""
    return WORDS[name].in_language(language).format(**values)
