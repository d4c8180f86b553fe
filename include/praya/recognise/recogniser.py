"""What a recogniser is, and the few pieces of SQL and RE2 that all of them are put together from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from praya.store.duck import literal


@dataclass(frozen=True)
class Recogniser:
    """One kind of personal data: how a cell is chosen to be looked at, and what is found in it.

    `near` is RE2 that every text cell with a hit matches as it stands; it is the cheap first test, joined with
    those of all other kinds. `found` makes SQL of a list of texts, the hits in a normalised cell. `mask` makes SQL
    that shows the shape of a hit and nothing of it.
    """

    kind: str
    near: str
    found: Callable[[str], str]
    mask: Callable[[str], str]
    # SQL on a numeric column that is true where a hit may be; None where a number cannot be one.
    number: Callable[[str], str] | None = None
    # RE2 on a column's name that says that this kind is in it; `near` and `found` for what only counts there.
    named: str | None = None
    near_named: str | None = None
    found_named: Callable[[str], str] | None = None
    # RE2 on a whole cell that says nothing by itself, so that its column decides (see `judge`).
    alone: str | None = None
    # How often a check digit is right by chance.
    chance: float = 0.0


# A cell that holds one of these is looked at whatever else it holds: marks on a letter, what is not seen at all
# (zero-width spaces and joiners, soft hyphens, directions), full-width letters and digits.
STRANGE = r"[\p{Mn}\p{Cf}０-９Ａ-Ｚａ-ｚ＠]"

SPACE = r"[ \t\x{a0}\x{2000}-\x{200a}\x{3000}]"
DASH = r"[-\x{2010}-\x{2015}\x{2212}－]"

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000_"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_BRACKETS = {"【": "[", "】": "]", "〔": "[", "〕": "]", "﹙": "(", "﹚": ")"}
_PLAIN = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys(_SPACES, " ") | dict.fromkeys(_DASHES, "-") | _BRACKETS
# Cells without any of these are plain enough. Some letters become plain only in NFC, such as the Kelvin sign.
_RARE = "".join([_SPACES, _DASHES, *_BRACKETS])
_UNPLAIN = rf"{STRANGE[:-1]}（）［］＋－．／＃＄＝\x{{212a}}\x{{f900}}-\x{{faff}}{_RARE}]"


def normal(text: str) -> str:
    """SQL of a text with full-width characters, unusual spaces and dashes made plain, unseen ones gone.

    The underscore becomes a space, for RE2 takes it for part of a word. Chinese punctuation alone changes nothing.
    """
    seen = rf"nfc_normalize(regexp_replace({text}, '[\p{{Mn}}\p{{Cf}}]', '', 'g'))"
    plain = f"translate({seen}, {literal(''.join(_PLAIN))}, {literal(''.join(_PLAIN.values()))})"
    return f"case when {matches(text, _UNPLAIN)} then {plain} else {text} end"


def one_of(words: str) -> str:
    """RE2 that is any of these words."""
    return f"(?:{'|'.join(words.split())})"


def matches(text: str, pattern: str) -> str:
    """SQL that is true where `text` holds `pattern`."""
    return f"regexp_matches({text}, {literal(pattern)})"


def every(text: str, pattern: str, group: int = 0) -> str:
    """SQL of the list of all that `pattern` (or its `group`) finds in `text`."""
    return f"regexp_extract_all({text}, {literal(pattern)}, {group})"


def without(text: str, pattern: str) -> str:
    """SQL of `text` with a space in the place of everything that `pattern` finds."""
    return f"regexp_replace({text}, {literal(pattern)}, ' ', 'g')"


def only(values: str, condition: Callable[[str], str]) -> str:
    """SQL of those `values` of a list for which the condition on one of them holds."""
    return f"list_filter({values}, lambda v: {condition('v')})"


def first_of(*lists: str) -> str:
    """SQL of the first list that is not empty, or an empty one; those after it are not worked out."""
    return f"coalesce({', '.join(f'nullif({each}, [])' for each in lists)}, [])"


def bare(values: str) -> str:
    """SQL of the values of a list with nothing but their letters, as capitals, and digits."""
    return f"list_transform({values}, lambda v: upper(regexp_replace(v, '[^0-9A-Za-z]', '', 'g')))"


def digits_of(text: str) -> str:
    """SQL of the digits of a text, without what stands between them."""
    return f"regexp_replace({text}, '[^0-9]', '', 'g')"
