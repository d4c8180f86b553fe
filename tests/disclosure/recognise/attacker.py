"""A third list: cells as somebody plants them who wants them to get past, kinds × disguises × places in the table.

Written by an author who had read the folding, and measured before anything was mended for it. MENDING was looked at
while mending; of MEASURED, written with it, only totals by kind were read; FRESH was written after the mending and
measured once (docs/decisions/0009-recognisers.md has the figures).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from disclosure.recognise.identifiers import KINDS, PLAIN_MAIL, Identifier

Disguise = Callable[[random.Random, str], str]


def _digits(text: str, write: Callable[[int], str]) -> str:
    return re.sub("[0-9]", lambda each: write(int(each[0])), text)


def _cut(text: str, gap: str, *sizes: int) -> str:
    """Every run of six digits and more cut into these sizes, over and over, with the gap between."""
    joined = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)

    def cut(run: re.Match[str]) -> str:
        parts, at, turn = [], 0, 0
        while at < len(run[0]):
            size = sizes[turn % len(sizes)]
            parts.append(run[0][at : at + size])
            at, turn = at + size, turn + 1
        return gap.join(parts)

    return re.sub("[0-9]{6,}", cut, joined)


def _gap(gap: str, *sizes: int) -> Disguise:
    return lambda draw, text: _cut(text, gap, *(sizes or (4,)))


def _some(draw: random.Random, text: str, write: Callable[[int], str]) -> str:
    """Every second digit or so written otherwise."""
    return re.sub("[0-9]", lambda each: write(int(each[0])) if draw.random() < 0.5 else each[0], text)


CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
MENDING: dict[str, Disguise] = {
    "underscore": _gap("_"),
    "full width": lambda draw, text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
    "circled": lambda draw, text: _digits(text, CIRCLED.__getitem__),
    "Arabic-Indic": lambda draw, text: _digits(text, lambda d: chr(0x660 + d)),
    "keycaps": lambda draw, text: _digits(text, lambda d: f"{d}\ufe0f\u20e3"),
    "line break": _gap("\n"),
    "line breaks of Windows": _gap("\r\n", 4),
    "slash": _gap("/"),
    "middle dot": _gap("·"),
    "bullet": _gap("•"),
    "ideographic comma": _gap("、"),
    "spaced slash": _gap(" / "),
    "spaced bullet": _gap(" • "),
    "two spaces": _gap("  "),
    "tab": _gap("\t"),
    "full-width hyphen": _gap("－"),
    "long dash": _gap("—"),
    "tilde": _gap("~"),
    "wave": _gap("〜"),
    "threes and twos": _gap(" ", 3, 3, 2),
    "twos with hyphens": _gap("-", 2),
    "twos with stops": _gap(".", 2),
    "ones with hyphens": _gap("-", 1),
    "fives and threes": _gap(" ", 5, 3),
    "colon": _gap(":"),
    "semicolon": _gap("; "),
    "backslash": _gap("\\"),
    "hash": _gap("#"),
    "some circled": lambda draw, text: _some(draw, text, CIRCLED.__getitem__),
    "some full width": lambda draw, text: _some(draw, text, lambda d: chr(0xFF10 + d)),
    "zero-width spaces": lambda draw, text: re.sub("(?<=[0-9])(?=[0-9])", "\u200b", text),
    "Chinese numerals": lambda draw, text: _digits(text, "零一二三四五六七八九".__getitem__),
    "some Chinese numerals": lambda draw, text: _some(draw, text, "〇一二三四五六七八九".__getitem__),
}
MEASURED: dict[str, Disguise] = {
    "Extended Arabic-Indic": lambda draw, text: _digits(text, lambda d: chr(0x6F0 + d)),
    "Khmer": lambda draw, text: _digits(text, lambda d: chr(0x17E0 + d)),
    "double struck": lambda draw, text: _digits(text, lambda d: chr(0x1D7D8 + d)),
    "negative circled": lambda draw, text: _digits(text, "⓿❶❷❸❹❺❻❼❽❾".__getitem__),
    "double circled": lambda draw, text: _digits(text, "⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽".__getitem__),
    "underscores by two": _gap("_", 2),
    "double underscore": _gap("__"),
    "line separator": _gap("\u2028"),
    "blank line": _gap("\n\n"),
    "hyphenation point": _gap("‧"),
    "katakana middle dot": _gap("・"),
    "dot operator": _gap("⋅"),
    "black square": _gap("■"),
    "full-width stop": _gap("．"),
    "full-width slash": _gap("／"),
    "full-width comma": _gap("，"),
    "double slash": _gap("//"),
    "ellipsis": _gap("…"),
    "hyphen and spaces": _gap(" - "),
    "threes with stops": _gap(".", 3),
    "ones with stops": _gap(".", 1),
    "twos with slashes": _gap("/", 2),
    "apostrophe": _gap("'"),
    "plus": _gap("+"),
    "vertical bar": _gap("|"),
    "soft hyphens": lambda draw, text: re.sub("(?<=[0-9])(?=[0-9])", "\u00ad", text),
    "ideographic space": _gap("\u3000"),
    "some Devanagari": lambda draw, text: _some(draw, text, lambda d: chr(0x966 + d)),
    "some superscript": lambda draw, text: _some(draw, text, "⁰¹²³⁴⁵⁶⁷⁸⁹".__getitem__),
    "accountants' numerals": lambda draw, text: _digits(text, "零壹貳叁肆伍陸柒捌玖".__getitem__),
}
FRESH: dict[str, Disguise] = {
    "Bengali": lambda draw, text: _digits(text, lambda d: chr(0x9E6 + d)),
    "monospace": lambda draw, text: _digits(text, lambda d: chr(0x1D7F6 + d)),
    "sans-serif bold": lambda draw, text: _digits(text, lambda d: chr(0x1D7EC + d)),
    "full width and circled in turn": lambda draw, text: _digits(
        text, lambda d: draw.choice([chr(0xFF10 + d), CIRCLED[d]])
    ),
    "Arabic-Indic by four with a slash": lambda draw, text: _digits(
        _cut(text, "/", 4), lambda d: chr(0x660 + d)
    ),
    "full width by four with a bullet": lambda draw, text: _digits(
        _cut(text, "•", 4), lambda d: chr(0xFF10 + d)
    ),
    "keycaps with spaces": lambda draw, text: _digits(_cut(text, " ", 1), lambda d: f"{d}\ufe0f\u20e3"),
    "zero-width joiners": lambda draw, text: re.sub("(?<=[0-9])(?=[0-9])", "\u200d", text),
    "word joiner by four": _gap("\u2060"),
    "bold marks of Markdown by four": _gap("**"),
    "figure dash": _gap("\u2012"),
    "non-breaking hyphen": _gap("\u2011"),
    "thin spaces by two": _gap("\u2009", 2),
    "narrow no-break space": _gap("\u202f"),
    "full-width underscore": _gap("＿"),
    "Greek middle dot": _gap("\u0387"),
    "one dot leader": _gap("․"),
    "Arabic comma": _gap("،"),
    "reversed solidus in full width": _gap("＼"),
    "carriage return": _gap("\r"),
    "vertical tab": _gap("\x0b"),
    "threes with underscores": _gap("_", 3),
    "twos with middle dots": _gap("·", 2),
    "line break and dash": _gap("\n- "),
    "comma and line break": _gap(",\n"),
    "small letters of superscript": lambda draw, text: _some(draw, text, "₀₁₂₃₄₅₆₇₈₉".__getitem__),
}
FRESH_MAIL: dict[str, Disguise] = {
    "(at) with full-width stops": lambda draw, text: text.replace("@", "(at)").replace(".", "．"),
    "[@] alone": lambda draw, text: text.replace("@", "[@]"),
    "（at） alone": lambda draw, text: text.replace("@", "（at）"),
    "( at ) and ( dot )": lambda draw, text: text.replace("@", " ( at ) ").replace(".", " ( dot ) "),
    "[dot] alone": lambda draw, text: text.replace(".", "[dot]"),
    "full-width letters": lambda draw, text: "".join(
        chr(ord(each) + 0xFEE0) if each.isalpha() else each for each in text
    ),
    "soft hyphens": lambda draw, text: re.sub("(?=[a-z])", "\u00ad", text),
    "small at": lambda draw, text: text.replace("@", "﹫"),
}
MENDING_MAIL: dict[str, Disguise] = {
    "(at) and (dot)": lambda draw, text: text.replace("@", " (at) ").replace(".", " (dot) "),
    "(at) and (dot) without spaces": lambda draw, text: text.replace("@", "(at)").replace(".", "(dot)"),
    "[at] and [dot]": lambda draw, text: text.replace("@", " [at] ").replace(".", " [dot] "),
    "at and dot": lambda draw, text: text.replace("@", " at ").replace(".", " dot "),
    "(at) alone": lambda draw, text: text.replace("@", " (at) "),
    "full width": lambda draw, text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
    "line break after": lambda draw, text: text.replace("@", "@\n"),
    "line break before": lambda draw, text: text.replace("@", "\n@"),
    "spaces": lambda draw, text: text.replace("@", " @ "),
    "zero-width spaces": lambda draw, text: re.sub("(?=[a-z])", "\u200b", text),
}
MEASURED_MAIL: dict[str, Disguise] = {
    "(AT) and (DOT)": lambda draw, text: text.replace("@", "(AT)").replace(".", "(DOT)"),
    "<at> and <dot>": lambda draw, text: text.replace("@", " <at> ").replace(".", " <dot> "),
    "{at} alone": lambda draw, text: text.replace("@", "{at}"),
    "full-width brackets": lambda draw, text: text.replace("@", "（at）").replace(".", "（dot）"),
    "(at) and dot": lambda draw, text: text.replace("@", " (at) ").replace(".", " dot "),
    "mathematical letters": lambda draw, text: "".join(
        chr(0x1D41A + ord(each) - 97) if "a" <= each <= "z" else each for each in text
    ),
    "full-width at and stop": lambda draw, text: text.replace("@", "＠").replace(".", "．"),
    "spaces around both": lambda draw, text: text.replace("@", " @ ").replace(".", " . "),
}


@dataclass(frozen=True)
class Plant:
    """One cell, or some adjacent ones, with an identifier; `name` is a column's, the others are c1, c2 …"""

    kind: str
    disguise: str
    place: str
    cells: tuple[str, ...]
    name: str = "remark"


_NAMED = {
    "phone": "telephone",
    "hkid": "hkid_no",
    "passport": "passport_no",
    "travel permit": "home_return_permit",
    "octopus card": "octopus_no",
    "bank account": "bank_account",
    "date of birth": "date_of_birth",
    "ip address": "ip_address",
    "messenger name": "wechat",
    "vehicle mark": "plate_no",
}


def plants(
    draw: random.Random, disguises: dict[str, Disguise], mail: dict[str, Disguise], each: int = 1
) -> list[Plant]:
    """Each kind under each of its disguises in a sentence, and in a column whose name says what it holds."""
    planted = []
    for identifier in [*KINDS, PLAIN_MAIL]:
        among = mail if identifier is PLAIN_MAIL else disguises
        for name, disguise in among.items():
            for _ in range(each):
                planted += _planted(draw, identifier, name, disguise)
    return planted


def _planted(draw: random.Random, identifier: Identifier, name: str, disguise: Disguise) -> list[Plant]:
    # A name in a messenger is written in other characters, not in groups.
    if identifier.kind == "messenger name" and name.startswith(("ones", "twos", "threes", "fives")):
        return []
    sentence = draw.choice(identifier.sentences).format(disguise(draw, identifier.draw(draw)))
    found = [Plant(identifier.kind, name, "sentence", (sentence,))]
    if (column := _NAMED.get(identifier.kind)) and draw.random() < 0.5:
        cell = disguise(draw, identifier.draw(draw))
        found.append(Plant(identifier.kind, name, "named column", (cell,), column))
    return found


def pairs(draw: random.Random, each: int = 6) -> list[Plant]:
    """A number in two cells of a row, among cells that say something else; the first holds a word or a letter."""
    by_kind = {identifier.kind: identifier for identifier in KINDS}
    planted = []
    for _ in range(each):
        number = by_kind["phone"].draw(draw)
        for head, tail in (
            ("Tel {}", "{}"),
            ("電話{}", "{}"),
            ("please call {}", "{} after six"),
            ("WhatsApp {}-", "{}"),
            ("手機：{}", "{}，謝謝"),
        ):
            planted.append(
                Plant("phone", "two columns", "sentence", (head.format(number[:4]), tail.format(number[4:])))
            )
        card = by_kind["hkid"].draw(draw)
        planted += [
            Plant("hkid", "two columns", "sentence", (card[:-3], card[-3:])),
            Plant("hkid", "two columns", "sentence", (f"HKID {card[:4]}", card[4:])),
            Plant("hkid", "two columns", "sentence", (f"身份證{card[:5]}", f"{card[5:]}，已核對")),
        ]
        name, domain = PLAIN_MAIL.draw(draw).split("@")
        planted += [
            Plant("e-mail", "two columns", "sentence", (f"write to {name}@", domain)),
            Plant("e-mail", "two columns", "sentence", (f"write to {name}", f"@{domain}")),
            Plant("e-mail", "two columns", "whole cells", (name, domain)),
        ]
        octopus = by_kind["octopus card"].draw(draw)
        planted.append(
            Plant("octopus card", "two columns", "sentence", (f"Octopus {octopus[:4]}", octopus[4:]))
        )
        passport = f"K{octopus}"
        planted.append(Plant("passport", "two columns", "sentence", (f"護照{passport[:5]}", passport[5:])))
    return planted
