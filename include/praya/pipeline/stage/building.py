"""Building one staged table: the source opened by its format, its rows typed, counted and quarantined."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from praya.contract import Contract
from praya.contract.source_specs import gives_pages
from praya.contract.telling import in_words
from praya.errors import StageError, codes
from praya.pipeline.stage.encoded_text import encoding_of
from praya.pipeline.stage.first_faults import describe_first_faults
from praya.pipeline.stage.input_format import find_input_format
from praya.pipeline.stage.looks import describe_unlike
from praya.pipeline.stage.parts import columns_of, join
from praya.pipeline.stage.pseudonyms import keyed, set_key
from praya.pipeline.stage.reading import Connection, Reading, check_count
from praya.pipeline.stage.typed_table import write_quarantine, write_table
from praya.provenance.pseudonym_key import read_pseudonym_key
from praya.store import Store, layout
from praya.store.states import Collected, StageCounts
from praya.text.outside import describe_error, quote

SHOWN = 200  # characters of what the file has outside its records


def build(contract: Contract, store: Store, collected: Collected, folder: Path, work: Path) -> StageCounts:
    """Write `table.parquet` and `quarantine.parquet` to `folder`; returns what was counted.

    Raises StageError where the source cannot be read as its contract has it.
    """
    import duckdb

    from praya.store.duck import connect

    with connect(work) as con:
        try:
            reading = _open_described(con, contract, store, collected, work)
            if keyed(contract):
                set_key(con, read_pseudonym_key(store.project.pseudonym_key))
            written = write_table(con, contract, reading, folder / "table.parquet")
            rows_out, rows_quarantined, by_rule, hidden = write_quarantine(
                con, contract, reading, written, folder
            )
        except duckdb.Error as error:
            kind = find_input_format(contract).label.en
            raise StageError(
                codes.stage.NOT_READABLE_AS_FORMAT,
                f"{contract.dataset}: the file cannot be read as the {kind} of its contract: "
                f"{describe_error(error)}",
            ) from error
    check_count(contract, reading.rows_in, rows_out, rows_quarantined, find_input_format(contract).advice)
    return StageCounts(
        rows_in=reading.rows_in,
        rows_out=rows_out,
        rows_quarantined=rows_quarantined,
        quarantined_by_rule=by_rule,
        lines_hidden=hidden,
        outside_records=_outside_records(contract, reading),
        snapshots={name: part.sha256 for name, part in collected.parts.items()},
    )


def _outside_records(contract: Contract, reading: Reading) -> dict[str, str]:
    """What the file has outside its records, shortened; of records of persons the places alone."""
    length = 0 if contract.disclosure.class_ == "personal records" else SHOWN
    return {place: text[:length] for place, text in reading.outside_records.items()}


def _open_described(
    con: Connection, contract: Contract, store: Store, collected: Collected, work: Path
) -> Reading:
    """Open the source; a file that cannot be opened because it plainly is something else is named for that."""
    try:
        return _open(con, contract, store, collected, work)
    except StageError as error:
        for name, part in collected.parts.items():
            path = store.local(layout.raw(part.sha256))
            if kind := describe_unlike(path, contract, encoding_of(contract)):
                expected = find_input_format(contract).label.en
                start = b"" if contract.disclosure.class_ == "personal records" else path.open("rb").read(60)
                which = "the file" if name == "data" else f"the part {name}"
                raise StageError(
                    codes.stage.FORMAT_DIFFERS,
                    f"{contract.subject}: {which} is {kind}, and not the {expected} of its contract; it "
                    f"begins with '{quote(start)}'. Look at the address, or ask the department",
                ) from error
        raise


def _open(con: Connection, contract: Contract, store: Store, collected: Collected, work: Path) -> Reading:
    paths = {name: store.local(layout.raw(part.sha256)) for name, part in collected.parts.items()}
    spec = find_input_format(contract)
    if spec.read_pages and gives_pages(contract.source):
        return spec.read_pages(con, contract, list(paths.values()), columns_of(contract, None), work)
    if not contract.source.parts:
        return spec.read(con, contract, paths["data"], columns_of(contract, None), work)
    readings = {
        part: spec.read(con, contract, path, columns_of(contract, part), work) for part, path in paths.items()
    }
    return join(con, contract, readings, spec.advice)


def reason_to_stop(contract: Contract, counts: StageCounts, store: Store, quarantine: str) -> str | None:
    """Why the rows that came are too few, or too few of them fit, for the contract's limits; None where they do."""
    limits, words = contract.quality, partial(in_words, contract.disclosure)
    hidden = counts.lines_hidden
    if counts.rows_quarantined + hidden > limits.max_quarantined_rows:
        by_rule = counts.quarantined_by_rule
        rules = ", ".join(f"{rule} {words(number)}" for rule, number in sorted(by_rule.items()))
        elsewhere = (
            f"{words(by_rule['partition'])} are of another month by their {contract.partition_field}: ask the source "
            "if it delivered the right one; "
            if "partition" in by_rule
            else ""
        )
        swallowed = (
            f"; a quote that was not closed in its own record took in {words(hidden)} further lines"
            if hidden
            else ""
        )
        return (
            f"{contract.subject}: {words(counts.rows_quarantined)} of {words(counts.rows_in)} rows do not fit the "
            f"contract ({rules}{swallowed}), more than the {limits.max_quarantined_rows:,} it allows; "
            f"{describe_first_faults(contract, store.local(quarantine))}{elsewhere}the rows with "
            f"line and reason are in {store.describe(quarantine)}: correct the source, or the contract if it is wrong"
        )
    if counts.rows_out < limits.min_rows:
        return (
            f"{contract.subject}: {words(counts.rows_out)} rows came, fewer than the {limits.min_rows:,} that the "
            "contract asks for; ask the department"
        )
    return None
