"""A table with 500 identifiers planted in it, drawn from a seed; nobody's: every one of them is invented.

Of each kind some lie in sentences, in English and in Chinese of both scripts, in a column of their own (`note_…`);
others in columns that look as if there were nothing in them: references, codes, counts, measurements.
Check digits are worked out here, apart from the library.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

ROWS = 2_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARK_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"

QUIET = [
    "The caller asks when the works in the park will end.",
    "Report of water on the pavement, seen again this week.",
    "Reply sent on 2023-04-05, reference 2023/0417, file closed.",
    "Bus 104 and 970X were late between 08:15 and 09:40.",
    "HK$12,500 was paid in 3 parts; 1 204 items in all.",
    "市民查詢公園工程何時完成。",
    "投訴渠務問題，已持續數日，部門於2023年4月5日回覆。",
    "第3座升降機維修，預計20230412完成。",
    "市民投诉噪音问题，部门已跟进。",
    "共有12 345人次，較去年上升3.25%。",
]
SENTENCES = [
    "The caller left {} for the reply.",
    "Seen near the lift, {}, and again on Monday.",
    "{} was given at the counter",
    "Please note: {}.",
    "市民留下{}，希望部門盡快跟進。",
    "個案資料：{}。已轉介。",
    "投诉人提供{}，请跟进。",
    "（{}）",
]
VEHICLE_SENTENCES = [
    "A car with plate {} blocked the lane.",
    "Vehicle {} was parked on the pavement again.",
    "Taxi {} refused the hire.",
    "Registration mark {}, black van",
    "車牌{}違例停泊。",
    "私家車{}長期佔用車位。",
    "的士{}拒載，司機無禮。",
    "车牌号码{}的货车堵塞路口。",
]
NAME_SENTENCES = [
    "{} rang twice and asks for a reply.",
    "Spoke to {} on the phone.",
    "The matter was raised by {}.",
    "{}致電投訴噪音。",
    "已於昨日回覆{}。",
    "据{}表示，渠务问题未解决。",
]


@dataclass(frozen=True)
class Planted:
    """The table, how many of each kind lie in each column, and the columns' names."""

    table: pa.Table
    counts: dict[tuple[str, str], int]


def hkid_check(letters: str, digits: str) -> str:
    """The check digit of an identity card number, as the Immigration Department's leaflet reckons it."""
    values = [36 if letter == " " else LETTERS.index(letter) + 10 for letter in letters.rjust(2)]
    values += [int(digit) for digit in digits]
    rest = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) % 11
    return {0: "0", 1: "A"}.get(rest, str(11 - rest))


def luhn_check(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def hkid(draw: random.Random) -> tuple[str, str, str]:
    """Letters, digits and check digit."""
    letters = draw.choice(LETTERS) if draw.random() < 0.8 else draw.choice("XEWZ") + draw.choice(LETTERS)
    digits = f"{draw.randrange(1_000_000):06}"
    return letters, digits, hkid_check(letters, digits)


def written_hkid(draw: random.Random) -> str:
    letters, digits, check = hkid(draw)
    return draw.choice(
        [
            f"{letters}{digits}({check})",
            f"{letters}{digits}({check})",
            f"{letters} {digits} ({check})",
            f"{letters}{digits}{check}",
            f"{letters}{digits}（{check}）",
            f"{letters}{digits}({check})".lower(),
            _wide(f"{letters}{digits}({check})"),
            f"{letters}{digits[:3]}\u200b{digits[3:]}({check})",
            f"HKID: {letters}{digits}({check})",
            f"身份證號碼{letters}{digits}({check})",
        ]
    )


def phone(draw: random.Random) -> str:
    levels = [21, 23, 25, 27, 28, 31, 35, 51, 53, 60, 61, 64, 67, 69, 90, 91, 93, 94, 96, 98]
    return f"{draw.choice(levels)}{draw.randrange(1_000_000):06}"


def written_phone(draw: random.Random) -> str:
    number = phone(draw)
    four, more = number[:4], number[4:]
    return draw.choice(
        [
            number,
            f"{four} {more}",
            f"{four}-{more}",
            f"+852 {four} {more}",
            f"(852) {number}",
            f"852-{four}-{more}",
            f"Tel: {number}",
            f"tel. {number[:2]} {number[2:4]} {number[4:6]} {number[6:]}",
            f"電話：{number}",
            f"手機{four} {more}",
            _wide(number),
            f"{four}\u2013{more}",
            f"{four}\u00a0{more}",
        ]
    )


def card(draw: random.Random) -> str:
    start, length = draw.choice([("4", 16), ("52", 16), ("2301", 16), ("37", 15), ("6214", 16), ("3566", 16)])
    digits = start + "".join(draw.choice("0123456789") for _ in range(length - 1 - len(start)))
    return digits + luhn_check(digits)


def written_card(draw: random.Random) -> str:
    digits = card(draw)
    parts = (
        [digits[:4], digits[4:10], digits[10:]]
        if len(digits) == 15
        else [digits[at : at + 4] for at in range(0, 16, 4)]
    )
    return draw.choice([digits, " ".join(parts), "-".join(parts), _wide(digits)])


def mark(draw: random.Random) -> str:
    letters = draw.choice(MARK_LETTERS) + draw.choice(MARK_LETTERS)
    return f"{letters}{draw.choice(['', ' '])}{draw.randrange(100, 10_000)}"


def mail(draw: random.Random) -> str:
    name = draw.choice(["chan.tm", "wong_kayan", "lee-sm88", "info+hk", "k.y.ho", "mary1990", "ng"])
    host = draw.choice(["mail.example", "example.com", "post.example.org", "shop-1.example.hk"])
    return draw.choice(
        [
            f"{name}@{host}",
            f"{name.upper()}@{host}",
            f"{name}＠{host}",
            f"<{name}@{host}>",
            f"{name} (at) {host}",
        ]
    )


def english_address(draw: random.Random) -> str:
    word, number = (
        draw.choice(["Flat", "Room", "Rm", "Unit", "FLAT"]),
        draw.choice(["A", "H", "5", "1203", "12A"]),
    )
    unit = f"{word} {number}"
    floor = draw.choice(["12/F", "3/F.", "G/F", "21st Floor", "8/f", "Second Floor"])
    house = draw.choice(
        ["Specimen House", "Lucky Sample Mansion", "Block 3", "Sample Court, Specimen Estate", "Tower 2"]
    )
    way = draw.choice(["Specimen Road", "Sample Street", "Old Test Lane", "SAMPLE AVENUE"])
    street = f"{draw.randrange(1, 400)} {way}"
    return draw.choice(
        [
            f"{unit}, {floor}, {house}",
            f"{unit}, {floor}",
            f"{unit} {floor} {house}, {street}",
            f"{unit}, {house}",
            f"No. {street}",
            street,
            f"{floor}, {unit}, {street}, Kowloon",
            f"No. {draw.randrange(1, 99)}, Sample Wai Village",
        ]
    )


def chinese_address(draw: random.Random) -> str:
    number, floor = draw.randrange(1, 400), draw.choice(["12", "3", "二", "十二", "21"])
    unit = draw.choice(["A", "5", "1203", "807", "12B"])
    return draw.choice(
        [
            f"九龍樣本道{number}號{floor}樓{unit}室",
            f"樣本邨試驗樓{draw.randrange(101, 3999)}室",
            f"樣本花園{draw.randrange(1, 9)}座{floor}樓{unit}室",
            f"大埔樣本村{number}號",
            f"樣本街{number}號地下",
            f"样本街{number}号{floor}楼{unit}室",
            f"樣本大廈{floor}字樓{unit}室",
            f"樣本大廈{floor}樓",
        ]
    )


SURNAMES = [
    "Chan",
    "Lee",
    "Wong",
    "Cheung",
    "Lau",
    "Ho",
    "Yip",
    "Lam",
    "Tsang",
    "Kwok",
    "Ng",
    "Tam",
    "Siu",
    "Mak",
    "Yuen",
]
GIVEN = [
    "Tai",
    "Ka",
    "Wing",
    "Mei",
    "Chi",
    "Siu",
    "Yuk",
    "Wai",
    "Hoi",
    "Kin",
    "Man",
    "Ling",
    "Shan",
    "Fai",
    "Ming",
    "Yan",
]


def english_name(draw: random.Random) -> str:
    surname, given = draw.choice(SURNAMES), f"{draw.choice(GIVEN)}-{draw.choice(GIVEN).lower()}"
    title = draw.choice(
        ["Mr", "Mr.", "Mrs", "Ms", "Ms.", "Miss", "Dr", "Dr.", "Prof.", "Professor", "Madam", "MR", "MS"]
    )
    return draw.choice(
        [
            f"{title} {surname}",
            f"{title} {surname} {given}",
            f"{title} {surname.upper()} {given}",
            f"{title} {given} {surname}",
            f"mr {surname.lower()}",
            f"{surname.upper()} {given} (Mr)",
        ]
    )


def chinese_name(draw: random.Random, simple: bool = False) -> str:
    surnames = "陈李黄张刘何叶林郑赵吴" if simple else "陳李黃張劉何葉林鄭趙吳歐陽"
    surname = draw.choice([*surnames.replace("歐陽", ""), *([] if simple else ["歐陽", "司徒"])])
    return surname + "".join(
        draw.choice("大嘉穎美志小玉偉海健文玲珊輝明欣") for _ in range(draw.choice([1, 2, 2, 2]))
    )


def honoured_name(draw: random.Random) -> str:
    simple = draw.random() < 0.3
    name = chinese_name(draw, simple)
    if draw.random() < 0.3:
        name = name[:2] if name.startswith(("歐陽", "司徒")) else name[:1]
    titles = (
        "先生 女士 小姐 太太 医生 教授 老师"
        if simple
        else "先生 女士 小姐 太太 醫生 教授 老師 律師 博士 師傅"
    )
    return name + draw.choice(titles.split())


def coordinates(draw: random.Random) -> tuple[str, str]:
    return f"{draw.uniform(22.16, 22.55):.6f}", f"{draw.uniform(113.85, 114.40):.6f}"


def written_coordinates(draw: random.Random) -> str:
    lat, lon = coordinates(draw)
    east, north = draw.uniform(805_000, 850_000), draw.uniform(806_000, 845_000)
    return draw.choice(
        [
            f"{lat}, {lon}",
            f"({lat},{lon})",
            f"lat {lat} lon {lon}",
            f"POINT({lon} {lat})",
            f"{lat}N {lon}E",
            f"{east:.1f}E {north:.1f}N",
            f"{east:.0f}, {north:.0f}",
        ]
    )


def planted(seed: int) -> Planted:
    """The table with its 500, from the seed."""
    draw = random.Random(seed)
    columns: dict[str, list[object]] = {"case_no": [f"N2023-{row:06}" for row in range(ROWS)]}
    counts: dict[tuple[str, str], int] = {}

    def plant(column: str, kind: str, values: list[object], quiet: Callable[[int], object]) -> None:
        cells = [quiet(row) for row in range(ROWS)]
        for row, value in zip(draw.sample(range(ROWS), len(values)), values, strict=True):
            cells[row] = value
        columns[column] = cells
        counts[column, kind] = len(values)

    def sentences(
        column: str, kind: str, write: Callable[[random.Random], str], size: int, among: list[str]
    ) -> None:
        values: list[object] = [draw.choice(among).format(write(draw)) for _ in range(size)]
        plant(column, kind, values, lambda row: QUIET[row % len(QUIET)])

    def address(draw: random.Random) -> str:
        return draw.choice([english_address, chinese_address])(draw)

    def name(draw: random.Random) -> str:
        return draw.choice([english_name, honoured_name])(draw)

    sentences("note_1", "hkid", written_hkid, 60, SENTENCES)
    sentences("note_2", "phone", written_phone, 70, SENTENCES)
    sentences("note_3", "card", written_card, 30, SENTENCES)
    sentences("note_4", "vehicle mark", mark, 35, VEHICLE_SENTENCES)
    sentences("note_5", "e-mail", mail, 40, SENTENCES)
    sentences("note_6", "address", address, 60, SENTENCES)
    sentences("note_7", "name", name, 70, NAME_SENTENCES)
    sentences("note_8", "coordinates", written_coordinates, 20, SENTENCES)
    plant("ref", "hkid", ["".join(hkid(draw)) for _ in range(20)], lambda row: f"R-{row:05}")
    plant("units", "phone", [int(phone(draw)) for _ in range(25)], lambda row: row * 37 % 500)
    plant("batch", "phone", [phone(draw) for _ in range(15)], lambda row: f"{1_000_000 + row}")
    plant("total", "card", [int(card(draw)) for _ in range(15)], lambda row: row * 7919 % 100_000)
    plant("code", "vehicle mark", [mark(draw) for _ in range(10)], lambda row: f"K{row % 40}")
    plant("source", "e-mail", [mail(draw) for _ in range(10)], lambda row: ("web", "phone", "app")[row % 3])
    places = [coordinates(draw) for _ in range(10)]
    plant("m1", "coordinates", [float(lat) for lat, _ in places], lambda row: None)
    plant("m2", "coordinates", [float(lon) for _, lon in places], lambda row: None)
    assert sum(counts.values()) == 500
    return Planted(pa.table(columns), counts)


def bare_names(seed: int, size: int) -> pa.Table:
    """Chinese names without an honorific: in sentences, and as all that a column holds."""
    draw = random.Random(seed)
    names = [chinese_name(draw) for _ in range(size)]
    said = [
        "{}致電投訴噪音。",
        "聯絡人：{}，電話稍後補上。",
        "由{}提出。",
        "我叫{}，希望跟進。",
        "{}與{}的爭執",
        "交{}處理",
    ]
    return pa.table({"remark": [draw.choice(said).replace("{}", name) for name in names], "staff": names})


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)
