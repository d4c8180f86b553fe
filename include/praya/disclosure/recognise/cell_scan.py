"""One scan over all columns: which cells may hold something, and then what is found in them, all in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from praya.disclosure.recognise.fold import ACCENTED, UNSEEN
from praya.disclosure.recognise.recogniser import (
    ACCENTED_DIGITS,
    DIGITS,
    STRANGE,
    Recogniser,
    first_of,
    matches,
    normal,
    seen,
    unaccented,
)
from praya.store.duck import identifier, literal

# All cells that the cheap tests let through; those of them that are looked at (a view); what was found in them; the
# different cells of columns that repeat themselves, before they are tested.
CELLS, SUSPECTS, HITS, GROUPED = "praya_cells", "praya_suspects", "praya_hits", "praya_grouped"

# As many rows as show whether a column repeats itself.
FIRST_ROWS = 100_000
# So many suspects are tested once more, to find out which kinds are worth a closer look.
FEW = 1_000
# So many columns are read by one statement.
WIDE = 100

_NUMBERS = re.compile(r"^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL.*)$")
# Types that hold nothing that is looked for.
_EMPTY = re.compile(r"^(?:BOOLEAN|DATE|TIME|TIMESTAMP|INTERVAL).*$")


@dataclass(frozen=True)
class Column:
    """A column that is searched, and whether its cells are numbers."""

    name: str
    number: bool
    # What a reader sees in its place, in any language: it may say what the column holds, as its name may.
    titles: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """SQL of its cells as text; a whole number shows no decimals, also where it is stored with some."""
        cell = identifier(self.name)
        if not self.number:
            return f"{cell}::varchar"
        whole = f"{cell} = trunc({cell}) and {cell} between -9e18 and 9e18"
        return f"case when {whole} then {cell}::bigint::varchar else {cell}::varchar end"


def columns_of(
    con: duckdb.DuckDBPyConnection,
    source: str,
    names: list[str],
    titles: Mapping[str, Sequence[str]],
    kinds: Sequence[Recogniser],
) -> list[Column]:
    """The columns of these names whose type can hold something; a date may be one of birth."""
    chosen = ", ".join(identifier(name) for name in names)
    described = con.execute(f"describe select {chosen} from {source}").fetchall()
    columns = [
        (Column(name, bool(_NUMBERS.match(kind)), tuple(titles.get(name, ()))), kind)
        for name, kind, *_ in described
    ]
    of_dates = [kind for kind in kinds if kind.dates]
    return [
        column
        for column, kind in columns
        if not _EMPTY.match(kind) or any(named(recogniser, column) for recogniser in of_dates)
    ]


def gather(
    con: duckdb.DuckDBPyConnection,
    source: str,
    row: str,
    columns: list[Column],
    kinds: list[Recogniser],
    innocent: Mapping[str, str],
) -> None:
    """Fill CELLS: every different cell that a cheap test lets through, its first row and how many have it.

    `innocent` is SQL, for some columns of numbers, that is true where a number is known to be nothing.
    """
    con.execute(
        f"create or replace temp table {CELLS} "
        '("column" varchar, value varchar, text varchar, first bigint, "rows" bigint, digits boolean)'
    )
    often = _repetitive(con, source, columns)
    # Grouping is quicker than testing the same text again and again; one test does for all that share it.
    alike: dict[tuple[str, ...], list[Column]] = {}
    for column in often:
        alike.setdefault(tuple(_near_named(column, kinds)), []).append(column)
    for columns_alike in alike.values():
        # A statement that reads a file once a column costs the square of them.
        if len(often) > WIDE:
            for batch in batched(columns_alike, WIDE):
                _insert_tested(con, batch, kinds, _unpivoted(source, row, batch))
        else:
            _insert_tested(con, columns_alike, kinds, _grouped(source, row, columns_alike))
    known = {column.name for column in often}
    for rest in batched([column for column in columns if column.name not in known], WIDE):
        _gather_tested(con, source, row, rest, kinds, innocent)


def _insert_tested(
    con: duckdb.DuckDBPyConnection, columns: Sequence[Column], kinds: list[Recogniser], cells: str
) -> None:
    """Add the cells that pass the tests of these columns, which are the same for all of them.

    They are a table first: DuckDB moves a test into every branch of a union, and compiles its long patterns in each.
    To compile them takes longer than to test a small table, so what no cell needs is left out.
    """
    con.execute(f"create or replace temp table {GROUPED} as {cells}")
    try:
        con.execute(f"delete from {GROUPED} where not coalesce({_first('value', columns[0], kinds)}, false)")
        flags = f"bool_or({matches('value', ACCENTED)}), bool_or({matches('value', UNSEEN)})"
        ((passed, accents, unseen),) = con.execute(f"select count(*), {flags} from {GROUPED}").fetchall()
        if passed:
            test = _near_seen("value", columns[0], kinds, accents, unseen)
            _insert(con, columns, kinds, f"select * from {GROUPED} where {test}")
    finally:
        con.execute(f"drop table if exists {GROUPED}")


def _gather_tested(
    con: duckdb.DuckDBPyConnection,
    source: str,
    row: str,
    rest: Sequence[Column],
    kinds: list[Recogniser],
    innocent: Mapping[str, str],
) -> None:
    """Add the cells of these columns that their tests let through."""
    tests = [_test(column, kinds, innocent.get(column.name)) for column in rest]
    if all(column.number for column in rest):
        (counts,) = con.execute(
            f"select count(*) from (from {source} where {' or '.join(tests)} limit 1)"
        ).fetchall()
        if counts == (0,):
            return
    chosen = ", ".join(
        f"case when {test} then {column.text} end as {identifier(column.name)}"
        for column, test in zip(rest, tests, strict=True)
    )
    names = ", ".join(identifier(column.name) for column in rest)
    _insert(
        con,
        rest,
        kinds,
        'select "column", value, min("praya row") as first, count(*) as "rows" '
        f'from (unpivot (select "praya row", {chosen} from (select {row} as "praya row", {names} from {source}) '
        f'where {" or ".join(tests)}) on {names} into name "column" value value) group by "column", value',
    )


def _grouped(source: str, row: str, columns: Sequence[Column]) -> str:
    """The different cells of several columns, each of which is read by itself."""
    return " union all ".join(
        f'select {literal(column.name)} as "column", {column.text} as value, min("praya row") as first, '
        f'count(*) as "rows" from (select {row} as "praya row", {identifier(column.name)} from {source}) group by 2'
        for column in columns
    )


def _unpivoted(source: str, row: str, columns: Sequence[Column]) -> str:
    """The different cells of several columns, which are read together."""
    cells = ", ".join(f"{column.text} as {identifier(column.name)}" for column in columns)
    names = ", ".join(identifier(column.name) for column in columns)
    return (
        'select "column", value, min("praya row") as first, count(*) as "rows" '
        f'from (unpivot (select {row} as "praya row", {cells} from {source}) on {names} '
        'into name "column" value value) group by "column", value'
    )


def batched(columns: Sequence[Column], size: int) -> Iterator[Sequence[Column]]:
    """The columns, so many at a time."""
    for at in range(0, len(columns), size):
        yield columns[at : at + size]


def _insert(
    con: duckdb.DuckDBPyConnection, columns: Sequence[Column], kinds: list[Recogniser], cells: str
) -> None:
    """What was let through for an odd character has to have something once it is plain, unless its column says so."""
    names = [literal(column.name) for column in columns if _near_named(column, kinds)]
    so_named = f'"column" in ({", ".join(names)})' if names else "false"
    con.execute(
        f"insert into {CELLS} select *, regexp_full_match(text, '[0-9]+') from (select \"column\", value, "
        f'{normal("value")} as text, first, "rows" from ({cells})) '
        f"where text = value or {so_named} or {_near_any('text', kinds)}"
    )


def _repetitive(con: duckdb.DuckDBPyConnection, source: str, columns: list[Column]) -> list[Column]:
    """The columns of text that say the same again and again, as their first rows show, or that are short."""
    texts = [column for column in columns if not column.number]
    if not texts:
        return []
    counts = ", ".join(f"approx_count_distinct({column.text}), count({column.text})" for column in texts)
    (counted,) = con.execute(f"select {counts} from (from {source} limit {FIRST_ROWS})").fetchall()
    pairs = zip(counted[::2], counted[1::2], strict=True)
    return [
        column
        for column, (different, cells) in zip(texts, pairs, strict=True)
        if 2 * different <= cells or cells < FIRST_ROWS
    ]


def _test(column: Column, kinds: list[Recogniser], innocent: str | None) -> str:
    """SQL that is true for every cell with a hit, and quickly false for nearly all others."""
    if not column.number:
        return _near(column.text, column, kinds)
    cell = identifier(column.name)
    tests = [f"({kind.number(cell)})" for kind in kinds if kind.number]
    named_tests = [matches(column.text, each) for each in _near_named(column, kinds)]
    # Nothing in a column whose name says what it holds is innocent.
    return " or ".join([f"(({' or '.join(tests)}) and not ({innocent or 'false'}))", *named_tests])


def _near(text: str, column: Column, kinds: list[Recogniser]) -> str:
    """SQL that is true of a text as it is written that may have a hit.

    Letters with accents are tested without, and texts with characters that are not seen once more without those.
    """
    return f"({_first(text, column, kinds)} and {_near_seen(text, column, kinds)})"


def _first(text: str, column: Column, kinds: list[Recogniser]) -> str:
    """SQL that is true of every text that may have a hit, and of some others."""
    others = [STRANGE, *_near_named(column, kinds)]
    return matches(text, f"{_words(kinds, *others)}|{DIGITS}|{ACCENTED}|{UNSEEN}")


def _near_seen(
    text: str, column: Column, kinds: list[Recogniser], accents: bool = True, unseen: bool = True
) -> str:
    """SQL that is true of a text, which has passed the first test, that may have a hit.

    `accents` and `unseen` say whether any text has letters with accents, and characters that are not seen.
    """
    others = [STRANGE, *_near_named(column, kinds)]
    tests = [_near_both(text, kinds, *others)]
    if accents:
        with_accents = f"{matches(text, ACCENTED)} and {matches(text, _with_accents(kinds))}"
        tests.append(f"{with_accents} and {_near_any(unaccented(text), kinds, *others)}")
    if unseen:
        shown = f"case when {matches(text, ACCENTED)} then {unaccented(seen(text))} else {seen(text)} end"
        tests.append(f"{matches(text, UNSEEN)} and {_near_any(shown, kinds, *others)}")
    return f"({' or '.join(tests)})"


def _with_accents(kinds: list[Recogniser]) -> str:
    """RE2 of a text with accents in which something may be that is not seen before they are taken off."""
    return "|".join([ACCENTED_DIGITS, *(kind.accented for kind in kinds if kind.accented)])


def _near_any(text: str, kinds: list[Recogniser], *others: str) -> str:
    """Two tests, for one of everything is too much for RE2: words and cues, then, where there are digits, numbers."""
    first = matches(text, f"{_words(kinds, *others)}|{DIGITS}")
    return f"({first} and {_near_both(text, kinds, *others)})"


def _near_both(text: str, kinds: list[Recogniser], *others: str) -> str:
    numbers = "|".join(kind.near for kind in kinds if kind.digits)
    return f"({matches(text, _words(kinds, *others))} or {matches(text, numbers)})"


def _words(kinds: list[Recogniser], *others: str) -> str:
    return "|".join([*others, *(kind.near for kind in kinds if not kind.digits)])


def _near_named(column: Column, kinds: list[Recogniser]) -> list[str]:
    return [kind.near_named for kind in kinds if kind.near_named and named(kind, column)]


def named(kind: Recogniser, column: Column) -> bool:
    """Whether the column's name, or a title of it, says that this kind is in it."""
    said = kind.named
    return said is not None and any(re.search(said, each) for each in (column.name, *column.titles))


def look(con: duckdb.DuckDBPyConnection, columns: list[Column], kinds: list[Recogniser]) -> None:
    """Fill HITS from SUSPECTS: column, cell, its first row, rows, kind, what is shown, and whether it is alone."""
    con.execute(
        f"create or replace temp table {HITS} as "
        + " union all ".join(_hits(kind, columns) for kind in _possible(con, columns, kinds))
    )


def _possible(
    con: duckdb.DuckDBPyConnection, columns: list[Column], kinds: list[Recogniser]
) -> list[Recogniser]:
    """The kinds that need to be looked for, one at least: to plan that of all takes longer than to test FEW cells."""
    if len(con.execute(f"select 1 from {SUSPECTS} limit {FEW + 1}").fetchall()) > FEW:
        return kinds
    tests = ", ".join(f"bool_or({_suspect(kind, columns)})" for kind in kinds)
    (near,) = con.execute(f"select {tests} from {SUSPECTS}").fetchall()
    return [kind for kind, possible in zip(kinds, near, strict=True) if possible] or kinds[:1]


def _suspect(kind: Recogniser, columns: list[Column]) -> str:
    """SQL that is true for every cell in which the kind may be."""
    near = matches("text", kind.near)
    if (here := _so_named(kind, columns)) and kind.near_named:
        near = f"({near} or {here} and {matches('text', kind.near_named)})"
    return f"not digits and {near}" if kind.number is None else near


def _so_named(kind: Recogniser, columns: list[Column]) -> str | None:
    """SQL that is true in the columns whose name says that the kind is in them."""
    names = [literal(column.name) for column in columns if named(kind, column)]
    return f'"column" in ({", ".join(names)})' if names and kind.near_named and kind.find_named else None


def _hits(kind: Recogniser, columns: list[Column]) -> str:
    near, hits = _suspect(kind, columns), kind.find("text")
    if (here := _so_named(kind, columns)) and kind.find_named:
        hits = f"case when {here} then {first_of(kind.find_named('text'), hits)} else {hits} end"
    alone = f"regexp_full_match(trim(text), {literal(kind.alone)})" if kind.alone else "false"
    return (
        f'select "column", text, first, "rows", {literal(kind.name)} as kind, {kind.mask("found[1]")} as shown, '
        f"{alone} as alone from (select *, {hits} as found from {SUSPECTS} where {near}) where len(found) > 0"
    )
