"""Strings of known width and invented people, made for whole columns at a time.

People are invented so that nobody's data can be met: phone numbers begin with 999, which Hong Kong keeps for
emergencies, identity card numbers with ZZ, which is not issued, and mail ends in `.example` (RFC 2606). In all
else they have the shape of real ones, check digits included, so that what looks for personal data finds them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from praya_hk.sources.contact_centre.centre_codes import GROUPS, SUBJECTS
from praya_hk.sources.contact_centre.draw import Bools, Ints, choose

_SURNAMES = "CHAN LEE WONG CHEUNG LAU HO YIP LAM TSANG KWOK NG TAM SIU MAK YUEN FUNG"
_SURNAMES_ZH = "陳李黃張劉何葉林曾郭吳譚蕭麥袁馮"
_FIRST_NAMES = "Tai Ka Wing Mei Chi Siu Yuk Wai Hoi Kin Man Ling Shan Fai Ming Yan"
_FIRST_NAMES_ZH = "大嘉穎美志小玉偉海健文玲珊輝明欣"
_OPENINGS_EN = (
    "The caller asks about {}.",
    "Report of {}, seen again this week.",
    'Request concerning {}; the caller said "as soon as possible".',
    "Follow-up on {}, with thanks to the staff.",
)
_OPENINGS_ZH = ("市民查詢有關{}事宜。", "市民投訴{}問題，已持續數日。", "市民就{}提出意見，希望部門跟進。")


def fixed(*parts: bytes | tuple[Ints, int] | NDArray[np.uint8]) -> pa.Array:
    """Strings of one width from constants, zero-padded numbers (values, digits) and columns of characters."""
    size = next(
        len(part[0]) if isinstance(part, tuple) else len(part)
        for part in parts
        if not isinstance(part, bytes)
    )
    columns = []
    for part in parts:
        if isinstance(part, bytes):
            columns.append(np.broadcast_to(np.frombuffer(part, np.uint8), (size, len(part))))
        elif isinstance(part, tuple):
            values, digits = part
            powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
            columns.append((values[:, None] // powers % 10 + ord("0")).astype(np.uint8))
        else:
            columns.append(part.reshape(size, -1))
    text = np.ascontiguousarray(np.concatenate(columns, axis=1))
    offsets = np.arange(size + 1, dtype=np.int32) * text.shape[1]
    return pa.StringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(text))


def where(valid: Bools, column: pa.Array) -> pa.Array:
    """The column where `valid`, null elsewhere."""
    return pc.if_else(pa.array(valid), column, pa.scalar(None, column.type))


def phones(rng: np.random.Generator, size: int) -> pa.Array:
    """Eight digits that begin with 999, and so belong to nobody."""
    return fixed(b"999", (rng.integers(0, 100_000, size), 5))


def hkids(rng: np.random.Generator, size: int) -> pa.Array:
    """Identity card numbers `ZZ999999(9)` with the right check digit; the prefix ZZ is not issued."""
    serial = rng.integers(0, 1_000_000, size)
    total = np.full(size, 35 * 9 + 35 * 8)  # Z is 35; letters weigh 9 and 8, digits 7 down to 2
    for weight in range(2, 8):
        total += serial // 10 ** (weight - 2) % 10 * weight
    check = np.frombuffer(b"0123456789A", np.uint8)[(11 - total % 11) % 11]
    return fixed(b"ZZ", (serial, 6), b"(", check, b")")


def names(rng: np.random.Generator, chinese: Bools) -> pa.Array:
    """Full names, in Chinese or romanised, of a surname and two given names drawn apart from each other."""
    surname, first, second = (rng.integers(0, 16, chinese.size) for _ in range(3))
    first_names = [
        f"{first}-{second.lower()}" for first in _FIRST_NAMES.split() for second in _FIRST_NAMES.split()
    ]
    roman = [f"{name} {rest}" for name in _SURNAMES.split() for rest in first_names]
    han = [
        name + first + second
        for name in _SURNAMES_ZH
        for first in _FIRST_NAMES_ZH
        for second in _FIRST_NAMES_ZH
    ]
    position = surname * 256 + first * 16 + second
    return pa.array(roman + han).take(pa.array(np.where(chinese, position + len(roman), position)))


def emails(rng: np.random.Generator, size: int) -> pa.Array:
    """Addresses under `.example`, which no mail reaches."""
    return fixed(b"resident", (rng.integers(0, 1_000_000, size), 6), b"@mail.example")


def places(rng: np.random.Generator, district_names: pa.Array) -> pa.Array:
    """Where it is, in words: a lamp post or a number in a street that is not there, and the district."""
    size = len(district_names)
    post = fixed(b"Lamp post ZZ", (rng.integers(0, 10_000, size), 4))
    street = fixed(b"Near ", (rng.integers(1, 400, size), 3), b" Specimen Road")
    return pc.binary_join_element_wise(
        pc.if_else(pa.array(rng.random(size) < 0.3), post, street), district_names, ", "
    )


def descriptions(
    rng: np.random.Generator, subject: Ints, chinese: Bools, name: pa.Array, phone: pa.Array, hkid: pa.Array
) -> pa.Array:
    """Free text on the subject; one in eight holds the person's own name, telephone or identity card number."""
    english = [text.format(item.code.replace("-", " ")) for item in SUBJECTS for text in _OPENINGS_EN]
    han = [text.format(GROUPS[item.group]) for item in SUBJECTS for text in _OPENINGS_ZH]
    which = rng.integers(0, 12, subject.size)
    position = np.where(chinese, len(english) + subject * 3 + which % 3, subject * 4 + which % 4)
    opening = pa.array(english + han).take(pa.array(position))
    said = choose(rng, [0.875, 0.05, 0.04, 0.02, 0.015], subject.size)
    tails = pc.choose(
        pa.array(said),
        "",
        pc.binary_join_element_wise(" Tel ", phone, ""),
        pc.binary_join_element_wise(" ", name, " rang.", ""),
        pc.binary_join_element_wise(" HKID ", hkid, ""),
        pc.binary_join_element_wise(" 聯絡人：", name, "，電話", phone, ""),
    )
    return pc.binary_join_element_wise(opening, pc.fill_null(tails, ""), "")
