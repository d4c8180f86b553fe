"""Disguises that were written down before the folding was: a measure of what was not designed for.

Nothing here may be looked at to mend a recogniser without moving the disguise to `disguises.py` and saying so in
docs/decisions/0009-recognisers.md. Each takes a source of chance and the plain identifier.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from urllib.parse import quote

Disguise = Callable[[random.Random, str], str]

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SUZHOU = "〇〡〢〣〤〥〦〧〨〩"
SMALL_CAPITALS = dict(zip("ABCDEGHJKLMNOPRTUVWZ", "ᴀʙᴄᴅᴇɢʜᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡᴢ", strict=True))


def _digits(text: str, write: Callable[[int], str], between: str = "") -> str:
    return re.sub(r"[0-9]+", lambda run: between.join(write(int(digit)) for digit in run[0]), text)


def _middle(text: str, between: str) -> str:
    """The text with `between` in the middle of its longest run of letters and digits."""
    run = max(re.finditer(r"[0-9A-Za-z]+", text), key=lambda each: len(each[0]))
    at = run.start() + (run.end() - run.start() + 1) // 2
    return text[:at] + between + text[at:]


def _one_digit(draw: random.Random, text: str, letter: dict[str, str]) -> str:
    places = [at for at, each in enumerate(text) if each in letter]
    if not places:
        return text
    at = draw.choice(places)
    return text[:at] + letter[text[at]] + text[at + 1 :]


def _regional(text: str) -> str:
    return "".join(chr(0x1F1E6 + ord(each) - 65) if "A" <= each <= "Z" else each for each in text)


HELD_OUT: dict[str, Disguise] = {
    "Suzhou numerals": lambda draw, text: _digits(text, SUZHOU.__getitem__),
    "English words for digits": lambda draw, text: _digits(text, WORDS.__getitem__, " "),
    "English words with commas": lambda draw, text: _digits(text, WORDS.__getitem__, ", "),
    "a letter O or l for a digit": lambda draw, text: _one_digit(draw, text, {"0": "O", "1": "l"}),
    "a picture between": lambda draw, text: _middle(text, draw.choice("📞🙂☎★")),
    "an arrow between": lambda draw, text: _middle(text, draw.choice([" → ", "=>", "»", "^"])),
    "a backslash or plus between": lambda draw, text: _middle(
        text, draw.choice(["\\", "+", " + ", "…", "--"])
    ),
    "a word between": lambda draw, text: _middle(text, draw.choice([" dash ", " then ", " 然後 ", " and "])),
    "escapes of JSON": lambda draw, text: _digits(text, lambda digit: f"\\u{48 + digit:04x}"),
    "entities encoded twice": lambda draw, text: _digits(text, lambda digit: f"&amp;#{48 + digit};"),
    "percent of full width": lambda draw, text: _digits(text, lambda digit: quote(chr(0xFF10 + digit))),
    "seven-segment digits": lambda draw, text: _digits(text, lambda digit: chr(0x1FBF0 + digit)),
    "each digit in brackets": lambda draw, text: _digits(text, lambda digit: f"[{digit}]"),
    "a script for each digit": lambda draw, text: _digits(
        text, lambda digit: chr(draw.choice([0x660, 0x966, 0xE50, 0xFF10, 0x1D7D8]) + digit)
    ),
    "tag characters between": lambda draw, text: _middle(text, "\U000e0041\U000e0042"),
    "separators mixed": lambda draw, text: re.sub(
        r"(?<=[0-9])(?=(?:[0-9]{2})+(?![0-9]))", lambda _: draw.choice(".-/ ·"), text
    ),
    "small capitals": lambda draw, text: "".join(SMALL_CAPITALS.get(each, each) for each in text),
    "regional indicators": lambda draw, text: _regional(text),
    "turned round by an override": lambda draw, text: re.sub(
        r"[0-9]{4,}", lambda run: f"\u202e{run[0][::-1]}\u202c", text
    ),
    "reversed": lambda draw, text: text[::-1],
}

# For electronic mail, which has other parts to disguise.
HELD_OUT_MAIL: dict[str, Disguise] = {
    "AT and DOT in capitals": lambda draw, text: text.replace("@", " AT ").replace(".", " DOT "),
    "braces": lambda draw, text: text.replace("@", "{at}").replace(".", "{dot}"),
    "Chinese words": lambda draw, text: text.replace("@", "艾特").replace(".", "點"),
    "an ideographic full stop": lambda draw, text: text.replace(".", "。"),
    "spaces around": lambda draw, text: text.replace("@", " @ ").replace(".", " . "),
    "the at as an entity": lambda draw, text: text.replace("@", "&commat;").replace(".", "&period;"),
    "a in brackets": lambda draw, text: text.replace("@", "(a)"),
    "nospam": lambda draw, text: text.replace("@", "@nospam."),
    "circled letters": lambda draw, text: "".join(
        chr(0x24D0 + ord(each) - 97) if "a" <= each <= "z" else each for each in text
    ),
    "reversed": lambda draw, text: text[::-1],
}
