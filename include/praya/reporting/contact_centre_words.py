"""The words of the monthly report of 1823: codes of channels, departments, subjects and districts in both languages."""

from __future__ import annotations

from praya.contract.text import Text
from praya.reporting.document import t

OFFICE = t("Digital Policy Office", "數字政策辦公室")
MEASURES, MEASURE = t("Measures against targets", "服務表現與目標比較"), t("Measure", "量度項目")
TARGET, STATUS, BEFORE = t("Target", "目標"), t("Status", "狀況"), t("Month\nbefore", "上月")
PRINTED = t("Estimates\n{year}", "預算文件\n{year}年")
NO_TARGET = t("none", "沒有")
SHARES = t("Shares against their targets (%)", "百分比與目標比較（%）")
TRENDS, MONTH = t("Trends", "趨勢"), t("Month", "月份")
FIRST_MONTH = t(
    "This is the first month of which figures are released; a trend begins with the next.",
    "這是首個發布數字的月份；趨勢由下一個月起列出。",
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
METHOD = t("Notes on method and suppression", "方法及隱藏數字的說明")
WITHHELD = t("C", "C")
WITHHELD_NOTE = t(
    "C: withheld, so that nobody can be told from a small number; it does not mean zero.",
    "C：予以隱藏，以免從小數目辨識個人；並不表示零。",
)
NOT_COUNTED = t("–", "–")
NOT_COUNTED_NOTE = t("–: does not apply to this row.", "–：不適用於此行。")
PRINTED_NOTE = t(
    "The column of the Estimates has the real figures of 1823 for a year, for comparison; all others are synthetic.",
    "預算文件一欄為1823全年的真實數字，僅供比較；其餘均為模擬數據。",
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

CHANNEL_NAMES = {
    "all": t("All channels", "所有渠道"),
    "written": t("All written", "所有書面渠道"),
    "phone": t("Phone", "電話"),
    "email": t("E-mail", "電郵"),
    "web-form": t("Web form", "網上表格"),
    "mobile-app": t("Mobile app", "流動應用程式"),
    "chatbot": t("Chatbot", "聊天機械人"),
    "fax-post": t("Fax and post", "傳真及郵遞"),
}
LANGUAGE_NAMES = {
    "all": t("All languages", "所有語言"),
    "yue": t("Cantonese", "廣東話"),
    "cmn": t("Putonghua", "普通話"),
    "en": t("English", "英語"),
}
DEPARTMENT_NAMES = {
    "any": t("All departments", "所有部門"),
    "none": t("1823 by itself", "由1823自行處理"),
    "AFCD": t("Agriculture, Fisheries and Conservation", "漁農自然護理署"),
    "ArchSD": t("Architectural Services", "建築署"),
    "BD": t("Buildings", "屋宇署"),
    "CEDD": t("Civil Engineering and Development", "土木工程拓展署"),
    "CR": t("Companies Registry", "公司註冊處"),
    "DH": t("Health", "衞生署"),
    "DSD": t("Drainage Services", "渠務署"),
    "EMSD": t("Electrical and Mechanical Services", "機電工程署"),
    "EPD": t("Environmental Protection", "環境保護署"),
    "FEHD": t("Food and Environmental Hygiene", "食物環境衞生署"),
    "HAD": t("Home Affairs", "民政事務總署"),
    "HD": t("Housing", "房屋署"),
    "HKPF": t("Hong Kong Police Force", "香港警務處"),
    "HyD": t("Highways", "路政署"),
    "LandsD": t("Lands", "地政總署"),
    "LCSD": t("Leisure and Cultural Services", "康樂及文化事務署"),
    "LD": t("Labour", "勞工處"),
    "LR": t("Land Registry", "土地註冊處"),
    "MD": t("Marine", "海事處"),
    "RVD": t("Rating and Valuation", "差餉物業估價署"),
    "SWD": t("Social Welfare", "社會福利署"),
    "TD": t("Transport", "運輸署"),
    "WSD": t("Water Supplies", "水務署"),
}
SUBJECT_NAMES = {
    "all": t("All subjects", "所有事項"),
    "environmental-hygiene": t("Environmental hygiene", "環境衞生"),
    "roads": t("Roads", "道路"),
    "traffic": t("Traffic", "交通"),
    "driving": t("Driving and vehicles", "駕駛及車輛"),
    "environment": t("Environmental protection", "環境保護"),
    "drainage": t("Drainage", "渠務"),
    "slopes": t("Slopes", "斜坡"),
    "trees": t("Trees", "樹木"),
    "leisure": t("Leisure and culture", "康樂及文化"),
    "buildings": t("Buildings", "樓宇"),
    "land": t("Land", "土地"),
    "housing": t("Housing", "房屋"),
    "animals": t("Animals and countryside", "動物及郊野"),
    "health": t("Health", "衞生"),
    "employment": t("Employment", "勞工"),
    "welfare": t("Social welfare", "社會福利"),
    "rates": t("Rates and tenancy", "差餉及租務"),
    "business": t("Business and safety", "工商及安全"),
    "water": t("Water supply", "供水"),
    "marine": t("Marine", "海事"),
    "community": t("District affairs", "地區事務"),
}
DISTRICT_NAMES = {
    "A": t("Central and Western", "中西區"),
    "B": t("Wan Chai", "灣仔"),
    "C": t("Eastern", "東區"),
    "D": t("Southern", "南區"),
    "E": t("Yau Tsim Mong", "油尖旺"),
    "F": t("Sham Shui Po", "深水埗"),
    "G": t("Kowloon City", "九龍城"),
    "H": t("Wong Tai Sin", "黃大仙"),
    "J": t("Kwun Tong", "觀塘"),
    "K": t("Kwai Tsing", "葵青"),
    "L": t("Tsuen Wan", "荃灣"),
    "M": t("Tuen Mun", "屯門"),
    "N": t("Yuen Long", "元朗"),
    "P": t("North", "北區"),
    "Q": t("Tai Po", "大埔"),
    "R": t("Sai Kung", "西貢"),
    "S": t("Sha Tin", "沙田"),
    "T": t("Islands", "離島"),
    "all": t("All districts", "所有地區"),
    "none": t("No district", "沒有地區"),
}


def name(names: dict[str, Text], code: str) -> Text:
    """The name of a code; one that is not known here stands as it is."""
    return names.get(code) or t(code, code)
