"""Telephone numbers, cards and vehicle marks: in sentences, and as columns of numbers."""

from __future__ import annotations

import random
import string

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.recognise.looked import column, kinds_of, searched
from disclosure.recognise.planted import luhn_check, mark, phone

pytestmark = pytest.mark.slow

PHONES = [
    "91234567", "9123 4567", "9123-4567", "9123.4567", "9123  4567", "9123\u20114567", "9123\u00a04567",
    "９１２３４５６７",
    "+852 9123 4567", "+85291234567", "(852) 91234567", "00852 9123 4567", "852-9123-4567", "（852）9123 4567",
    "Tel 9123 4567/9876 5432", "Tel98765432", "Mobile 61 23 45 67", "whatsapp:91234567", "wa.me/85298765432",
    "請致電9123 4567與我聯絡", "電話2345-6789分機12", "手機號碼是91234567", "27570854,27574884", "(98765432)",
    "1. 98765432", "<br>2345 6789<br>", "call me at 6123 4567, thanks", "my number 9123.4567.", "Fax 3012 3456",
]  # fmt: skip
NOT_PHONES = [
    "20230101", "2023-2024", "2018 - 2019", "20240101T000000Z", "12345678", "1234-5678", "0.98765432", "98765432.50",
    "HK$98765432", "9,876,543", "8 200 1000", "900000000", "R98765432", "case 98765432", "編號：98765432",
    "http://x.example/98765432", "Shop 3019-3020", "2130-2300 hrs", "4111 1111 1111 1111",
]  # fmt: skip
CARDS = [
    "4111 1111 1111 1111", "Visa 4111111111111111 exp 12/25", "card no. 5555-5555-5555-4444", "amex 378282246310005",
    "3782 822463 10005", "6011111111111117", "3530 1113 3330 0000", "信用卡4111111111111111號", "4222222222222",
]  # fmt: skip
NOT_CARDS = [
    "4111111111111112",
    "20230101120000",
    "1234567890123456",
    "22.4111111111111111",
    "x4111111111111111",
]
MARKS = [
    "I saw AB 1234 again", "car AB1234", "車牌:AB 12", "plate no. AB 123", "AB1234號車",
    "registration number is KX 4321",
    "vehicle reg. mark PJ 7", "KV8231 drove off", "AB 1234",
]  # fmt: skip
NOT_MARKS = [
    "NA40", "lamp post VD9771", "燈柱FB2594旁", "HK 1980 Grid", "FY2014", "DD 316 Lot 5", "AB 0123", "EV71", "MTR 1234",
    "AI 1234", "Bus 104 and 970X",
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [("phone", PHONES, NOT_PHONES), ("card", CARDS, NOT_CARDS), ("vehicle mark", MARKS, NOT_MARKS)],
)
def test_in_a_text(kind: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text, kinds in kinds_of(right).items() if kind not in kinds] == []
    assert [text for text, kinds in kinds_of(wrong).items() if kind in kinds] == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(string.digits, min_size=14, max_size=14), min_size=20, max_size=50, unique=True))
def test_every_luhn_digit_and_no_other(bodies: list[str]) -> None:
    right = [f"pays with 4{body}{luhn_check('4' + body)} today" for body in bodies]
    finding = column(right, "card")
    assert finding is not None
    assert finding.hits == len(bodies)
    wrong = [f"pays with 4{body}{(int(luhn_check('4' + body)) + 1) % 10} today" for body in bodies]
    assert column(wrong, "card") is None


def _phones(size: int) -> list[str]:
    draw = random.Random(8)
    return [phone(draw) for _ in range(size)]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("counter", list(range(91_000_000, 91_000_400))),
        ("wide counter", list(range(91_000_000, 91_900_000, 37))),
        ("tickets of three years", [year * 100_000 + n for year in (230, 240, 250) for n in range(300)]),
        ("random codes", [random.Random(n).randrange(10_000_000, 100_000_000) for n in range(500)]),
        ("amounts", [int(10 ** random.Random(n).uniform(3, 9)) for n in range(500)]),
        ("round amounts", [2.3, 19.3, 55.9, 22_591_000, 27_543_000, 50_285_000, 77_428_000]),
        ("figures of all sizes", [18, 4_583, 60_400, 2_807_113, 22_591_381, 50_285_417, 140_557_902]),
        ("dates", [20_230_000 + month * 100 + day for month in range(1, 13) for day in range(1, 29)]),
        ("doubles", [n / 8 for n in range(80_000_000, 80_004_000, 7)]),
    ],
)
def test_columns_of_other_numbers(name: str, cells: list[float]) -> None:
    """As numbers and as text alike."""
    assert searched(pa.table({"n": cells, "t": [str(cell) for cell in cells]})) == [], name


def test_telephones_as_a_column_of_numbers() -> None:
    numbers = _phones(300)
    table = pa.table(
        {
            "a": pa.array(map(int, numbers), pa.int64()),
            "b": pa.array(map(float, numbers), pa.float64()),
            "c": numbers,
            "d": [f"{number}.0" for number in numbers],
        }
    )
    assert {(each.column, each.kind, each.hits) for each in searched(table)} == {
        (name, "phone", 300) for name in "abcd"
    }


@pytest.mark.parametrize(
    "quiet",
    [range(40_000_001, 40_000_501), range(500), range(1_000_001, 1_000_501), range(10_000_001, 10_000_501)],
)
def test_a_few_among_counters_are_found(quiet: range) -> None:
    few = _phones(10)
    cells = [*quiet, *map(int, few)]
    found = searched(pa.table({"n": cells, "t": [str(cell) for cell in cells]}))
    assert {(each.column, each.kind, each.hits) for each in found} == {("n", "phone", 10), ("t", "phone", 10)}


def test_a_column_that_says_telephone_is_not_judged() -> None:
    cells = [str(number) for number in range(23_456_700, 23_456_760)]
    assert searched(pa.table({"case_ref": cells})) == []
    (finding,) = searched(pa.table({"tel_no": cells}))
    assert (finding.kind, finding.hits) == ("phone", 60)
    assert searched(pa.table({"hotel": cells})) == []


def test_links_of_two_numbers_are_no_telephones() -> None:
    links = [f"{n}-{n * 7 % 90_000}" for n in range(3_300, 3_900)]
    assert searched(pa.table({"link_id": links})) == []


def test_card_numbers_by_chance_are_codes() -> None:
    draw = random.Random(5)
    codes = [f"4{draw.randrange(10**15):015}" for _ in range(300)]
    assert searched(pa.table({"code": codes, "n": pa.array(map(int, codes), pa.int64())})) == []
    cards = [code[:-1] + luhn_check(code[:-1]) for code in codes]
    found = searched(pa.table({"code": cards, "n": pa.array(map(int, cards), pa.int64())}))
    assert {(each.column, each.kind, each.hits) for each in found} == {
        ("code", "card", 300),
        ("n", "card", 300),
    }


def test_marks_as_a_column_and_codes_as_one() -> None:
    draw = random.Random(3)
    (finding,) = searched(pa.table({"code": [mark(draw) for _ in range(50)]}))
    assert (finding.kind, finding.hits) == ("vehicle mark", 50)
    codes = [f"KT{number}" for number in range(100, 150)]
    assert searched(pa.table({"code": codes})) == []
    (finding,) = searched(pa.table({"plate": codes}))
    assert (finding.kind, finding.hits) == ("vehicle mark", 50)
    assert searched(pa.table({"lamp_post": [mark(draw) for _ in range(50)]})) == []
