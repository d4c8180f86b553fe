"""Identifiers that are split over adjacent columns of a row.

Two ways. **Text that goes on in the next column**: a word such as Tel and the first digits at the end of a cell, the
others at the beginning of the next; an identity card number cut in two; the two sides of an @. **Columns of
fragments**: up to four adjacent columns whose cells, put together, are nearly all of the shape of one identifier, as
the first rows show. Without a check digit (telephones) their cells must also have the same width in every row, as
numbers that count something do not, unless a name or title says telephone.

Missed: columns that are not adjacent, other orders, a few fragments among columns of something else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from praya.recognise.numbers import PHONE
from praya.recognise.scan import Column, named
from praya.store.duck import identifier, literal

# So many of the first rows show what a column holds.
SAMPLE = 10_000
MOST_COLUMNS = 4
# So many rows, and such a share of them, make columns fragments of something.
ENOUGH, SHARE = 10, 0.9
# Of numbers without a check digit: the share that begins with zero, of those at random a tenth.
ZEROS = 0.02

_TAIL = (
    r"(?:\b(?i:tel|telephone|phone|mobile|fax|call|contact|whatsapp|hkid|id|octopus|passport)|電話|电话|手機|手机|聯絡|联络|致電|致电"
    r"|身[份分][證证]|八[達达]通|[護护][照]|回[鄉乡][證证])[^0-9]{0,14}[A-Za-z]{0,2}[0-9]{0,7}[ ./_(-]{0,2}$"
    r"|(?:^|[^0-9A-Za-z])[A-Za-z]{1,2}[0-9]{3,6}[ (-]{0,2}$|[A-Za-z0-9][A-Za-z0-9._%+-]* ?@ ?$"
)
_HEAD = (
    r"^ ?[./_-]?[0-9]{1,7}(?: ?\(?[0-9Aa]\)|[A0-9])?(?:$|[^0-9])"
    r"|^ ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}|^\([0-9Aa]\)"
)
_LOCAL_TAIL, _AT_HEAD = (
    r"[A-Za-z0-9][A-Za-z0-9._%+-]*$",
    r"^ ?@ ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
)
# Shapes of what columns of fragments are put together to.
_PHONE = r"(?:852)?(?:20[4-9]|2[1-9][0-9]|[3-9][0-9]{2})[0-9]{5}"
_CHECKED = r"[A-Za-z]{1,2}[0-9]{6}[(\[]?[0-9Aa][)\]]?|[1-8][0-9]{16}[0-9Xx]|[2-6][0-9]{12,18}"
_LOCAL, _DOMAIN = r"[a-z0-9][a-z0-9._%+-]*[a-z][a-z0-9._%+-]*@?", r"@?(?:[a-z0-9-]+\.)+[a-z]{2,}"
# What ends as a domain does and is one of a file; hosts that nearly everybody's mail is with.
_FILES = (
    r".*\.(?:txt|csv|tsv|json|geojson|xml|html?|pdf|docx?|xlsx?|ods|odt|pptx?|zip|gz|parquet|png|jpe?g|gif|svg"
    r"|md|ya?ml|py|sql|log|ics|kml|gml|shp|dat)"
)
_MAIL_HOST = (
    r"@?(?:(?:gmail|googlemail|hotmail|outlook|live|msn|icloud|aol|proton|protonmail|qq|163|126|sina|foxmail)\.com"
    r"|yahoo\.com(?:\.hk)?|(?:netvigator|hkbn|i-cable|hknet|ctimail)\.(?:com|net)|sinaman\.com|yahoo\.co\.uk)"
)
# The beginning of the right cell, the end of the left, and what goes between.
_CUTS = (
    (_HEAD, _TAIL, ""),
    (_AT_HEAD, _LOCAL_TAIL, "@"),
    (rf"^ ?{_MAIL_HOST} ?$", rf"^ *(?i:{_LOCAL}) *$", "@"),
)
# A column of the sides before an @ says somebody else in nearly each row; one of stages or kinds does not.
DIFFERENT = 0.5
_MAIL_NAMED = r"(?i)e?_?mail|電郵|电邮|電子郵件|电子邮件|郵箱|邮箱|(?:^|[^a-z])domain"


@dataclass(frozen=True)
class Joined:
    """Adjacent columns and SQL of what they hold together, null where that can be nothing."""

    columns: tuple[Column, ...]
    text: str
    # Whether nearly every row has to have a hit for any to count.
    fragments: bool

    @property
    def name(self) -> str:
        return " + ".join(column.name for column in self.columns)


def join(con: duckdb.DuckDBPyConnection, source: str, columns: list[Column]) -> list[Joined]:
    """What adjacent columns may hold together."""
    pairs = [pair for pair in itertools.pairwise(columns) if not any(each.number for each in pair)]
    return [*_flowing(con, source, pairs), *_fragments(con, source, columns)]


def _flowing(
    con: duckdb.DuckDBPyConnection, source: str, pairs: list[tuple[Column, Column]]
) -> Iterator[Joined]:
    """The pairs of which some cell goes on in the next."""
    if not pairs:
        return
    tests = ", ".join(
        f"bool_or({' or '.join(_goes_on(*pair, head, tail) for head, tail, _ in _CUTS)})" for pair in pairs
    )
    (found,) = con.execute(f"select {tests} from {source}").fetchall()
    for (left, right), goes_on in zip(pairs, found, strict=True):
        if goes_on:
            cut = " ".join(
                f"when {_goes_on(left, right, head, tail)} then regexp_extract({left.text}, {literal(tail)}) "
                f"|| '{between}' || trim(regexp_extract({right.text}, {literal(head)}), ' @')"
                for head, tail, between in _CUTS
            )
            yield Joined((left, right), f"case {cut} end", False)


def _goes_on(left: Column, right: Column, head: str, tail: str) -> str:
    """SQL that is true where the right cell begins so and the left ends so; the first is the quicker test."""
    return f"(regexp_matches({right.text}, {literal(head)}) and regexp_matches({left.text}, {literal(tail)}))"


def _fragments(con: duckdb.DuckDBPyConnection, source: str, columns: list[Column]) -> Iterator[Joined]:
    """The windows of columns that are fragments, the widest first; a column is in one only."""
    short = _short(con, source, columns)
    taken: set[str] = set()
    for size in (8, *range(MOST_COLUMNS, 1, -1)):
        for at in range(len(columns) - size + 1):
            window = tuple(columns[at : at + size])
            names = {column.name for column in window}
            if not names <= set(short) or names & taken:
                continue
            joined = "".join(_padded(column, short[column.name]) + " || " for column in window)[:-4]
            mail = " || '@' || ".join(f"trim({column.text}, '@ ')" for column in window)
            if _whole(con, source, window, joined):
                yield Joined(window, joined, True)
            elif size == 2 and _is_mail(con, source, window):
                yield Joined(window, mail, True)
            else:
                continue
            taken |= names


def _short(con: duckdb.DuckDBPyConnection, source: str, columns: list[Column]) -> dict[str, int]:
    """The columns of which no cell is long enough to be an identifier, or all may be sides of an @: their widths."""
    if len(columns) < 2:
        return {}
    asked = ", ".join(
        f"max(length({column.text})), count(*) filter (where length({column.text}) <= 10), count({column.text}), "
        f"count(*) filter (where regexp_full_match({column.text}, {literal(_LOCAL + '|' + _DOMAIN)}))"
        for column in columns
    )
    (found,) = con.execute(f"select {asked} from (from {source} limit {SAMPLE})").fetchall()
    return {
        column.name: found[4 * at]
        for at, column in enumerate(columns)
        if found[4 * at + 2] and max(found[4 * at + 1], found[4 * at + 3]) >= SHARE * found[4 * at + 2]
    }


def _padded(column: Column, width: int) -> str:
    """A number has lost its zeros in front."""
    return f"lpad({column.text}, {width}, '0')" if column.number else f"trim({column.text})"


def _whole(con: duckdb.DuckDBPyConnection, source: str, window: tuple[Column, ...], joined: str) -> bool:
    """Whether nearly all of what the columns hold together has the shape of one identifier."""
    last, first = window[-1], window[0]
    widths = " and ".join(
        f"count(distinct length({_padded(each, 0) if not each.number else each.text})) = 1" for each in window
    )
    zero = (
        f"{last.text} like '0%'"
        if not last.number
        else f"length({last.text}) < (select max(length({last.text})) from cells)"
    )
    ((rows, phones, checked, fixed, zeros, begins),) = con.execute(
        f"with cells as (from {source} limit {SAMPLE}) select count({joined}), "
        f"count(*) filter (where regexp_full_match({joined}, {literal(_PHONE)})), "
        f"count(*) filter (where regexp_full_match({joined}, {literal(_CHECKED)})), "
        f"{widths}, count(*) filter (where {zero}), count(distinct {first.text}) from cells"
    ).fetchall()
    if not rows:
        return False
    if checked >= SHARE * rows:
        return True
    if phones < SHARE * rows:
        return False
    if any(named(PHONE, column) for column in window):
        return True
    return bool(rows >= ENOUGH and begins > 1 and zeros >= ZEROS * rows and (fixed or last.number))


def _is_mail(con: duckdb.DuckDBPyConnection, source: str, window: tuple[Column, ...]) -> bool:
    """Whether two columns are the two sides of an @, and not codes and files, or names and the sites of each.

    The sides before it differ from row to row, unless a name or title says mail; those after it are no files.
    """
    left, right = (column.text for column in window)
    ((rows, mails, locals_, domains),) = con.execute(
        f"select count(*) filter (where {left} is not null and {right} is not null), count(*) filter (where "
        f"regexp_full_match({left}, {literal(_LOCAL)}) and regexp_full_match({right}, {literal(_DOMAIN)}) "
        f"and {right} not like 'www.%' and not regexp_full_match({right}, {literal(_FILES)})), "
        f"count(distinct {left}) filter (where {right} is not null), count(distinct {right}) "
        f"from (from {source} limit {SAMPLE})"
    ).fetchall()
    said = any(re.search(_MAIL_NAMED, name) for column in window for name in (column.name, *column.titles))
    different = said or (domains <= locals_ and locals_ >= DIFFERENT * rows)
    return bool(rows and mails >= SHARE * rows and different)


def select(source: str, row: str, joined: list[Joined]) -> str:
    """SQL of a relation with the rows' numbers and what the columns hold together."""
    texts = ", ".join(f"{each.text} as {identifier(each.name)}" for each in joined)
    return f'(select {row} as "praya row", {texts} from {source})'
