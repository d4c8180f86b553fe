"""Text as a reader sees it: whatever the characters are, letters and digits become plain ASCII where they look it.

Folded are compatibility forms (NFKC: full-width, circled, mathematical, super- and subscript), digits of every
script, keycaps, marks on letters, letters of other scripts that look like Latin capitals, characters that are not
seen, spaces, dashes and brackets of all kinds, entities of HTML, percent-encoding, escapes of JSON, tags,
commands of LaTeX, and bold and code of Markdown. Han,
kana and punctuation without a plain form stay. `fold_text` is idempotent.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Spaces, punctuation and signs that change nothing where they are; between digits `pieces` looks at them.
SPACES = r"\x{a0}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}"
_ORDINARY = "、。，．：；！？（）「」『』《》〈〉…—–“”‘’·•°£€¥§©®™×÷→←↑↓■□●◎◆◇★☆※▲△▼▽"
# Latin letters that SQL folds by itself (`unaccented` in `recogniser`); ligatures and old forms are not among them.
ACCENTED = (
    r"[\x{c0}-\x{131}\x{134}-\x{13e}\x{141}-\x{148}\x{14a}-\x{17e}\x{180}-\x{1c3}\x{1cd}-\x{1f0}"
    r"\x{1f4}-\x{24f}\x{1e00}-\x{1e99}\x{1ea0}-\x{1eff}]"
)
# What that leaves, and what is written for it.
BARRED = {"Ø": "O", "Đ": "D", "Ł": "L", "ı": "i", "Ʀ": "R", "ƅ": "b"}
# Kana and Hangul look like nothing of ASCII, but for the long sound beside a letter or digit.
_SYLLABLES = r"ぁ-ゖ゛-ゞァ-ヺー\x{ac00}-\x{d7a3}"
# Letters and marks of scripts that Hong Kong's residents write. Each folds to itself, to one Latin letter or to
# nothing, so a word of nothing else hides nothing; beside a letter or digit of ASCII it may.
SCRIPTS = (
    r"\x{370}-\x{373}\x{376}-\x{377}\x{37b}-\x{37d}\x{386}\x{388}-\x{3f5}\x{3f7}-\x{481}\x{483}-\x{52f}\x{591}-\x{5bd}"
    r"\x{5d0}-\x{5f2}\x{610}-\x{61a}\x{620}-\x{65f}\x{679}-\x{6d3}\x{900}-\x{963}\x{981}-\x{9e3}\x{b82}-\x{bd7}"
    r"\x{e01}-\x{e3a}\x{e40}-\x{e4e}\x{e81}-\x{eb9}\x{1000}-\x{103f}\x{10a0}-\x{10fa}\x{1780}-\x{17b3}"
)
# Characters that are not seen and change nothing else: SQL takes them out by itself.
UNSEEN = r"[\x{ad}\x{200b}-\x{200f}\x{2060}-\x{2064}\x{feff}]"
_SOME_DIGITS = r"[0-9](?:[^0-9A-Za-z\p{Han}]{0,3}[0-9]){5}"
# A letter of such a script that may be meant as one of ASCII.
MIXED = (
    rf"[{SCRIPTS}][0-9A-Za-z@]|[0-9A-Za-z@][{SCRIPTS}]|[{SCRIPTS}][^0-9A-Za-z\p{{Han}}]{{0,3}}{_SOME_DIGITS}"
    rf"|(?:^|[^0-9A-Za-z{SCRIPTS}])[{SCRIPTS}]{{2}} ?[1-9][0-9]{{0,3}}(?:$|[^0-9])"
)
# Cells without any of these are plain: everything but ASCII, Han, such letters and what is ordinary; then what is
# decoded. Of them HIDING are those behind which something may be.
_PLAIN_TO_A_READER = rf"\x{{00}}-\x{{7f}}\p{{Han}}{SPACES}{_ORDINARY}{ACCENTED[1:-1]}{_SYLLABLES}"
_CONTROL = r"[\x{01}-\x{08}\x{0e}-\x{1f}〡-〩㊀-㊉㈠-㈩]|[0-9A-Za-z)]ー|ー[0-9A-Za-z(]"
ODD_CHARACTER = rf"[^{_PLAIN_TO_A_READER}]|{_CONTROL}"
HIDING = rf"[^{_PLAIN_TO_A_READER}{SCRIPTS}{UNSEEN[1:-1]}]|{_CONTROL}|{MIXED}"
ENCODED = (
    r"&(?:#[xX]?[0-9A-Fa-f]{1,6}|[A-Za-z]{2,20});?|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}"
    r"|\\x[0-9A-Fa-f]{2}|<[/!?A-Za-z]|\\[A-Za-z]{2,20}\{|\\[,;:!]|\$[0-9]{2,20}\$"
    r"|[0-9A-Za-z][_*-](?:at|AT)[_*-][0-9A-Za-z-]{1,30}(?:\.|[_*-](?:dot|DOT))"
    r"|`[0-9A-Za-z]{1,30}`|\*\*[0-9A-Za-z]{1,30}\*\*"
)

# Letters and signs that look like one of ASCII and are none in NFKC.
_LOOKALIKES = {
    "A": "АΑᎪꓮᴀ🅐🅰", "B": "ВΒᏴꓐʙ🅑🅱", "C": "СϹᏟꓚᴄ🅒🅲", "D": "ᎠꓓᴅĐ🅓🅳", "E": "ЕΕᎬꓰᴇ🅔🅴", "F": "Ϝꓝꜰ🅕🅵",
    "G": "ԌᏀꓖɢ🅖🅶", "H": "НΗᎻꓧʜ🅗🅷", "I": "ІΙӀᏆꓲɪ🅘🅸", "J": "ЈᎫꓙᴊ🅙🅹", "K": "КΚᏦꓗᴋ🅚🅺", "L": "ᏞꓡʟŁ🅛🅻",
    "M": "МΜᎷꓟᴍ🅜🅼", "N": "ΝꓠɴИ🅝🅽", "O": "ОΟՕꓳᴏØ🅞🅾", "P": "РΡᏢꓑᴘ🅟🅿", "Q": "Ԛꞯ🅠🆀", "R": "ᎡꓣʀƦ🅡🆁",
    "S": "ЅՏᏚꓢꜱ🅢🆂", "T": "ТΤᎢꓔᴛ🅣🆃", "U": "Սꓴᴜ🅤🆄", "V": "ѴᏙꓦᴠ🅥🆅", "W": "ԜᎳꓪᴡ🅦🆆", "X": "ХΧꓫ🅧🆇",
    "Y": "УҮΥꓬʏ🅨🆈", "Z": "ΖᏃꓜᴢ🅩🆉",
    "a": "аα", "b": "Ьƅ", "c": "сϲ", "d": "ԁɗ", "e": "еє", "g": "ɡց", "h": "һհ", "i": "іιı", "j": "јϳ", "k": "кκ",
    "l": "ӏ", "m": "м", "n": "ոп", "o": "оοօ", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "t": "тτ", "u": "υս",
    "v": "ѵν", "w": "ԝω", "x": "хχ", "y": "уγ", "z": "ᴢ",
    "@": "🅯", "-": "−ー‐⁃˗➖", ".": "․・", "(": "«〔【〖「『《〈❨❲⦅", ")": "»〕】〗」』》〉❩❳⦆", "/": "⁄∕⧸", ":": "∶꞉",
}  # fmt: skip
# Not seen, and in no category of their own.
_UNSEEN = "\u115f\u1160\u3164\uffa0\u2800\ufffc"
_TAG = re.compile(r"<!--.{0,80}?-->|<(?!(?:at|dot|AT|DOT)>)[/!?]?[A-Za-z][^<>0-9@]{0,80}>")
_BLOCK = re.compile(r"(?i)</?(?:br|p|div|td|th|tr|li|h[1-6])\b")
_ODD = re.compile(r"[^\n\t -~]+")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
# Commands, thin spaces and formulas of LaTeX; bold and code of Markdown.
_COMMAND = re.compile(r"\\[A-Za-z]{2,20}\{([^{}]{0,80})\}|\\[,;:!]")
_FORMULA = re.compile(r"\$([0-9]{2,20})\$")
_MARKDOWN = re.compile(r"(`|\*\*)([0-9A-Za-z]{1,30})\1")
# The at and the dot of a mail address between signs, or in a circle.
_AT = re.compile(r"(?<=[0-9A-Za-z])[_*-](?:at|AT)[_*-](?=[0-9A-Za-z-]{1,30}(?:\.|[_*-](?:dot|DOT)))")
_DOT = re.compile(r"(?<=[0-9A-Za-z])[_*-](?:dot|DOT)[_*-](?=[0-9A-Za-z])")
_CIRCLED_AT = re.compile("(?<=[0-9A-Za-z ])ⓐ(?=[0-9A-Za-z ])")
_TURNED = re.compile("\u202e([^\u202c\u202e]*)\u202c?")


def accented(words: str) -> str:
    """RE2 of these words (letters and spaces) in letters of either case, each with or without an accent."""
    return "".join(f"[{_FORMS[each]}]" if each in _FORMS else each for each in words.lower())


def _forms() -> dict[str, str]:
    """Every small letter with its capital and those of ACCENTED that become either."""
    forms = {letter: letter + letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        plain = BARRED.get(chr(code)) or unicodedata.normalize("NFD", chr(code))[0]
        if plain.lower() in forms:
            forms[plain.lower()] += chr(code)
    return forms


_FORMS = _forms()
_ESCAPED_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


class _Characters(dict[int, str]):
    """Code → what it becomes, worked out once for each character that is met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def fold_text(text: str) -> str:
    """The text in plain characters; decoded until there is nothing more to decode."""
    while (plain := _fold_once(text)) != text:
        text = plain
    return text


def _decoded(escaped: re.Match[str]) -> str:
    """What bytes in a URL say; those that are no text (`%A0`, as in `100%A0000003`) stay as they stand."""
    try:
        return bytes.fromhex(escaped[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return escaped[0]


def _fold_once(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = _ESCAPED_BYTES.sub(_decoded, text)
    if "\\" in text:
        text = _ESCAPED.sub(lambda each: chr(int(each[1] or each[2], 16)), text)
        text = _COMMAND.sub(lambda each: each[1] or "", text)
    if "at" in text or "AT" in text:
        text = _AT.sub("@", text)
    if "@" in text:
        text = _DOT.sub(".", text)
    if "ⓐ" in text:
        text = _CIRCLED_AT.sub("@", text)
    if "$" in text:
        text = _FORMULA.sub(r"\1", text)
    if "`" in text or "**" in text:
        text = _MARKDOWN.sub(r"\2", text)
    if "\u202e" in text:
        # As it is stored and as it is shown: a reader of the file sees the one, a reader of a page the other.
        text = f"{_TURNED.sub(lambda each: each[1], text)}\n\n{_TURNED.sub(lambda each: each[1][::-1], text)}"
    if "<" in text:
        text = _TAG.sub(lambda each: "\n" if _BLOCK.match(each[0]) else "", text)
    return _compose(_ODD.sub(lambda each: each[0].translate(_CHARACTERS), text))


def _compose(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _plain(character: str) -> str:
    if " " <= character <= "~" or character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc", "Cs") or character in _UNSEEN:
        return "\n" if character in "\r\x0b\x0c\x85" else ""
    if (digit := _digit(character, category)) is not None:
        return str(digit)
    if category[0] == "Z":
        return " " if category == "Zs" else "\n"
    if category == "Pd":
        return "-"
    parts = unicodedata.normalize("NFKD", character)
    return character if parts == character else "".join(map(_plain, parts))


def _digit(character: str, category: str) -> int | None:
    """The digit that a character is, in any script and in any circle; Chinese numerals are words and stay."""
    if (digit := unicodedata.digit(character, None)) is not None:
        return digit
    number = unicodedata.numeric(character, None) if category in ("Nl", "No") else None
    return int(number) if number is not None and number in range(10) else None


_CHARACTERS = _Characters({ord(each): plain for plain, looks in _LOOKALIKES.items() for each in looks})
_CHARACTERS |= {0x1F1E6 + place: chr(ord("A") + place) for place in range(26)}
