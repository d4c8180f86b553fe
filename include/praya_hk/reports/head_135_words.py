"""The words of the report on Head 135, in the terms of the Estimates and of their Chinese edition."""

from __future__ import annotations

from typing import Any

from praya.contract.text import Text
from praya.reports.document import Words, t
from praya.reports.number_format import financial_year

TITLE = t("Controlling Officer’s Report", "管制人員報告")
HEAD = t(
    "Head 135: Government Secretariat: Innovation, Technology and Industry Bureau",
    "總目135：政府總部：創新科技及工業局",
)
OFFICE = t("Innovation, Technology and Industry Bureau", "創新科技及工業局")
ESTIMATE = t("Estimate", "預算")
CEILING = t(
    "Establishment ceiling (notional annual mid-point salary value, non-directorate posts)",
    "編制上限（非首長級職位的年薪值，以薪級中點估計）",
)
NON_DIRECTORATE = t("Non-directorate posts (estimate)", "非首長級職位（估計）")
DIRECTORATE = t("Directorate posts (estimate)", "首長級職位（估計）")
BALANCE = t("Commitment balance", "承擔額結餘")
PROGRAMMES, PROGRAMME = t("Programmes", "綱領"), t("Programme", "綱領")
POLICY_AREA = t("Policy area", "政策範圍")
DETAIL = t("Detail", "詳情")
PROVISION = t("Financial provision ($m)", "財政撥款（百萬元）")
PROVISION_OF = t("Financial provision", "財政撥款")
DONE, TO_COME = (
    t("Initiatives in", "推行的措施"),
    t("Initiatives planned for", "計劃推行的措施"),
)
TARGETS = t("Targets", "目標")
TARGET, STATUS = t("Target", "目標"), t("Status", "狀況")
ACTUAL, PLAN = t("Actual", "實際"), t("Plan", "計劃")
AGAINST = t("The last year against the targets", "最近一年與目標比較")
ANALYSIS = t("Analysis of financial provision", "財政撥款分析")
STAFFING = t("Changes in provision and staffing", "撥款及人手編制的增減")
MORE_MONEY = t("Change in provision\n($m)", "撥款增減\n（百萬元）")
MORE_PERCENT = t("Change in\nper cent", "增減\n百分比")
MORE_POSTS = t("Net change\nin posts", "職位\n淨增減")
SUBHEADS = t("Expenditure by subhead", "按分目列出的開支")
SUBHEAD_CODE = t("Sub-head\n(Code)", "分目\n（編號）")
ITEM_CODE = t("Item\n(Code)", "項目\n（編號）")
DETAILS = t("Details of expenditure by subhead", "開支詳情（按分目列出）")
CHANGES = t("Changes by subhead", "按分目列出的增減")
ESTABLISHMENT = t("Establishment", "編制")
POSTS = t("Posts", "職位")
NET_INCREASE = t("Net increase in posts", "職位淨增加")
EXPENSES = t("Subhead 000 Operational expenses", "分目000運作開支")
COMMITMENTS = t("Commitments", "承擔額")
AMBIT = t("Ambit", "涵蓋範圍")
APPROVED = t("Approved\ncommitment", "核准\n承擔額")
BALANCE_SHORT = t("Balance", "結餘")
TOTAL = t("Total", "總額")
MILLION, THOUSAND = t("($m)", "（百萬元）"), t("($’000)", "（千元）")
METHOD = t(
    "Changes in brackets are computed from the figures beside them, and have been held against those that the "
    "Estimates print. Aims and descriptions of the programmes are in the printed Estimates and are not repeated here.",
    "括號內的增減百分比由旁列數字計算，並已與開支預算印載者核對。各綱領的宗旨及簡介見開支預算，此處不再轉載。",
)

STAGES = {
    "actual": t("Actual", "實際"),
    "original": t("Original", "原來預算"),
    "revised": t("Revised", "修訂"),
    "estimate": t("Estimate", "預算"),
}
SUBHEAD_STAGES = {
    "actual": t("Actual\nexpenditure", "實際開支"),
    "original": t("Approved\nestimate", "核准預算"),
    "revised": t("Revised\nestimate", "修訂預算"),
    "estimate": t("Estimate", "預算"),
}
MEASURES: dict[str, tuple[Text, int]] = {
    "calls-answered-within-12-seconds": (
        t("Calls answered within 12 seconds (%)", "12秒內接聽的來電（%）"),
        0,
    ),
    "enquiries-resolved-at-first-call": (
        t("Enquiries resolved at the first call (%)", "首次致電即獲解決的查詢（%）"),
        0,
    ),
    "customer-satisfaction": (t("Customer satisfaction (of five points)", "顧客滿意度（以五分為滿分）"), 1),
}
PROGRAMME_NAMES = {"1": "局長辦公室", "2": "創新科技及工業", "3": "效率促進辦公室"}
POLICY_AREAS = {17: "資訊科技及廣播", 27: "政府內部服務"}
ACCOUNTS = {
    "operating": ("recurrent", "non-recurrent"),
    "capital": ("plant, equipment and works",),
}
GROUPS = {
    "operating": t("Operating Account", "經營帳目"),
    "capital": t("Capital Account", "非經營帳目"),
    "recurrent": t("Recurrent", "經常開支"),
    "non-recurrent": t("Non-Recurrent", "非經常開支"),
    "plant, equipment and works": t("Plant, Equipment and Works", "機器、設備及工程"),
}
EXPENSE_GROUPS = {
    "personal emoluments": t("Personal Emoluments", "個人薪酬"),
    "personnel related expenses": t("Personnel Related Expenses", "與員工有關連的開支"),
    "departmental expenses": t("Departmental Expenses", "部門開支"),
}
LINES = {
    "subhead-000": "運作開支",
    "subhead-697": "科技統籌（整體撥款）",
    "subhead-700": "一般非經常開支",
    "total-recurrent": "經常開支總額",
    "total-non-recurrent": "非經常開支總額",
    "total-operating-account": "經營帳目總額",
    "total-plant-equipment-and-works": "機器、設備及工程總額",
    "total-capital-account": "非經營帳目總額",
    "total-expenditure": "開支總額",
    "salaries": "薪金",
    "allowances": "津貼",
    "job-related-allowances": "工作相關津貼",
    "mandatory-provident-fund": "強制性公積金供款",
    "civil-service-provident-fund": "公務員公積金供款",
    "general-departmental-expenses": "一般部門開支",
}
ITEMS = {"803": "注資社會創新及創業發展基金"}


def zh(text: Words) -> str:
    """The Traditional Chinese of a text."""
    return text if isinstance(text, str) else text.zh_hant


def en(text: Words) -> str:
    return text if isinstance(text, str) else text.en


def _joined(first: Words, second: Words, joint: str = " ") -> Text:
    return t(f"{en(first)}{joint}{en(second)}", f"{zh(first)}{joint.strip(' ')}{zh(second)}")


def in_year(text: Words, year: str) -> Text:
    """`Estimate 2024–25`, `2024–25年度預算`."""
    return t(f"{en(text)} {financial_year(year)}", f"{financial_year(year)}年度{zh(text)}")


def in_years(text: Words, year: str, before: str) -> Text:
    """`… 2024–25 over the revised estimate for 2023–24`."""
    new, old = financial_year(year), financial_year(before)
    return t(
        f"{en(text)}: {new} over the revised estimate for {old}",
        f"{zh(text)}：{new}年度與{old}年度修訂預算比較",
    )


def of_year(text: Words, year: Any) -> Text:
    """`2023 (Actual)`."""
    return t(f"{year}\n({en(text)})", f"{year}年\n（{zh(text)}）")


def at(text: Words, day: str) -> Text:
    """A stock at 31 March of a year."""
    year = day[:4]
    return t(f"{en(text)} as at 31 March {year}", f"{zh(text)}，{year}年3月31日")


def in_unit(title: Words, unit: Words) -> Text:
    """A heading with its unit under it."""
    return _joined(title, unit, "\n")


def point(of: tuple[str, str]) -> Text:
    """`2023–24 (Revised)`."""
    year, stage = financial_year(of[0]), STAGES[of[1]]
    return t(f"{year}\n({stage.en})", f"{year}\n（{stage.zh_hant}）")


def subhead_point(of: tuple[str, str]) -> Text:
    """`Actual expenditure 2022–23 $'000`."""
    year, stage = financial_year(of[0]), SUBHEAD_STAGES[of[1]]
    return t(f"{stage.en}\n{year}\n($’000)", f"{year}年度\n{stage.zh_hant}\n（千元）")


def on_original(change: str, year: str) -> Text:
    """`(or +13.5% on 2023–24 Original)`."""
    return t(
        f"(or {change} on {financial_year(year)} Original)", f"（或較{financial_year(year)}原來預算{change}）"
    )


def programme(row: dict[str, Any]) -> Text:
    """`Programme (2): Innovation, Technology and Industry`."""
    number, name = row["programme_no"], row["programme_name"]
    return t(f"Programme ({number}): {name}", f"綱領（{number}）：{PROGRAMME_NAMES.get(number, name)}")


def numbered(difference: dict[str, Any]) -> Text:
    """`(2) Innovation, Technology and Industry`."""
    number, name = difference["programme_no"], difference["programme_name"]
    return t(f"({number}) {name}", f"（{number}）{PROGRAMME_NAMES.get(number, name)}")


def policy_area(row: dict[str, Any]) -> str:
    number = row["policy_area_no"]
    return f"{number}：{POLICY_AREAS.get(number, row['policy_area'])}"


def line(row: dict[str, Any]) -> Text:
    """The name of a line of the subhead or expenses table."""
    return t(row["line_name"], LINES.get(row["line"], row["line_name"]))


def place(row: dict[str, Any]) -> int:
    """Where a line stands in its table of the Estimates; one that is new to us comes last."""
    return list(LINES).index(row["line"]) if row["line"] in LINES else len(LINES)


def line_with_code(row: dict[str, Any]) -> Text:
    name = line(row)
    code = row["subhead"]
    return t(f"Subhead {code} {name.en}", f"分目{code}{name.zh_hant}") if code else name


def item(row: dict[str, Any]) -> Text:
    return t(row["item_name"], ITEMS.get(row["item"], row["item_name"]))


def accumulated(year: int) -> Text:
    """Spent up to the end of a financial year."""
    return t(f"Accumulated\nexpenditure\nto 31.3.{year}", f"截至\n{year}年3月31日\n的累積開支")


def estimate_k(year: str) -> Text:
    """The estimate of a year in thousands."""
    return t(f"Estimate\n{financial_year(year)}\n($’000)", f"{financial_year(year)}年度\n預算\n（千元）")


def over(what: str, year: str) -> Text:
    """A change over the `revised` estimate or the `actual` spending of a year, in thousands."""
    in_english = {"revised": "revised\nestimate", "actual": "actual\nexpenditure"}[what]
    in_chinese = {"revised": "修訂預算", "actual": "實際開支"}[what]
    return t(
        f"Change on the {in_english}\n{financial_year(year)} ($’000)",
        f"較{financial_year(year)}年度\n{in_chinese}增減\n（千元）",
    )


def revised_spending(year: str) -> Text:
    """What is expected to be spent in the year that the revised estimate is of."""
    return t(
        f"Revised estimated\nexpenditure\nfor {financial_year(year)}",
        f"{financial_year(year)}年度\n修訂預算\n開支",
    )
