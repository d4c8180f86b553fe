"""stage: snapshot → table + quarantine. Typed rows as Parquet; what does not fit is kept, with the reason.

Rows in = rows out + rows quarantined, always: the records are counted apart from their parsing.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from praya.contract import Contract
from praya.contract.telling import in_words
from praya.errors import StageError, codes
from praya.pipeline.stage import csv_input, json_input, parquet_input
from praya.pipeline.stage.first_faults import first_faults
from praya.pipeline.stage.looks import describe_unlike
from praya.pipeline.stage.parts import columns_of, join
from praya.pipeline.stage.reading import Connection, Reading, check_count
from praya.pipeline.stage.typed_table import write_quarantine, write_table
from praya.store import Store, content_key, layout
from praya.store.states import Collected, StageCounts, Staged
from praya.text.outside import describe_error, quote

STAGE_VERSION = 4
SHOWN = 200  # characters of what stands beside the records
READERS = {"csv": csv_input.read, "json": json_input.read, "parquet": parquet_input.read}


def stage(contract: Contract, store: Store) -> Staged:
    """Type the collected snapshot; returns the `staged` state.

    Raises StageError when columns changed, too few rows came, or more rows are bad than the contract allows;
    the quarantine is kept in every case, and the state then says `stopped`.
    """
    collected = store.state(Collected, contract.subject)
    if collected is None:
        raise StageError(
            codes.stage.NOTHING_COLLECTED,
            f"{contract.subject}: nothing has been collected yet; run collect first",
        )
    key = stage_key(contract, collected)
    tree = layout.staged(contract.subject, key)
    if not store.exists(tree):
        with store.scratch() as work:
            tree_folder = work / "tree"
            tree_folder.mkdir()
            counts = _build(contract, store, collected, tree_folder, work)
            (tree_folder / layout.COUNTS).write_bytes(counts.to_bytes())
            store.adopt_tree(tree_folder, tree)
    counts = store.read_record(StageCounts, f"{tree}/{layout.COUNTS}")
    state = Staged(
        key=key,
        table=f"{tree}/{layout.TABLE}",
        quarantine=f"{tree}/{layout.QUARANTINE}",
        received_at=collected.received_at,
        synthetic=collected.synthetic,
        stopped=_reason_to_stop(contract, counts, store.path(tree)),
        **counts.fields(),
    )
    store.set_state(contract.subject, state)
    if state.stopped:
        raise StageError(codes.stage.ROWS_OUTSIDE_LIMITS, state.stopped)
    return state


def stage_key(contract: Contract, collected: Collected) -> str:
    """The content key of what `stage` makes from this snapshot under this contract."""
    described = contract.as_dict()
    for field in described["schema"]["fields"]:
        field.pop("codes", None)  # labels change no value; the codes themselves are in the constraints
    basis = {name: described.get(name) for name in ("source", "schema", "quality", "partition_field")}
    if contract.partition_field:
        basis["month"] = contract.month
    if contract.disclosure.record_key:
        basis["record_key"] = contract.disclosure.record_key
    return content_key({"version": STAGE_VERSION, "snapshot": collected.key, **basis})


def _build(contract: Contract, store: Store, collected: Collected, folder: Path, work: Path) -> StageCounts:
    import duckdb

    from praya.store.duck import connect

    with connect(work) as con:
        try:
            reading = _open_described(con, contract, store, collected, work)
            written = write_table(con, contract, reading, folder / "table.parquet")
            rows_out, rows_quarantined, by_rule, hidden = write_quarantine(
                con, contract, reading, written, folder
            )
        except duckdb.Error as error:
            kind = contract.source.format.upper()
            raise StageError(
                codes.stage.NOT_READABLE_AS_FORMAT,
                f"{contract.dataset}: the file cannot be read as the {kind} of its contract: "
                f"{describe_error(error)}",
            ) from error
    check_count(contract, reading.rows_in, rows_out, rows_quarantined)
    return StageCounts(
        rows_in=reading.rows_in,
        rows_out=rows_out,
        rows_quarantined=rows_quarantined,
        quarantined_by_rule=by_rule,
        lines_hidden=hidden,
        outside_records=_beside(contract, reading),
        snapshots={name: part.sha256 for name, part in collected.parts.items()},
    )


def _beside(contract: Contract, reading: Reading) -> dict[str, str]:
    """What stands beside the records, shortened; of records of persons the places alone."""
    length = 0 if contract.disclosure.class_ == "personal records" else SHOWN
    return {place: text[:length] for place, text in reading.beside.items()}


def _open_described(
    con: Connection, contract: Contract, store: Store, collected: Collected, work: Path
) -> Reading:
    """Open the source; a file that cannot be opened because it plainly is something else is named for that."""
    try:
        return _open(con, contract, store, collected, work)
    except StageError as error:
        for name, part in collected.parts.items():
            path, source = store.path(layout.raw(part.sha256)), contract.source
            if kind := describe_unlike(path, source.format, source.encoding.lower()):
                start = b"" if contract.disclosure.class_ == "personal records" else path.open("rb").read(60)
                which = "the file" if name == "data" else f"the part {name}"
                raise StageError(
                    codes.stage.FORMAT_DIFFERS,
                    f"{contract.subject}: {which} is {kind}, and not the {source.format.upper()} of its contract; it "
                    f"begins with '{quote(start)}'. Look at the address, or ask the department",
                ) from error
        raise


def _open(con: Connection, contract: Contract, store: Store, collected: Collected, work: Path) -> Reading:
    paths = {name: store.path(layout.raw(part.sha256)) for name, part in collected.parts.items()}
    if contract.source.pages:
        return csv_input.read_pages(con, contract, list(paths.values()), columns_of(contract, None), work)
    read = READERS[contract.source.format]
    if not contract.source.parts:
        return read(con, contract, paths["data"], columns_of(contract, None), work)
    return join(
        con,
        contract,
        {part: read(con, contract, path, columns_of(contract, part), work) for part, path in paths.items()},
    )


def _reason_to_stop(contract: Contract, counts: StageCounts, tree: Path) -> str | None:
    limits, told = contract.quality, partial(in_words, contract.disclosure)
    hidden = counts.lines_hidden
    if counts.rows_quarantined + hidden > limits.max_quarantined_rows:
        by_rule = counts.quarantined_by_rule
        rules = ", ".join(f"{rule} {told(number)}" for rule, number in sorted(by_rule.items()))
        elsewhere = (
            f"{told(by_rule['partition'])} are of another month by their {contract.partition_field}: ask the source "
            "if it delivered the right one; "
            if "partition" in by_rule
            else ""
        )
        swallowed = (
            f"; a quote that was not closed in its own record took in {told(hidden)} further lines"
            if hidden
            else ""
        )
        return (
            f"{contract.subject}: {told(counts.rows_quarantined)} of {told(counts.rows_in)} rows do not fit the "
            f"contract ({rules}{swallowed}), more than the {limits.max_quarantined_rows:,} it allows; "
            f"{first_faults(contract, tree / 'quarantine.parquet')}{elsewhere}the rows with "
            f"line and reason are in {tree / 'quarantine.parquet'}: correct the source, or the contract if it is wrong"
        )
    if counts.rows_out < limits.min_rows:
        return (
            f"{contract.subject}: {told(counts.rows_out)} rows came, fewer than the {limits.min_rows:,} that the "
            "contract asks for; ask the department"
        )
    return None
