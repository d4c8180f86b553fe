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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from praya.disclosure.recognise.cell_scan import Column, named
from praya.disclosure.recognise.cuts import LOCAL, NUMBER_HEAD, Cut
from praya.disclosure.recognise.recogniser import Recogniser, matches
from praya.store.duck import identifier, literal

# So many of the first rows show what a column holds.
SAMPLE = 10_000
MOST_COLUMNS = 4
# So many rows, and such a share of them, make columns fragments of something.
ENOUGH, SHARE = 10, 0.9
# Of numbers without a check digit: the share that begins with zero, of those at random a tenth.
ZEROS = 0.02

# What each column of such a window holds, and how long what they hold together is.
_FRAGMENT = r"[A-Za-z]{0,2}[0-9]*[(\[]?[0-9AaXx]?[)\]]?"
SHORTEST, LONGEST = 7, 19
# The first rows of the columns that may be fragments.
_FIRST = "praya_first"
_DOMAIN = r"@?(?:[a-z0-9-]+\.)+[a-z]{2,}"
# What ends as a domain does and is one of a file.
_FILES = (
    r".*\.(?:txt|csv|tsv|json|geojson|xml|html?|pdf|docx?|xlsx?|ods|odt|pptx?|zip|gz|parquet|png|jpe?g|gif|svg"
    r"|md|ya?ml|py|sql|log|ics|kml|gml|shp|dat)"
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


def join(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[Column],
    kinds: Sequence[Recogniser],
    own: Collection[str] = (),
) -> list[Joined]:
    """What adjacent columns may hold together; nothing with one of our `own`, whose codes come from no source."""
    pairs = [
        pair
        for pair in itertools.pairwise(columns)
        if not any(each.number or each.name in own for each in pair)
    ]
    cuts = _merged([cut for kind in kinds for cut in kind.cuts])
    return [*_flowing(con, source, pairs, cuts), *_fragments(con, source, columns, kinds, own)]


def _merged(cuts: Sequence[Cut]) -> list[Cut]:
    """The cuts with nothing between as one, for a scan of all columns tests each; the heads of numbers first."""
    plain = [cut for cut in cuts if not cut.between]
    heads = dict.fromkeys([NUMBER_HEAD, *(cut.head for cut in plain)])
    cut = Cut("|".join(dict.fromkeys(cut.tail for cut in plain)), "|".join(heads))
    return [*([cut] if plain else []), *(cut for cut in cuts if cut.between)]


def _flowing(
    con: duckdb.DuckDBPyConnection, source: str, pairs: list[tuple[Column, Column]], cuts: Sequence[Cut]
) -> Iterator[Joined]:
    """The pairs of which some cell goes on in the next."""
    if not pairs or not cuts:
        return
    tests = ", ".join(f"bool_or({' or '.join(_goes_on(*pair, cut) for cut in cuts)})" for pair in pairs)
    (results,) = con.execute(f"select {tests} from {source}").fetchall()
    for (left, right), goes_on in zip(pairs, results, strict=True):
        if goes_on:
            joined = " ".join(
                f"when {_goes_on(left, right, cut)} then regexp_extract({left.text}, {literal(cut.tail)}) "
                f"|| {literal(cut.between)} || trim(regexp_extract({right.text}, {literal(cut.head)}), ' @')"
                for cut in cuts
            )
            yield Joined((left, right), f"case {joined} end", False)


def _goes_on(left: Column, right: Column, cut: Cut) -> str:
    """SQL that is true where the right cell begins so and the left ends so; the first is the quicker test."""
    return f"({matches(right.text, cut.head)} and {matches(left.text, cut.tail)})"


def _fragments(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[Column],
    kinds: Sequence[Recogniser],
    own: Collection[str],
) -> Iterator[Joined]:
    """The windows of columns that are fragments, the widest first; a column is in one only."""
    parts = {part.column.name: part for part in _parts(con, source, columns) if part.column.name not in own}
    windows = [window for window in _windows(columns, parts) if _may_be_whole(window) or _may_be_mail(window)]
    if not windows:
        return
    # A statement on a file costs as much as the file has columns; one on the first rows of a few does not.
    asked = {part.column.name for window in windows for part in window}
    chosen = ", ".join(identifier(name) for name in parts if name in asked)
    con.execute(f"create or replace temp table {_FIRST} as select {chosen} from {source} limit {SAMPLE}")
    taken: set[str] = set()
    try:
        for window in windows:
            if taken & {part.column.name for part in window}:
                continue
            joined = " || ".join(part.padded for part in window)
            if _may_be_whole(window) and _is_whole(con, window, joined, kinds):
                text = joined
            elif _may_be_mail(window) and _is_mail(con, window):
                text = " || '@' || ".join(f"trim({part.column.text}, '@ ')" for part in window)
            else:
                continue
            yield Joined(tuple(part.column for part in window), text, True)
            taken |= {part.column.name for part in window}
    finally:
        con.execute(f"drop table if exists {_FIRST}")


@dataclass(frozen=True)
class _Part:
    """A column that may be a fragment, by its first rows: its shortest and longest cell, and what some cell can be."""

    column: Column
    least: int
    most: int
    fragment: bool
    local: bool
    domain: bool

    @property
    def padded(self) -> str:
        """SQL of a cell; a number has lost its zeros in front."""
        text = self.column.text
        return f"lpad({text}, {self.most}, '0')" if self.column.number else f"trim({text})"


def _windows(columns: list[Column], parts: Mapping[str, _Part]) -> Iterator[tuple[_Part, ...]]:
    for size in (8, *range(MOST_COLUMNS, 1, -1)):
        for at in range(len(columns) - size + 1):
            window = tuple(parts[each.name] for each in columns[at : at + size] if each.name in parts)
            if len(window) == size:
                yield window


def _may_be_whole(window: tuple[_Part, ...]) -> bool:
    """Whether some cells together can have the length of an identifier, and hold nothing else."""
    least = sum(part.most if part.column.number else part.least for part in window)
    return (
        all(part.fragment for part in window)
        and least <= LONGEST
        and sum(part.most for part in window) >= SHORTEST
    )


def _may_be_mail(window: tuple[_Part, ...]) -> bool:
    return len(window) == 2 and window[0].local and window[1].domain


def _parts(con: duckdb.DuckDBPyConnection, source: str, columns: list[Column]) -> Iterator[_Part]:
    """The columns of which no cell is long enough to be an identifier, or all may be sides of an @."""
    if len(columns) < 2:
        return
    asked = ", ".join(
        f"count({text}), count(*) filter (where length({text}) <= 10), "
        f"count(*) filter (where regexp_full_match({text}, {literal(LOCAL + '|' + _DOMAIN)})), "
        f"min(length(trim({text}))), max(length({text})), "
        f"bool_or(regexp_full_match(trim({text}), {literal(_FRAGMENT)})), "
        f"bool_or(regexp_full_match({text}, {literal(LOCAL)})), "
        f"bool_or(regexp_full_match({text}, {literal(_DOMAIN)}))"
        for text in (column.text for column in columns)
    )
    (figures,) = con.execute(f"select {asked} from (from {source} limit {SAMPLE})").fetchall()
    for at, column in enumerate(columns):
        cells, short, sides, *shape = figures[8 * at : 8 * at + 8]
        if cells and max(short, sides) >= SHARE * cells:
            yield _Part(column, *shape)


def _is_whole(
    con: duckdb.DuckDBPyConnection, window: tuple[_Part, ...], joined: str, kinds: Sequence[Recogniser]
) -> bool:
    """Whether nearly all of what the columns hold together has the shape of one identifier."""
    checked = "|".join(kind.whole for kind in kinds if kind.whole and kind.chance)
    others = [kind for kind in kinds if kind.whole and not kind.chance]
    shapes = [checked, *(kind.whole or "" for kind in others)]
    counted = ", ".join(
        f"count(*) filter (where regexp_full_match({joined}, {literal(shape)}))" for shape in shapes
    )
    ((rows, right, *shaped),) = con.execute(f"select count({joined}), {counted} from {_FIRST}").fetchall()
    if not rows:
        return False
    if right >= SHARE * rows:
        return True
    likely = [kind for kind, number in zip(others, shaped, strict=True) if number >= SHARE * rows]
    if any(named(kind, part.column) for kind in likely for part in window):
        return True
    return bool(likely) and rows >= ENOUGH and _are_drawn(con, window, rows)


def _are_drawn(con: duckdb.DuckDBPyConnection, window: tuple[_Part, ...], rows: int) -> bool:
    """Whether columns have one width in all rows, as numbers that count something do not, and some begin with zero."""
    first, last = window[0].column, window[-1].column
    widths = " and ".join(
        f"count(distinct length({part.column.text if part.column.number else part.padded})) = 1"
        for part in window
    )
    zero = (
        f"{last.text} like '0%'"
        if not last.number
        else f"length({last.text}) < (select max(length({last.text})) from {_FIRST})"
    )
    ((fixed, zeros, begins),) = con.execute(
        f"select {widths}, count(*) filter (where {zero}), count(distinct {first.text}) from {_FIRST}"
    ).fetchall()
    return bool(begins > 1 and zeros >= ZEROS * rows and (fixed or last.number))


def _is_mail(con: duckdb.DuckDBPyConnection, window: tuple[_Part, ...]) -> bool:
    """Whether two columns are the two sides of an @, and not codes and files, or names and the sites of each.

    The sides before it differ from row to row, unless a name or title says mail; those after it are no files.
    """
    left, right = (part.column.text for part in window)
    ((rows, mails, locals_, domains),) = con.execute(
        f"select count(*) filter (where {left} is not null and {right} is not null), count(*) filter (where "
        f"regexp_full_match({left}, {literal(LOCAL)}) and regexp_full_match({right}, {literal(_DOMAIN)}) "
        f"and {right} not like 'www.%' and not regexp_full_match({right}, {literal(_FILES)})), "
        f"count(distinct {left}) filter (where {right} is not null), count(distinct {right}) from {_FIRST}"
    ).fetchall()
    said = any(
        re.search(_MAIL_NAMED, name) for part in window for name in (part.column.name, *part.column.titles)
    )
    different = said or (domains <= locals_ and locals_ >= DIFFERENT * rows)
    return bool(rows and mails >= SHARE * rows and different)


def select(source: str, row: str, joined: list[Joined]) -> str:
    """SQL of a relation with the rows' numbers and what the columns hold together."""
    texts = ", ".join(f"{each.text} as {identifier(each.name)}" for each in joined)
    return f'(select {row} as "praya row", {texts} from {source})'
