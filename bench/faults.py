"""A month with planted faults: every rule that has a break is broken, and all sides must see the same ones."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from bench import child, schema_check, verdicts
from bench.child import Failed, Figures
from bench.pandas_frames import Frame, Frames, read, with_record_key
from bench.pandas_gx import Checker
from bench.places import RECORDS, ROOT, SUITES, contracts, raw_files
from bench.way import IMPORTS
from made import open_store
from praya.contract import Contract
from praya.store import Store
from praya.store.states import Collected

FIRST, LAST = 3_000, 10_000  # rows that a sample has of a file: changes are planted there


class Break(NamedTuple):
    """A table with faults: which expectations they break, by id, and the SQL that plants them."""

    dataset: str
    name: str
    changes: dict[str, str]


def breaks() -> Iterator[Break]:
    """All that are planted, by dataset and the group they go together in."""
    of_suites = yaml.safe_load((ROOT / "tests" / "praya_hk" / "breaks.yaml").read_text("utf-8"))
    groups = yaml.safe_load(Path(__file__).with_name("breaks.yaml").read_text("utf-8"))
    for dataset, by_name in groups.items():
        for name, group in by_name.items():
            rules = {f"suite:{rule}": of_suites[dataset][rule] for rule in group.get("rules", [])}
            yield Break(dataset, name, {**group.get("own", {}), **rules})


def planted(store: str, cache: str, source: str, month: str) -> Figures:
    """Take `month` into a new store, then each of its tables again with faults; returns how many expectations were
    broken and how many verdicts compared. Raises Failed where a fault is not seen, or not by all alike."""
    from praya.errors import ValidationFailed
    from praya.pipeline.collect import collect_source
    from praya.pipeline.stage import stage_table
    from praya.pipeline.validate import validate_table
    from praya_hk.sources.contact_centre import Archive

    root = Path(store)
    shutil.rmtree(root, ignore_errors=True)
    os.environ["PRAYA_PSEUDONYM_KEY_FILE"] = str(root.with_name("pseudonym.key"))
    known, to, checker = contracts(), open_store(root), Checker()
    frames: Frames = {}
    for name in RECORDS:
        one = known[name].at(month)
        collect_source(one, to, {"contact_centre": source})
        stage_table(one, to)
        validate_table(one, to, SUITES)
        frames[name] = read(one, raw_files(root, name, month))
    archive = Archive(Path(cache), months=[month])
    compared, broken, by_schema = 0, set[str](), 0
    for each in breaks():
        one = known[each.dataset].at(month)
        csv = root.with_name("faulty.csv")
        _write(one, archive.month(month).parquet(each.dataset.removeprefix("1823-")), each, csv)
        _put(to, one, csv)
        stage_table(one, to)
        with suppress(ValidationFailed):  # a warning alone blocks nothing; what failed is compared below
            validate_table(one, to, SUITES)
        ours = verdicts.of_praya(root, one.subject)
        theirs = _in_pandas(one, checker, frames, csv, verdicts.quarantined_lines(root, one.subject))
        if apart := verdicts.differences(ours, theirs):
            raise Failed(
                f"{one.subject}, faults {each.name!r}: the verdicts differ (Praya, GX on pandas): {apart}"
            )
        if unseen := sorted(id_ for id_ in each.changes if ours[id_]):
            raise Failed(f"{one.subject}, faults {each.name!r}: nobody has seen {', '.join(unseen)}")
        compared += len(ours)
        broken |= {f"{each.dataset} {id_}" for id_, held in ours.items() if not held}
        by_schema += _schema_agrees(one, to, csv, each)
    return {"compared": compared, "broken": len(broken), "by_schema": by_schema}


def _in_pandas(
    contract: Contract, checker: Checker, frames: Frames, csv: Path, aside: set[int]
) -> dict[str, bool]:
    """The verdicts on the file; of rules that Praya holds only against rows that fit the contract, the verdicts on
    the file without the lines that it has put `aside`."""
    whole = checker.check(contract, _frame(contract, csv), frames)
    rest = csv.with_name("rest.csv")
    lines = csv.read_text("utf-8").splitlines(keepends=True)
    rest.write_text("".join(text for line, text in enumerate(lines, 1) if line not in aside), "utf-8")
    later = checker.check(contract, _frame(contract, rest), frames)
    return {id_: held if verdicts.at_stage(id_) else later[id_] for id_, held in whole.items()}


def _frame(contract: Contract, csv: Path) -> Frame:
    return with_record_key(contract, read(contract, [csv]), b"any key")


def _schema_agrees(contract: Contract, store: Any, csv: Path, each: Break) -> int:
    """How many rules of the contract frictionless finds broken at both ends of the file: those that Praya does."""
    from praya.errors import StageError
    from praya.pipeline.stage import stage_table

    lines = csv.read_text("utf-8").splitlines(keepends=True)
    sample = csv.with_name("sample.csv")
    sample.write_text("".join([*lines[: FIRST + 1], *lines[max(FIRST + 1, len(lines) - LAST) :]]), "utf-8")
    _put(store, contract, sample)
    try:
        stage_table(contract, store)
    except StageError:
        raise Failed(f"{contract.subject}: the sample with faults {each.name!r} was not staged") from None
    found = verdicts.quarantined(store.root, contract.subject)
    ours = found - {*verdicts.OF_SUITES.values()}  # which Table Schema does not know
    theirs = schema_check.broken(contract, sample)
    if ours != theirs:
        raise Failed(
            f"{contract.subject}, faults {each.name!r}: Praya {sorted(ours)}, frictionless {sorted(theirs)}"
        )
    return len(ours)


def _write(contract: Contract, parquet: Path, each: Break, target: Path) -> None:
    """The month's table with its faults, as the API would hand it out in one page."""
    import duckdb

    from praya_hk.sources.contact_centre import api_pages

    moments = [field.name for field in contract.fields if field.type == "datetime"]

    clock = ", ".join(f"timezone('Asia/Hong_Kong', {name}) as {name}" for name in moments)

    faulty = target.with_suffix(".parquet")
    # A folder of its own: the source remembers pages by their path.
    folder = target.with_name(f"faulty {contract.dataset} {each.name}")
    shutil.rmtree(folder, ignore_errors=True)
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute(f"create table t as select * replace ({clock}) from '{parquet}'")
        for id_, change in each.changes.items():
            (touched,) = con.execute(change).fetchone() or (0,)
            if not touched:
                raise Failed(f"{contract.subject}: the change for {id_} touches no row")
        con.execute(f"copy (select * replace ({clock}) from t) to '{faulty}' (format parquet)")
    api_pages.build(faulty, contract.dataset.removeprefix("1823-"), "csv", None, folder)
    whole = api_pages.read(folder)
    target.write_bytes(whole.text(0, whole.rows))


def _put(store: Store, contract: Contract, csv: Path) -> None:
    """Make the file what has been collected of the contract's month, with a state as `collect` leaves it."""
    data = csv.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    store.put_bytes(f"raw/{digest}", data, mode=0o600)
    before = store.read_state(Collected, contract.subject)
    part = msgspec.structs.replace(next(iter(before.parts.values())), sha256=digest, bytes=len(data))
    store.set_state(contract.subject, msgspec.structs.replace(before, key=digest, parts={"0001": part}))


if __name__ == "__main__":
    child.main(planted, IMPORTS)
