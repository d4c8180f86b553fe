"""Records of a CSV file, counted apart from their parsing: whole blocks at a time, or one by one where quotes stray."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import StageError, codes

BLOCK = 1 << 20  # bytes that are looked at together: as many as stay in a processor's cache
BOM = b"\xef\xbb\xbf"
LF, CR, QUOTE = 10, 13, 34


class Survey(NamedTuple):
    """How many records there are below the header, how records end, and which have more cells than the header: the
    number of the record, from 1 for the header, empty lines included → its cells."""

    records: int
    line_ends: set[str]
    surplus: dict[int, int]


def survey(contract: Contract, path: Path, delimiter: str, width: int) -> Survey:
    """Count the records. An empty line is a record only where there is but one column. Raises StageError where a
    quote is never closed, naming its line."""
    counted = count(path, delimiter, width)
    return counted if counted is not None else walk(contract, path, delimiter, width)


def count(path: Path, delimiter: str, width: int) -> Survey | None:
    """The same by vectors, for files whose every quote opens or closes a value as RFC 4180 has it and whose
    lines end in LF or CRLF; None for all others, which need a closer look."""
    import numpy as np

    if not path.stat().st_size:
        return None
    file = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    start = len(BOM) if file[: len(BOM)].tobytes() == BOM else 0
    bytes_ = np.arange(256)
    before_value = np.isin(bytes_, [ord(delimiter), LF, QUOTE])
    after_value = np.isin(bytes_, [ord(delimiter), LF, CR, QUOTE])
    quotes_before, last_end, ends, blanks, crlf, cells_before = 0, start - 1, 0, 0, 0, 0
    surplus: dict[int, int] = {}
    for begin in range(start, len(file), BLOCK):
        block = file[begin : begin + BLOCK]
        # What ends a value, a record or a quoted text; the rest of the work is on these alone.
        marks = np.flatnonzero((block == LF) | (block == ord(delimiter)) | (block == QUOTE))
        kinds = block[marks]
        marks += begin
        is_quote = kinds == QUOTE
        quotes = marks[is_quote]
        opening, closing = quotes[quotes_before % 2 :: 2], quotes[1 - quotes_before % 2 :: 2]
        inner, left = opening[opening > start], closing[closing < len(file) - 1]
        returns = np.flatnonzero(block == CR) + begin
        if (
            not before_value[file[inner - 1]].all()
            or not after_value[file[left + 1]].all()
            or (returns.size and (returns[-1] == len(file) - 1 or (file[returns + 1] != LF).any()))
        ):
            return None
        if quotes.size or quotes_before % 2:
            inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)) ^ (quotes_before % 2)
            outside = (inside == 0) & ~is_quote
            marks, kinds = marks[outside], kinds[outside]
        until = np.flatnonzero(kinds == LF)
        ended = marks[until]
        cells = np.diff(until, prepend=-1 - cells_before) - 1
        cells_before = marks.size - 1 - int(until[-1]) if ended.size else cells_before + marks.size
        for place in np.flatnonzero(cells >= width):
            surplus[ends + int(place) + 1] = int(cells[place]) + 1
        if ended.size:
            with_return = (file[ended - 1] == CR) & (ended > start)
            lengths = np.diff(ended, prepend=last_end) - 1 - with_return
            ends, blanks, crlf = (
                ends + ended.size,
                blanks + int((lengths == 0).sum()),
                crlf + int(with_return.sum()),
            )
            last_end = int(ended[-1])
        quotes_before += quotes.size
    if quotes_before % 2:
        return None
    unended = int(last_end < len(file) - 1)
    total = ends + unended - (blanks if width > 1 else 0)
    line_ends = {"\r\n": crlf, "\n": ends - crlf}
    if cells_before >= width:
        surplus[ends + 1] = cells_before + 1
    return Survey(max(total - 1, 0), {kind for kind, number in line_ends.items() if number}, surplus)


def records(path: Path, delimiter: str) -> Iterator[tuple[int, str, bool]]:
    """Each record, the header and empty ones included: its first line, its text with line end, and whether
    a quote is still open at its end. A quote opens a value only where the value begins, as DuckDB has it."""
    apart = re.escape(delimiter)
    rest = rf'(?:[^"{apart}][^{apart}]*)?'
    value = rf' *(?:"[^"]*(?:""[^"]*)*"{rest}|[^" {apart}][^{apart}]*)?'
    whole = re.compile(rf"{value}(?:{apart}{value})*").fullmatch
    closes = re.compile(rf'[^"]*(?:""[^"]*)*"{rest}(?:{apart}{value})*').fullmatch
    first, lines, is_open = 1, list[str](), False
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for number, line in enumerate(file, 1):
            if '"' in line:
                is_open = not (closes if is_open else whole)(line.rstrip("\r\n"))
            lines.append(line)
            if not is_open:
                yield first, "".join(lines), False
                first, lines = number + 1, []
    if lines:
        yield first, "".join(lines), True


def count_cells(raw: str, delimiter: str) -> int:
    """How many cells a record has; a quote opens one only where the cell begins."""
    apart = re.escape(delimiter)
    quoted = rf'"[^"]*(?:""[^"]*)*"(?:[^"{apart}][^{apart}]*)?'
    cell = re.compile(rf' *+(?>{quoted}|[^" {apart}][^{apart}]*|)({apart}|\Z)').match
    cells, at = 1, 0
    while (match := cell(raw, at)) and match[1]:
        cells, at = cells + 1, match.end()
    return cells


def walk(contract: Contract, path: Path, delimiter: str, width: int) -> Survey:
    """The same record by record, for any file."""
    count, line_ends, surplus = 0, set(), dict[int, int]()
    for nth, (line, raw, is_open) in enumerate(records(path, delimiter), 1):
        text = raw.rstrip("\r\n")
        if is_open:
            raise StageError(
                codes.stage.QUOTE_NOT_CLOSED,
                f"{contract.dataset}: a quote that opens in the record at line {line:,} of the file is not closed "
                "before the file ends, so that all the rest would be one value; look for a stray quote there",
            )
        line_ends.add(raw[len(text) :])
        count += bool(text) or width == 1
        if text.count(delimiter) >= width and (cells := count_cells(text, delimiter)) > width:
            surplus[nth] = cells
    return Survey(max(count - 1, 0), line_ends - {""}, surplus)
