"""Identifiers of every kind, drawn from a source of chance, and sentences that they are written in."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from disclosure.recognise.planted import SENTENCES, card, hkid, mail, mark, phone

EN_TC_SC = tuple[str, str, str]


@dataclass(frozen=True)
class Identifier:
    """What a kind's recogniser calls it, how it is drawn, and the sentences it is found in."""

    kind: str
    draw: Callable[[random.Random], str]
    sentences: list[str]


def _numbers(draw: random.Random, size: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(size))


def mainland(draw: random.Random) -> str:
    """18 digits; the check digit as GB 11643 reckons it."""
    region = draw.choice(["110101", "310115", "440305", "440106", "810000", "820000", "830000"])
    year = draw.randrange(1930, 2015)
    body = f"{region}{year}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}{_numbers(draw, 3)}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def old_mainland(draw: random.Random) -> str:
    return f"440305{draw.randrange(30, 99)}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}{_numbers(draw, 3)}"


def _printed_hkid(draw: random.Random) -> str:
    letters, digits, check = hkid(draw)
    return f"{letters}{digits}({check})"


def passport(draw: random.Random) -> str:
    return draw.choice(["K", "H", "KJ", "HJ", "E", "EA", "G", ""]) + _numbers(draw, 8)


def account(draw: random.Random) -> str:
    return draw.choice(["004-", "012-", "024-"]) + draw.choice(
        [
            f"{_numbers(draw, 3)}-{_numbers(draw, 6)}",
            f"{_numbers(draw, 3)}-{_numbers(draw, 1)}-{_numbers(draw, 6)}",
        ]
    )


def birthday(draw: random.Random) -> str:
    year, month, day = draw.randrange(1930, 2015), draw.randrange(1, 13), draw.randrange(1, 29)
    return draw.choice(
        [f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"{year}年{month}月{day}日"]
    )


def ip(draw: random.Random) -> str:
    return ".".join(str(draw.randrange(10, 255)) for _ in range(4))


def _said(english: list[str], traditional: list[str], simplified: list[str]) -> list[str]:
    around = ["{}.", "The record says: {}, thank you.", "（{}）", "市民表示{}，請跟進。"]
    return [around[at % 4].format(each) for at, each in enumerate([*english, *traditional, *simplified])]


KINDS = [
    Identifier("phone", phone, SENTENCES),
    Identifier("hkid", _printed_hkid, SENTENCES),
    Identifier("card", card, SENTENCES),
    Identifier("mainland identity", mainland, SENTENCES),
    Identifier("mainland identity", old_mainland, SENTENCES),
    Identifier(
        "passport",
        passport,
        _said(
            ["passport no. {}", "Passport number is {}", "BN(O) passport {}"],
            ["護照號碼：{}", "特區護照{}"],
            ["护照号码{}", "护照：{}"],
        ),
    ),
    Identifier(
        "travel permit",
        lambda draw: draw.choice("HM") + _numbers(draw, draw.choice([8, 10])),
        _said(
            ["home return permit {}", "Home-return permit no. {}", "Mainland travel permit: {}"],
            ["回鄉證號碼{}", "回鄉證：{}", "通行證號碼：{}"],
            ["回乡证{}", "台胞证号码：{}"],
        ),
    ),
    Identifier(
        "octopus card",
        lambda draw: _numbers(draw, 8),
        _said(
            ["Octopus no. {}", "Octopus card number: {}"], ["八達通號碼：{}", "八達通卡號{}"], ["八达通{}"]
        ),
    ),
    Identifier(
        "bank account",
        account,
        _said(
            ["bank account {}", "account no. {}", "HSBC account {}", "a/c no: {}"],
            ["銀行戶口{}", "戶口號碼：{}", "匯豐銀行戶口號碼{}"],
            ["银行账号：{}", "账号{}"],
        ),
    ),
    Identifier(
        "date of birth",
        birthday,
        _said(
            ["DOB: {}", "date of birth {}", "born on {}", "D.O.B. {}"],
            ["出生日期：{}", "出生年月日{}", "生日是{}"],
            ["出生日期为{}", "出生于{}"],
        ),
    ),
    Identifier(
        "ip address",
        ip,
        _said(["IP {}", "IP address: {}", "ip: {}"], ["IP地址：{}", "網絡位址{}"], ["IP地址为{}"]),
    ),
    Identifier(
        "messenger name",
        lambda draw: (
            f"{draw.choice(['chan', 'wong', 'siuming', 'kayan'])}{draw.choice(['', '-'])}{_numbers(draw, 4)}"
        ),
        _said(
            ["WeChat ID: {}", "wechat: {}", "WhatsApp ID {}", "Telegram id is {}"],
            ["微信號：{}", "微信ID是{}"],
            ["微信号{}", "微信：{}"],
        ),
    ),
    Identifier(
        "vehicle mark",
        mark,
        _said(
            ["plate {}", "vehicle registration mark {}", "car {}"],
            ["車牌{}", "車牌號碼：{}"],
            ["车牌{}", "车牌号码是{}"],
        ),
    ),
]
MAIL = Identifier("e-mail", mail, SENTENCES)
PLAIN_MAIL = Identifier(
    "e-mail",
    lambda draw: (
        draw.choice(["chan.tm", "wongky", "lee-sm88", "ho1990"])
        + "@"
        + draw.choice(["mail.example", "gmail.com", "shop.example.hk"])
    ),
    SENTENCES,
)
