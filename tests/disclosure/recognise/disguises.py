"""Ways to write an identifier so that a program does not see it, and a reader does: those that were designed for.

Each takes a source of chance and the text so far; they can be put one upon the other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from urllib.parse import quote

Disguise = Callable[[random.Random, str], str]

SCRIPTS = [0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xBE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810]
MATHEMATICAL = [0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6]
LOOKALIKES = str.maketrans("ABCEHIKMOPTXYaceopxy", "АВСЕНІКМОРТХҮасеорху")
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200f", "\u202a", "\u034f", "\u180e"]
BETWEEN = [
    "_",
    "/",
    "·",
    "•",
    "、",
    "\n",
    "|",
    "~",
    "*",
    "\u2013",
    "\u3000",
    "‧",
    "~",
    ";",
    "'",
    "\r\n",
    "_-_",
]


def _digits(text: str, write: Callable[[int], str]) -> str:
    return re.sub("[0-9]", lambda each: write(int(each[0])), text)


def _wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _in_groups(draw: random.Random, text: str) -> str:
    """Something else between the groups that people write: four digits each, or six and one."""
    gap = draw.choice(BETWEEN)
    plain = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)

    def group(run: re.Match[str]) -> str:
        size = 3 if len(run[0]) in (6, 7, 9) else 4
        return gap.join(run[0][at : at + size] for at in range(0, len(run[0]), size))

    return re.sub(r"[0-9]{6,}", group, plain)


def _spaced(draw: random.Random, text: str) -> str:
    gap = draw.choice([" ", " ", "-", ".", "_", "·", "\u2009"])
    plain = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)
    return re.sub(r"(?<=[0-9])(?=[0-9])", lambda _: gap, plain)


def _unseen(draw: random.Random, text: str) -> str:
    return re.sub(r"(?<=[0-9A-Za-z])(?=[0-9A-Za-z])", lambda _: draw.choice(["", draw.choice(UNSEEN)]), text)


CHARACTERS: dict[str, Disguise] = {
    "full width": lambda draw, text: _wide(text),
    "circled": lambda draw, text: _digits(text, lambda d: "⓪①②③④⑤⑥⑦⑧⑨"[d]),
    "dingbats": lambda draw, text: _digits(text, lambda d: "⓿❶❷❸❹❺❻❼❽❾"[d]),
    "digits of a script": lambda draw, text: _digits(
        text, (lambda zero: lambda d: chr(zero + d))(draw.choice(SCRIPTS))
    ),
    "mathematical": lambda draw, text: _digits(
        text, (lambda zero: lambda d: chr(zero + d))(draw.choice(MATHEMATICAL))
    ),
    "superscript": lambda draw, text: _digits(text, lambda d: "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]),
    "subscript": lambda draw, text: _digits(text, lambda d: chr(0x2080 + d)),
    "keycaps": lambda draw, text: _digits(text, lambda d: f"{d}\ufe0f\u20e3"),
    "Chinese numerals": lambda draw, text: _digits(
        text, (lambda them: lambda d: them[d])(draw.choice(["零一二三四五六七八九", "〇一二三四五六七八九"]))
    ),
    "Chinese numerals of banks": lambda draw, text: _digits(
        text, (lambda them: lambda d: them[d])(draw.choice(["零壹貳叁肆伍陸柒捌玖", "零壹贰叁肆伍陆柒捌玖"]))
    ),
    "entities": lambda draw, text: _digits(
        text, (lambda form: lambda d: form.format(48 + d))(draw.choice(["&#{};", "&#x{:x};", "&#0{};"]))
    ),
    "percent": lambda draw, text: _digits(text, lambda d: f"%3{d}"),
    "lookalikes": lambda draw, text: text.translate(LOOKALIKES),
}
SPACING: dict[str, Disguise] = {
    "groups": _in_groups,
    "spaced": _spaced,
    "unseen": _unseen,
    "marks": lambda draw, text: re.sub("([0-9A-Za-z])", lambda each: each[0] + "\u0332", text),
    "tags": lambda draw, text: re.sub(
        r"(?<=[0-9])(?=[0-9]{3}(?![0-9]))", draw.choice(["<wbr>", "<b></b>", "<!-- -->"]), text
    ),
}
DISGUISES = CHARACTERS | SPACING
# Only these make sense for what is not a number of some length.
MAIL: dict[str, Disguise] = {
    "at in brackets": lambda draw, text: text.replace("@", draw.choice([" (at) ", "(at)", "[at]", " [AT] "])),
    "at and dot in brackets": lambda draw, text: text.replace("@", " (at) ").replace(".", " (dot) "),
    "at and dot in words": lambda draw, text: text.replace("@", " at ").replace(".", " dot "),
    "full width": CHARACTERS["full width"],
    "lookalikes": CHARACTERS["lookalikes"],
    "unseen": _unseen,
    "marks": SPACING["marks"],
    "percent": lambda draw, text: quote(text, safe=""),
    "entities": lambda draw, text: "".join(f"&#{ord(each)};" if each in "@.aeo" else each for each in text),
    "spaces around the at": lambda draw, text: text.replace("@", " @ "),
    "a line break": lambda draw, text: text.replace("@", "@\n"),
}


def composed(draw: random.Random, number: str, names: tuple[str, ...], among: dict[str, Disguise]) -> str:
    """The identifier under each of these disguises, spacing first, for what it splits has to be digits still."""
    for name in sorted(names, key=lambda each: each not in SPACING):
        number = among[name](draw, number)
    return number
