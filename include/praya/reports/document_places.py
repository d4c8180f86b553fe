"""Where in a document a figure stands, in words: a source has the place in English, as its document prints it.

`Programme (2), para 7, item 10` is 綱領（2）第7段第10項. A place of another form stands as it is, in every language.
"""

from __future__ import annotations

import re
from functools import cache

from praya.reports.document import Words, t

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

# Headings of the documents; a longer one before another that it begins with.
HEADINGS = {
    "Hong Kong Cyberport Management Company Limited (Cyberport)": "香港數碼港管理有限公司",
    "Hong Kong Cyberport Management Company Limited": "香港數碼港管理有限公司",
    "The Hong Kong Science and Technology Parks Corporation (HKSTPC)": "香港科技園公司",
    "The Hong Kong Productivity Council (HKPC)": "香港生產力促進局",
    "Innovation and Technology Fund (ITF)": "創新及科技基金",
    "Innovation and technology co-operation with the Mainland": "與內地的創新及科技合作",
    "Committee on Innovation, Technology and Re-industrialisation": "創新、科技及再工業化委員會",
    "Promotion of Innovation and Technology": "推動創新及科技",
    "Fostering an Innovation and Technology Culture": "培育創新及科技文化",
    "Encouraging Local R&D Activities": "鼓勵本地研發活動",
    "Five R&D centres": "五所研發中心",
    "InnoHK": "InnoHK",
    "Talent": "人才",
    "Smart City Development": "智慧城市發展",
    "Wi-Fi Connected City": "Wi-Fi連通城市",
    "E-Government": "電子政府",
    "Digital Inclusion": "數碼共融",
    "Cyber Security": "網絡安全",
    "Data Centres": "數據中心",
    "IT Strategy": "資訊科技策略",
    "History of the Efficiency Office": "效率促進辦公室的歷史",
    "Our Role": "我們的角色",
    "The 1823 team": "1823團隊",
    "The Internal Team": "內部團隊",
    "MSO Deployment Outside Efficiency Office": "派駐效率促進辦公室以外的管理參議主任",
    "Analysis of Financial and Staffing Provision": "財政撥款及人手編制分析",
    "Analysis of financial provision": "財政撥款分析",
    "Details of Expenditure by Subhead": "開支詳情（按分目列出）",
}
# What has no quotes around it: tables, and parts of a section.
NAMES = {
    "Commitments table": "承擔額表",
    "Expenditure by subhead table": "按分目列出的開支表",
    "Financial provision table": "財政撥款表",
    "Head 135 summary table": "總目135摘要表",
    "Head of the document": "文件開首",
    "Programmes table": "綱領表",
    "Targets table": "目標表",
    "note to the provision table": "撥款表附註",
    "list of initiatives": "措施清單",
    "list of work areas": "工作範疇清單",
    "both paragraphs": "全部兩段",
    "Departments": "部門",
    "Bureaux/departments": "政策局／部門",
    "Register of initiatives (programme-initiatives)": "措施登記冊（programme-initiatives）",
    "as noted when the project began; page and paragraph unknown": "，項目開始時記下，頁數及段落不詳",
}
SUBHEADINGS = {
    "Electronic Information Management": "電子資訊管理",
    "Electronic Procurement": "電子採購",
    "Government Data Centre Service Arrangements": "政府數據中心服務安排",
    "Government Electronic Communications Infrastructure": "政府電子通訊基礎設施",
    "Government Human Resources Management Services": "政府人力資源管理服務",
    "Government Cloud Infrastructure Services and Big Data Analytics Platform": "政府雲端基礎設施服務及大數據分析平台",
    "Multi-functional Smart Lampposts Pilot Scheme": "多功能智慧燈柱試驗計劃",
    "Shared blockchain platform": "共用區塊鏈平台",
    "iAM Smart": "智方便",
    "General Consulting": "一般顧問工作",
    "Resource Management": "資源管理",
    "Other Fields": "其他範疇",
}
TOPICS = {
    "InnoHK": "InnoHK",
    "Be the Smart Regulator": "精明規管",
    "Youth Portal": "青少年網站",
    "1823 Chatbot": "1823聊天機械人",
    "Streamlining": "精簡政府服務",
}


@cache
def place_words(place: str) -> Words:
    """A place in English and Chinese; one of a form that is not known as it is."""
    chinese = _chinese(place)
    return place if chinese is None else t(place, chinese)


def _chinese(place: str) -> str | None:
    if place in NAMES:
        return NAMES[place]
    heading = next((name for name in HEADINGS if place == name or place.startswith(f"{name}, ")), None)
    said = f"「{HEADINGS[heading]}」" if heading else ""
    rest = place.removeprefix(heading).removeprefix(", ") if heading else place
    for part in rest.split(", ") if rest else []:
        words = _part(part)
        if words is None:
            return None
        said += words
    return said or None


def _part(part: str) -> str | None:
    """One piece between commas: a paragraph, an item, a date, a table, a heading below the first."""
    if part in NAMES:
        return NAMES[part]
    if part in SUBHEADINGS:
        return f"「{SUBHEADINGS[part]}」"
    if match := re.fullmatch(r"(.+) \((.+)\)", part):
        before = _part(match[1])
        return f"{before}（{TOPICS[match[2]]}）" if before and match[2] in TOPICS else _programme(part)
    if match := re.fullmatch(r"(\w+) paragraph", part):
        return f"第{ORDINALS.index(match[1]) + 1}段" if match[1] in ORDINALS else None
    if match := re.fullmatch(r"[Pp]ara (\d+)", part):
        return f"第{match[1]}段"
    if match := re.fullmatch(r"item (\d+)", part):
        return f"第{match[1]}項"
    if match := re.fullmatch(r"(?:(\w+) )?(\d{4})(?:-(\d{4}))?", part):
        return _date(match[1], match[2], match[3])
    return None


def _programme(part: str) -> str | None:
    if match := re.fullmatch(r"Programme \((\d)\)", part):
        return f"綱領（{match[1]}）"
    if match := re.fullmatch(r"Target \((under|over) (\d+)\)", part):
        return f"目標（{'少於' if match[1] == 'under' else '多於'}{match[2]}）"
    return None


def _date(month: str | None, year: str, until: str | None) -> str | None:
    if month is None:
        return f"{year}年至{until}年" if until else f"{year}年"
    return f"{year}年{MONTHS.index(month) + 1}月" if month in MONTHS else None
