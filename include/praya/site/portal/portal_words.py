"""The words of the portal's pages and feeds in English and Traditional Chinese; Simplified is made from the latter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.contract.codes import LANGUAGES
from praya.contract.text import conversion_note, to_simplified

WORDS = {
    "changelog": ("What has changed", "更新紀錄"),
    "changes": ("What changed from {before} to {after}", "由{before}至{after}的變更"),
    "calendar": ("Release calendar", "發布日程"),
    "all": ("Praya open data: releases", "Praya開放數據：發布消息"),
    "synthetic": ("Synthetic data: generated, not real.", "模擬數據，並非真實資料。"),
    "released": ("Release {number}", "發布{number}版"),
    "first": ("First release", "首次發布"),
    "major": ("Major: readers may have to adapt", "重大變更：使用者或須調整"),
    "minor": ("Minor: something was added", "增補：新增內容"),
    "patch": ("Data or words only", "只更新數據或文字"),
    "withdrawn": ("Withdrawn: {number}", "已撤回：{number}版"),
    "rolled back": ("Rolled back: {number}", "已還原：{number}版"),
    "correction": ("Known to be wrong, a correction follows: {number}", "發現錯誤，將予更正：{number}版"),
    "corrects": ("Corrects {number}", "更正{number}版"),
    "revised": ("Figures revised: {figures}", "已修訂的數字：{figures}項"),
    "gone": ("no longer given", "不再提供"),
    "all revised": ("All of them in the manifest", "全部見manifest.json"),
    "breaking": ("Breaking change on {date}", "{date}起有重大變更"),
    "column removed": ("column removed", "移除欄位"),
    "column added": ("column added", "新增欄位"),
    "column retyped": ("column of another type, unit or precision", "欄位類型、單位或精度改變"),
    "columns reordered": ("columns in another order", "欄位次序改變"),
    "key changed": ("another primary key", "主鍵改變"),
    "code removed": ("code removed", "移除代碼"),
    "code added": ("code added", "新增代碼"),
    "code list removed": ("code list removed", "移除代碼表"),
    "code list added": ("code list added", "新增代碼表"),
    "format removed": ("format removed", "移除格式"),
    "format added": ("format added", "新增格式"),
    "rows": ("{before} rows before, {after} after", "之前{before}行，之後{after}行"),
    "counts": (
        "{added} rows added, {removed} removed, {changed} changed",
        "新增{added}行，移除{removed}行，更改{changed}行",
    ),
    "not comparable": (
        "Rows cannot be compared by key: the key is another one or not unique, or the format tells no rows.",
        "主鍵不同或有重複，或格式無法讀取，故未能逐行比較。",
    ),
    "shown": (
        "The first {shown} changed cells; changes.csv has all.",
        "首{shown}個變更；全部見changes.csv。",
    ),
    "column": ("Column", "欄位"),
    "change": ("Change", "變更"),
    "before": ("Before", "之前"),
    "after": ("After", "之後"),
    "key": ("Key", "主鍵"),
    "added": ("added", "新增"),
    "removed": ("removed", "移除"),
    "changed": ("changed", "更改"),
    "date": ("Date", "日期"),
    "time": ("Time (Hong Kong)", "時間（香港）"),
    "dataset": ("Dataset", "數據集"),
    "status": ("Status", "狀況"),
    "expected": ("expected, from the past {past} releases", "按過往{past}次發布推算"),
    "late": (
        "expected by {until}, from the past {past} releases; not there yet",
        "按過往{past}次發布推算，應於{until}或之前發布，至今未有",
    ),
    "confirmed": ("announced", "已公布"),
    "scheduled": ("standing time of the dataset", "數據集的固定發布時間"),
    "not announced": ("not announced", "未公布"),
    "not released": ("no release so far; not announced", "至今未有發布；日期未公布"),
    "to": ("to", "至"),
    "breaking change": ("breaking change", "重大變更"),
    "every day": ("every day", "每日"),
    "every monday": ("every Monday", "逢星期一"),
    "every tuesday": ("every Tuesday", "逢星期二"),
    "every wednesday": ("every Wednesday", "逢星期三"),
    "every thursday": ("every Thursday", "逢星期四"),
    "every friday": ("every Friday", "逢星期五"),
    "every saturday": ("every Saturday", "逢星期六"),
    "every sunday": ("every Sunday", "逢星期日"),
    "moved": ("moved", "改期"),
    "calendar changes": ("Changes to this calendar", "日程更改紀錄"),
    "recorded": ("Recorded", "記錄日期"),
    "none": ("none", "無"),
    "reason": ("Reason", "原因"),
    "reference": (
        "A day stands here where the dataset's contract announces it, or where the releases so far came at regular "
        "intervals; it then says so. For all others nothing is announced.",
        "只列出數據集已公布的發布日期，或按過往定期發布推算的日期（均有註明）；其餘均為未公布。",
    ),
}


def words(language: str) -> Mapping[str, str]:
    """Every word in `en`, `zh-Hant` or `zh-Hans`; `converted` is empty but in the last."""
    if language == "en":
        by_name = {name: en for name, (en, _) in WORDS.items()}
    else:
        by_name = {
            name: zh if language == "zh-Hant" else to_simplified(zh) for name, (_, zh) in WORDS.items()
        }
    return by_name | {"converted": conversion_note(language)}


def in_all(name: str, **values: Any) -> dict[str, str]:
    """One word in the three languages, with its values filled in."""
    return {language: words(language)[name].format(**values) for language in LANGUAGES}
