"""What a recogniser is, and the few pieces of SQL and RE2 that all of them are put together from.

A recogniser is one file that declares a `Recogniser`, in `praya.disclosure.recognise.recognisers` or in another package
of the entry points `praya.recognisers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
from duckdb.func import PythonUDFType
from duckdb.sqltypes import VARCHAR

from praya.disclosure.recognise.cuts import Cut
from praya.disclosure.recognise.fold import (
    BARRED,
    ENCODED,
    HIDING,
    ODD_CHARACTER,
    SPACES,
    UNSEEN,
    accented,
    fold_text,
)
from praya.disclosure.recognise.pieces import IN_PIECES, IN_WORDS, read
from praya.disclosure.recognise.precision import Precision
from praya.store.duck import literal

if TYPE_CHECKING:
    from praya.disclosure.recognise.cell_scan import Column
    from praya.disclosure.recognise.judge import Case


@dataclass(frozen=True, kw_only=True)
class Recogniser:
    """One kind of personal data: how a cell is chosen to be looked at, and what is found in it.

    `name` is how findings call it. `near` is RE2 that every text cell with a hit matches as it stands; it is the cheap
    first test, joined with those of all other kinds. `find` makes SQL of a list of texts, the hits in a normalised
    cell. `mask` makes SQL that shows the shape of a hit and nothing of it.
    """

    name: str
    near: str
    find: Callable[[str], str]
    mask: Callable[[str], str]
    # Whether `near` needs the digits of DIGITS; such kinds are looked for in a second test.
    digits: bool = False
    # SQL on a numeric column that is true where a hit may be; None where a number cannot be one.
    number: Callable[[str], str] | None = None
    # RE2 on a column's name that says that this kind is in it; `near` and `find` for what only counts there.
    named: str | None = None
    near_named: str | None = None
    find_named: Callable[[str], str] | None = None
    # Whether a column of dates is searched where its name says that this kind is in it.
    dates: bool = False
    # RE2 of a text with accents in which it may be once they are taken off, where it has fewer than three digits.
    accented: str | None = None
    # RE2 on a whole cell that says nothing by itself, so that its column decides: `other` makes SQL that is true of
    # those in HITS that are something else. Without it, codes whose check digit is right by chance only are left out.
    alone: str | None = None
    other: Callable[[Case], str] | None = None
    # How often a check digit is right by chance.
    chance: float = 0.0
    # Of columns of numbers whose names do not say that this kind is in them: SQL, by column, that is true of numbers
    # that are known to be something else. It is asked for once before the scan.
    innocent: Callable[[duckdb.DuckDBPyConnection, str, Sequence[Column]], Mapping[str, str]] | None = None
    # How it may be cut between two adjacent columns; RE2 of all of it where adjacent columns hold it in fragments.
    cuts: tuple[Cut, ...] = ()
    whole: str | None = None
    # The same recogniser for places that are finer than this.
    at_precision: Callable[[Precision], Recogniser] | None = None
    # The names of recognisers that it takes the place of, since it finds all that they find.
    instead_of: tuple[str, ...] = ()

    @property
    def may_be_split(self) -> bool:
        """Whether it is looked for in adjacent columns together."""
        return bool(self.cuts or self.whole)


SPACE = r"[ \t\x{a0}\x{2000}-\x{200a}\x{3000}]"
DASH = r"[-\x{2010}-\x{2015}\x{2212}－]"
# What may be between two digits of a number that is written in pieces; hours have colons.
GAP = r"[^0-9A-Za-z\p{Han}:]"
# Digits in folded text, in pieces or not.
_APART = r"[^0-9A-Za-z\p{Han}]{0,3}"
END = r"(?:$|[^0-9A-Za-z])"

# Seven digits that may belong together, of which the last may be a check digit.
DIGITS = r"[0-9](?:[^0-9A-Za-z\p{Han}]{0,3}[0-9]){5}[^0-9A-Za-z\p{Han}]{0,3}[0-9Aa]"

# A cell that holds one of these is looked at whatever else it holds.
STRANGE = f"{HIDING}|{ENCODED}|{IN_WORDS}"
# The others are looked at as they are.
_BRACKETS = r"[0-9A-Za-z][（［【〔．／＃「『《〈]|[0-9A-Za-z] [（［【〔「『《〈]"
_UNPLAIN = f"{ODD_CHARACTER}|{STRANGE}|{IN_PIECES}|{_BRACKETS}|[{SPACES}]"


# Of texts with accents, those with digits in which something may be that is not seen before the accents are taken off;
# recognisers that ask for no digits have their `accented`. To take them off costs ten times what this does.
ACCENTED_DIGITS = r"[0-9](?:[^0-9A-Za-z\p{Han}]{0,3}[0-9]){2}"
WHOLE_WORD = r"(?:^|[^0-9A-Za-z])"
# The name under which `plain` is known to DuckDB during a search.
_PLAIN = "praya_plain"


def plain(text: str) -> str:
    """A text with plain characters and numbers in one piece; the underscore, for RE2 part of a word, is a space."""
    return read(fold_text(text)).replace("_", " ")


@contextmanager
def folding(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let SQL on this connection use `normal`."""

    def fold_all(texts: pa.Array) -> pa.Array:
        return pa.array([text if text is None else plain(text) for text in texts.to_pylist()], pa.string())

    con.create_function(_PLAIN, fold_all, [VARCHAR], VARCHAR, type=PythonUDFType.ARROW)
    try:
        yield
    finally:
        con.remove_function(_PLAIN)


def normal(text: str) -> str:
    """SQL of a text as `plain` has it; Python is asked only for what is not plain."""
    unplain = f"case when {matches(text, _UNPLAIN)} then {_PLAIN}({text})"
    return f"{unplain} else replace({unaccented(text)}, '_', ' ') end"


def seen(text: str) -> str:
    """SQL of a text without the characters that are not seen."""
    return f"regexp_replace({text}, {literal(UNSEEN)}, '', 'g')"


def unaccented(text: str) -> str:
    """SQL of a text with Latin letters as `fold_text` has them, which costs a hundredth of asking Python."""
    plain = f"strip_accents({text})"
    for letter, looks in BARRED.items():
        plain = f"replace({plain}, '{letter}', '{looks}')"
    return plain


def run_of(least: int, most: int) -> str:
    """RE2 of so many digits in folded text, whatever is between them."""
    return rf"[0-9](?:{_APART}[0-9]){{{least - 1},{most - 1}}}"


def one_of(words: str) -> str:
    """RE2 that is any of these words."""
    return f"(?:{'|'.join(words.split())})"


def accented_one_of(words: str) -> str:
    """The same in letters of either case, each with or without an accent."""
    return f"(?:{'|'.join(accented(word) for word in words.split())})"


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
