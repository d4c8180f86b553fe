"""Mail, addresses and names: beside each claim stands what looks like it and is none."""

from __future__ import annotations

import pytest

from disclosure.recognise.looked import column, kinds_of

MAIL = [
    "mail me: a.b@c.example", "john_smith@mail.example.hk", "Email:x@y.example.", "a@b.example,c@d.example",
    "name+tag@mail.example", "mailto:peter@abc.example", "peter (at) abc.example", "peter[at]abc[dot]example",
    "ｐｅｔｅｒ＠abc.example", "電郵：peter@abc.example。",
]  # fmt: skip
NO_MAIL = ["20240101@1823.example.hk", "Green@sha Tin", "酒店@九如坊", "a@b", "@here", "inspection @ 11:30"]
ADDRESSES = [
    "Flat A, 12/F, Sample House", "Flat 12A, Block 3, Sample Garden", "12/F Flat B", "Room 1203 Sample Centre",
    "3/F, 12 Sample Street", "No. 5, Sample Road", "23B Sample Lane", "Flat/Rm 1203 12/F", "RM B 3/F",
    "Block 5, Flat 12",
    "Flat A 12F", "363 SAMPLE ROAD, KOWLOON", "12 sample road", "unit 7b, 15/f sample tower", "Flat C, 3rd Floor",
    "1/F, 8 Sample Wai Tsuen", "5/F, Lucky Sample Mansion",
    "旺角樣本道 363 號 12 樓 A 室", "樣本道363號", "樣本村第12號", "A座12樓", "樣本邨樣民樓三樓305室", "二期5座8樓C",
    "133號3樓", "屯門樣本苑樣和閣2103室", "樣本街12-14號", "样本街5号二楼B室", "樣本大廈十二樓",
]  # fmt: skip
NO_ADDRESSES = [
    "Nathan Road", "彌敦道", "Sha Tin", "沙田區", "12樓", "5 minutes walk from Eastern Street",
    "room for growth in the house",
    "flat rate of 5%", "unit price of the building", "100 trees along the road", "8號風球", "3號幹線", "中環7號碼頭",
    "59 files containing different road types", "1ST LANE KEI LUN WAI",
]  # fmt: skip
NAMES = [
    "Mr Chan", "Mr. T.M. Chan", "Mr T M Chan", "Ms Ng rang", "Dr. CHAN", "mr. chan", "Mr and Mrs Wong",
    "Mr. & Mrs. Wong",
    "Ms.Chan rang", "Miss Lee's dog", "Dear Mr Cheung,", "Prof Ho", "Professor Leung", "Madam Wong", "LEE Tai-man (Mr)",
    "my name is Chan Tai Man", "contact person: Chan Tai Man",
    "陳大文先生", "陳大文 先生", "陳大文(先生)", "陳先生", "歐陽小姐", "張小姐", "张小姐", "陳太致電", "據陳生表示",
    "王主任",
    "李醫生診所", "劉sir", "司徒文傑律師", "Chan 先生", "Miss 陳", "聯絡人：陳大文，電話", "我叫陳大文。",
]  # fmt: skip
NO_NAMES = [
    "Dr. Sun Yat-sen Museum", "YAN OI TONG MADAM LAU WONG FAT PRIMARY SCHOOL", "仁愛堂劉皇發夫人小學",
    "地利亞修女紀念學校", "各位女士", "先生女士", "任何先生", "學生表示", "醫生", "發生", "MS Word", "Miss the bus",
    "Mr President", "高級主任", "street name: Wan Chai Road",
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [("e-mail", MAIL, NO_MAIL), ("address", ADDRESSES, NO_ADDRESSES), ("name", NAMES, NO_NAMES)],
)
def test_in_a_text(kind: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text, kinds in kinds_of(right).items() if kind not in kinds] == []
    assert [text for text, kinds in kinds_of(wrong).items() if kind in kinds] == []


def test_a_column_of_names_and_columns_of_places() -> None:
    kind = "name without honorific"
    names = [family + given for family in "陳李黃張劉何" for given in ("大文", "小明", "欣", "美玲")]
    finding = column(names, kind)
    assert finding is not None
    assert finding.hits == len(names)
    roman = [
        f"{family} {given}" for family in ("CHAN", "Lee", "Wong") for given in ("Tai-man", "Mei Ling", "Yan")
    ]
    assert column(roman, kind) is not None
    districts = (
        "中西區 灣仔 東區 南區 油尖旺 深水埗 九龍城 黃大仙 觀塘 葵青 荃灣 屯門 元朗 北區 大埔 沙田 西貢 離島"
    )
    assert column(districts.split(), kind) is None
    assert column(["高危", "中等", "高溫", "低"] * 50, kind) is None
    # One that stands alone in a sentence is missed, and is said to be.
    assert column(["由陳大文提出", "交李小明處理"], kind) is None
