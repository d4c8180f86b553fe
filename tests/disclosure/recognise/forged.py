"""A second list of disguises, by a second author, as somebody would write them who wants to get past a program.

It was written after the folding was, by somebody who had seen it, and measured before anything was mended for it
(docs/decisions/0009-recognisers.md has both figures). FORGED was known while mending; KEPT was measured only.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable

Disguise = Callable[[random.Random, str], str]

_OCR = {"0": "OoQD", "1": "lI|", "2": "Z", "5": "S", "6": "b", "8": "B", "9": "g"}
_GREEK = "⓪αβγδεζηθι"


def _digits(text: str, write: Callable[[int], str]) -> str:
    return re.sub("[0-9]", lambda each: write(int(each[0])), text)


def _between(text: str, gap: str, every: int = 1) -> str:
    """The gap after every so many digits of a run."""
    joined = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)
    return re.sub(
        r"[0-9]{2,}",
        lambda run: gap.join(run[0][at : at + every] for at in range(0, len(run[0]), every)),
        joined,
    )


def _middle(text: str, between: str) -> str:
    runs = list(re.finditer(r"[0-9]+", text))
    if not runs:
        return text
    run = max(runs, key=lambda each: len(each[0]))
    at = run.start() + len(run[0]) // 2
    return text[:at] + between + text[at:]


def _ocr(draw: random.Random, text: str) -> str:
    places = [at for at, each in enumerate(text) if each in _OCR]
    for at in draw.sample(places, min(2, len(places))):
        text = text[:at] + draw.choice(_OCR[text[at]]) + text[at + 1 :]
    return text


FORGED: dict[str, Disguise] = {
    "spaces by four": lambda draw, text: _between(text, " ", 4),
    "spaces by three": lambda draw, text: _between(text, " ", 3),
    "no-break hyphens by two": lambda draw, text: _between(text, "\u2011", 2),
    "two letters as a scanner reads them": _ocr,
    "bold of Markdown": lambda draw, text: re.sub("[0-9]{4}", lambda run: f"**{run[0]}**", text, count=1),
    "code of Markdown": lambda draw, text: re.sub("[0-9]{2,}", lambda run: f"`{run[0]}`", text),
    "commands of LaTeX": lambda draw, text: re.sub(
        "[0-9]{3,}", lambda run: draw.choice([r"\textbf{%s}", r"$%s$", r"\num{%s}"]) % run[0], text
    ),
    "thin spaces of LaTeX": lambda draw, text: _between(text, r"\,", 4),
    "a footnote mark": lambda draw, text: _middle(text, draw.choice(["†", "‡", "§", "¶", "*"])),
    "an emoji after each digit": lambda draw, text: _between(text, "😀", 1),
    "fraction slash and ideographic comma": lambda draw, text: _between(text, draw.choice("⁄，︐﹑"), 4),
    "negative squared digits": lambda draw, text: _digits(text, lambda d: f"{d}\u20de"),
    "digits with a full stop": lambda draw, text: _digits(text, lambda d: "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐"[d]),
    "digits with a comma": lambda draw, text: _digits(text, lambda d: chr(0x1F101 + d)),
    "parenthesised digits": lambda draw, text: _digits(text, lambda d: "0⑴⑵⑶⑷⑸⑹⑺⑻⑼"[d]),
    "one below the other": lambda draw, text: _between(text, "\n", 1),
    "letters between": lambda draw, text: _between(text, draw.choice("xzx"), 4),
    "HTML spans": lambda draw, text: re.sub("[0-9]{2,}", lambda run: f"<span class=x>{run[0]}</span>", text),
    "invisible operators": lambda draw, text: _between(text, draw.choice(["\u2062", "\u2064", "\ufe00"]), 1),
    "named spaces of HTML": lambda draw, text: _between(text, draw.choice(["&nbsp;", "&#8203;", "&shy;"]), 4),
    "quotes around parts": lambda draw, text: _between(text, '" "', 4),
    "brackets around parts": lambda draw, text: re.sub("[0-9]{4}", lambda run: f"({run[0]})", text, count=2),
    "Roman capitals in full width and digits plain": lambda draw, text: "".join(
        chr(ord(each) + 0xFEE0) if each.isalpha() and each.isascii() else each for each in text
    ),
    "the digits of Tibet and of Myanmar mixed": lambda draw, text: _digits(
        text, lambda d: chr(draw.choice([0xF20, 0x1040]) + d)
    ),
}
FORGED_MAIL: dict[str, Disguise] = {
    "at in angle brackets": lambda draw, text: text.replace("@", draw.choice(["<at>", " <at> ", "«at»"])),
    "underscores around": lambda draw, text: text.replace("@", draw.choice(["_at_", "-at-", " _at_ "])),
    "stars around": lambda draw, text: text.replace("@", "*at*").replace(".", "*dot*"),
    "full-width at": lambda draw, text: text.replace("@", draw.choice("＠﹫")),
    "circled a": lambda draw, text: text.replace("@", "ⓐ"),
    "dot in brackets": lambda draw, text: text.replace(".", "[.]"),
    "at sign in brackets": lambda draw, text: text.replace("@", "[@]").replace(".", "[.]"),
    "mailto with a percent": lambda draw, text: f"mailto:{text.replace('@', '%40')}",
    "a space before the domain": lambda draw, text: text.replace(".", " .", 1).replace("@", " @"),
    "Markdown": lambda draw, text: text.replace("@", "**@**"),
    "Chinese words": lambda draw, text: text.replace("@", " 在 ").replace(".", " 點 "),
    "the word at in Chinese brackets": lambda draw, text: text.replace(
        "@", draw.choice(["【at】", "（at）", "「at」"])
    ),
}
KEPT: dict[str, Disguise] = {
    "a pilcrow by two": lambda draw, text: _between(text, "¶", 2),
    "equals signs": lambda draw, text: _between(text, "=", 4),
    "the digits of Lao mixed with circles": lambda draw, text: _digits(
        text, lambda d: draw.choice([chr(0xED0 + d), "⓪①②③④⑤⑥⑦⑧⑨"[d]])
    ),
    "a strike through each": lambda draw, text: re.sub("([0-9])", "\\1\u0336", text),
    "italic of Markdown": lambda draw, text: re.sub("[0-9]{3,}", lambda run: f"_{run[0]}_", text),
    "colours of BBCode": lambda draw, text: _middle(text, draw.choice(["[b][/b]", "[i][/i]"])),
    "a zero as the letter O, everywhere": lambda draw, text: text.replace("0", "O"),
    "three dots by four": lambda draw, text: _between(text, "...", 4),
    "tabs by two": lambda draw, text: _between(text, "\t", 2),
    "a telephone sign before and stars within": lambda draw, text: "☎ " + _between(text, " * ", 4),
    "base64": lambda draw, text: base64.b64encode(text.encode()).decode(),
    "vertical bars of a table": lambda draw, text: _between(text, " | ", 4),
}
KEPT_MAIL: dict[str, Disguise] = {
    "(a t)": lambda draw, text: text.replace("@", "(a t)"),
    "at between stops": lambda draw, text: text.replace("@", ".at.").replace(".", " . "),
    "slashes": lambda draw, text: text.replace("@", "/at/"),
    "arobase": lambda draw, text: text.replace("@", " arobase "),
    "the sign twice": lambda draw, text: text.replace("@", "@@"),
    "a tag around": lambda draw, text: text.replace("@", "<b>@</b>"),
}
