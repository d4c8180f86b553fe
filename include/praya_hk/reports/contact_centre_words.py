"""The words of the monthly report of 1823 in both languages; codes have the labels of their releases."""

from __future__ import annotations

from praya.contract.text import Text
from praya.reports.document import t

OFFICE = t("Praya generator of synthetic data", "Praya模擬數據產生程式")
MEASURES, MEASURE = t("Measures against targets", "服務表現與目標比較"), t("Measure", "量度項目")
TARGET, STATUS, BEFORE = t("Target", "目標"), t("Status", "狀況"), t("Month\nbefore", "上月")
PRINTED = t("Estimates\n{year}", "開支預算\n{year}年")
NO_TARGET = t("none", "沒有")
SHARES = t("Shares against their targets (%)", "百分比與目標比較（%）")
TRENDS, MONTH = t("Trends", "趨勢"), t("Month", "月份")
NO_TREND = t(
    "No figures are released of the twelve months before, so that no trend is shown.",
    "此前12個月沒有已發布的數字，故未列出趨勢。",
)
CONTACTS = t("Contacts by month", "按月劃分的聯絡數目")
VOICE, WRITTEN = t("Calls", "來電"), t("Written", "書面")
WITHIN_12 = t("Calls answered within 12 seconds by month (%)", "按月劃分12秒內接聽的來電（%）")
CHANNELS, CHANNEL = t("Channels", "渠道"), t("Channel", "渠道")
BY_CHANNEL = t("Contacts by channel", "按渠道劃分的聯絡數目")
CALLS, LANGUAGE = t("Calls by language", "按語言劃分的來電"), t("Language", "語言")
SATISFACTION = t("Satisfaction by channel", "按渠道劃分的滿意度")
DEPARTMENTS, DEPARTMENT = t("Departments", "部門"), t("Department", "部門")
MOST_CASES = t("The ten departments with most cases", "個案最多的十個部門")
SUBJECTS, SUBJECT = t("Subjects", "事項"), t("Group of subjects", "事項組別")
DISTRICTS, DISTRICT = t("Districts", "地區"), t("District", "地區")
BY_DISTRICT = t("Service requests or complaints by district", "按地區劃分的服務要求或投訴")
METHOD = t("Notes on method and suppression", "方法及不予公布數字的說明")
WITHHELD = t("C", "C")
WITHHELD_NOTE = t(
    "C: withheld, so that nobody can be told from a small number; it does not mean zero.",
    "C：不予公布，以免從小數目辨識個人；並不表示零。",
)
NOT_COUNTED = t("–", "–")
NOT_COUNTED_NOTE = t("–: does not apply to this row.", "–：不適用於此行。")
PRINTED_NOTE = t(
    "The column of the Estimates has the real figures of 1823 for a year, for comparison; all others are synthetic.",
    "開支預算一欄為1823全年的真實數字，僅供比較；其餘均為模擬數據。",
)
STATUS_NOTE = t(
    "Whether a target is met is judged by the figure as it is released. “Under” and “over” mean that the target itself "
    "does not count as met.",
    "是否達標以發布的數字判斷。「少於」及「多於」指剛達目標數值並不算達標。",
)
CONTACTS_COLUMN, CASES = t("Contacts", "聯絡"), t("Cases", "個案")
ENQUIRIES, REQUESTS = t("Enquiries", "查詢"), t("Service requests\nor complaints", "服務要求\n或投訴")
SUGGESTIONS, COMPLIMENTS = t("Suggestions", "建議"), t("Compliments", "嘉許")
ANSWERED, ABANDONED = t("Answered", "獲接聽"), t("Given up\n(%)", "放棄輪候\n（%）")
IN_12, HANDLING = (
    t("Within 12\nseconds (%)", "12秒內\n接聽（%）"),
    t("Average handling\n(seconds)", "平均處理\n（秒）"),
)
FIRST_CALL = t("Resolved at the\nfirst call (%)", "首次致電\n解決（%）")
SURVEYS, SCORE = t("Surveys", "調查"), t("Average score\n(1–5)", "平均評分\n（1–5分）")
SATISFIED = t("Satisfied\n(%)", "滿意\n（%）")
IN_3H, SHARED = t("Within 3\nhours (%)", "3小時內\n轉介（%）"), t("Shared", "共同\n處理")
OPEN, UNDER_7 = t("Open at\nmonth end", "月底\n未完成"), t("under\n7 days", "不足\n7日")
TO_13, FROM_14 = t("7 to 13\ndays", "7至\n13日"), t("14 days\nor more", "14日\n或以上")

# How a target is meant where reaching it is enough.
AIMS = {"more is better": t("at least", "不少於"), "less is better": t("at most", "不多於")}


def name(names: dict[str, Text], code: str) -> Text:
    """The label of a code; one that the release has no label of stands as it is."""
    return names.get(code) or t(code, code)
