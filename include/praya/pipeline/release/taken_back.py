"""What was withdrawn or rolled back does not come out again before a person has said so, on record.

Held against each other are rows and not words: another title, format, order of columns or version changes nothing. Each
row that a version brought and that is not out otherwise counts, so that a correction which leaves some of them waits to
be announced (`praya correct`), as does a row that the version left out. An announcement is good for one release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from praya.contract import Contract
from praya.errors import ReleaseRefused, codes
from praya.history import latest, tombstone, versions
from praya.history.manifests import find_manifest
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import RowsHash
from praya.pipeline.release.row_comparison import repeated, rows_sha256
from praya.store import Store, file_sha256, layout
from praya.store.documents import Manifest, Tombstone, VersionEntry
from praya.text.outside import quote

TAKEN_BACK = ("withdrawn", "rolled back")
DATA = "table.parquet"
NOTHING = hashlib.sha256().hexdigest()


@dataclass(frozen=True)
class TakenBack:
    """A version that was taken back: its entry in the index, the line of the ledger that says so, and its base, the
    version that it had changed (None for the first)."""

    dataset: str
    entry: VersionEntry
    line: LedgerLine
    base: str | None
    lifted: bool

    @property
    def version(self) -> str:
        return str(self.entry["version"])

    @property
    def sentence(self) -> str:
        name = f"{self.dataset} {self.version} ({self.entry.get('number', 'no number')})"
        return f"{name}, which was {self.entry['state']}: {quote(self.line.taking_back['reason'].rstrip('.'), 300)}"


def list_taken_back(store: Store, dataset: str, today: str | None = None) -> list[TakenBack]:
    """Every version of a dataset that is withdrawn or rolled back, in the order of publication; `today` is the id that
    the dataset has now, where `dataset` is an old one."""
    entries = [entry for entry in versions(store, dataset) if entry["state"] in TAKEN_BACK]
    lines = list(Ledger(store).of(dataset)) if entries else []
    if lines and today not in (None, dataset):
        lines += [line for line in Ledger(store).of(str(today)) if line.kind == "release"]
    return [_make_taken_back(dataset, entry, lines) for entry in entries]


def check_not_taken_back(
    store: Store, dataset: str, basis: str, table: Path, keys: Sequence[str], aliases: Sequence[str] = ()
) -> None:
    """Raise ReleaseRefused where `table`, which would be released, repeats what was withdrawn or rolled back.

    `basis` is the release's; `keys` the primary key; `aliases` old ids, whose history is the dataset's too.
    """
    now = latest(store, dataset)
    out = rows_of(store, dataset, now["version"]) if now else None
    for name in (dataset, *aliases):
        for gone in list_taken_back(store, name, dataset):
            _check_basis(store, gone, basis)
            if not gone.lifted:
                _check_rows(store, dataset, gone, table, out, keys)
    _check_elsewhere(store, (dataset, *aliases), table)


def is_taken_back(contract: Contract, store: Store) -> bool:
    """Whether a version of a dataset with a source of its own was withdrawn or rolled back."""
    made = contract.source.mart or not contract.released
    return not made and any(entry["state"] in TAKEN_BACK for entry in versions(store, contract.dataset))


def rows_of(store: Store, dataset: str, version: str | None) -> Path | None:
    """The protected table of a version that is or was out, whose rows all its formats hold; None where it is gone."""
    facts = _read_facts(store, dataset, version) if version else None
    if facts is None:
        return None
    line = Ledger(store).find("disclosure", dataset, table_sha256=facts["table_sha256"])
    if line is None:
        return None
    key = f"{layout.protected(dataset, line.disclosure['key'])}/{DATA}"
    return store.local(key) if store.exists(key) else None


def rows_hash(store: Store, dataset: str, version: str) -> RowsHash:
    """What the ledger keeps of the rows of a version that is taken back: their hash, where they are there."""
    table = rows_of(store, dataset, version)
    if table is None:
        return {}
    with store.scratch() as work:
        sha256 = rows_sha256(table, work)
    # What has no rows is no content that could come again, and every empty table is like it.
    return {"rows_sha256": sha256} if sha256 != NOTHING else {}


def _make_taken_back(dataset: str, entry: VersionEntry, lines: Sequence[LedgerLine]) -> TakenBack:
    version = entry["version"]
    rollbacks = [line for line in lines if line.kind == "rollback" and line.rollback["from"] == version]
    withdrawals = [
        line for line in lines if line.kind == "withdrawal" and line.withdrawal["version"] == version
    ]
    line = (withdrawals if entry["state"] == "withdrawn" else rollbacks)[-1]
    base = rollbacks[-1].rollback["to"] if rollbacks else entry.get("replaces")
    return TakenBack(dataset, entry, line, base, _is_lifted(version, line, lines))


def _is_lifted(version: str, line: LedgerLine, lines: Sequence[LedgerLine]) -> bool:
    """Whether a correction of the version was announced since, and nothing was released since then."""
    announced = [
        line.number for line in lines if line.kind == "correction" and line.correction["version"] == version
    ]
    released = [line.number for line in lines if line.kind == "release"]
    return bool(announced) and announced[-1] > max([line.number, *released])


def _check_basis(store: Store, gone: TakenBack, basis: str) -> None:
    """The same content under the same words would be the same version."""
    record = _read_facts(store, gone.dataset, gone.version)
    if record is None or record["basis"] != basis:
        return
    if gone.entry["state"] == "withdrawn":
        raise ReleaseRefused(
            codes.release.REPEATS_TAKEN_BACK,
            f"{gone.dataset}: this is what was withdrawn as {gone.version} ({gone.entry.get('number', 'no number')}): "
            f"{quote(gone.line.taking_back['reason'].rstrip('.'), 300)}. Mend it at the source; if the rows are right "
            "and only words were wrong, mend these and announce it: "
            f"praya correct {gone.dataset} {gone.version} "
            "--reason …",
        )
    raise ReleaseRefused(
        codes.release.REPEATS_TAKEN_BACK,
        f"{gone.dataset}: this is {gone.sentence.removeprefix(gone.dataset).strip()}. To have it again: "
        f"praya rollback {gone.dataset} --to {gone.version} --reason …",
    )


def _check_rows(
    store: Store, dataset: str, gone: TakenBack, table: Path, out: Path | None, keys: Sequence[str]
) -> None:
    with store.scratch() as work:
        said = _said(store, gone, table, out, keys, work)
    if said:
        raise ReleaseRefused(
            codes.release.REPEATS_TAKEN_BACK,
            f"{dataset}: is not released after {gone.sentence}. What would be released {said}. Mend it at the source; "
            "if what is left of it is right, announce the correction, which the next release then is: "
            f"praya correct {gone.dataset} {gone.version} --reason …",
        )


def _said(
    store: Store, gone: TakenBack, table: Path, out: Path | None, keys: Sequence[str], work: Path
) -> str:
    """What `table` repeats of a version, in words; empty where it is nothing."""
    old = rows_of(store, gone.dataset, gone.version)
    if old is not None:
        return str(repeated(old, rows_of(store, gone.dataset, gone.base), out, table, keys, work))
    # Of long ago, or the store was moved without its protected tables.
    rows = rows_sha256(table, work)
    same = _same_bytes(store, gone, table) or gone.line.taking_back.get("rows_sha256") == rows
    is_out = out is not None and rows_sha256(out, work) == rows
    return "has its rows" if same and not is_out else ""


def _same_bytes(store: Store, gone: TakenBack, table: Path) -> bool:
    record = _read_facts(store, gone.dataset, gone.version)
    return record is not None and record["table_sha256"] == file_sha256(table)


def _check_elsewhere(store: Store, own: Sequence[str], table: Path) -> None:
    """The whole of it does not come out as another dataset either."""
    taken = {
        (line.subject, line.taking_back["rows_sha256"]): line
        for line in Ledger(store).of_kind("withdrawal", "rollback")
        if line.subject not in own and "rows_sha256" in line.taking_back
    }
    if not taken:
        return
    with store.scratch() as work:
        rows = rows_sha256(table, work)
    for dataset in sorted({name for name, sha256 in taken if sha256 == rows}):
        for gone in list_taken_back(store, dataset):
            if not gone.lifted and gone.line.taking_back.get("rows_sha256") == rows:
                raise ReleaseRefused(
                    codes.release.REPEATS_TAKEN_BACK,
                    f"{own[0]}: has the rows of {gone.sentence}. If they are right, say so: "
                    f"praya correct {dataset} {gone.version} --reason …",
                )


def _read_facts(store: Store, dataset: str, version: str | None) -> Tombstone | Manifest | None:
    """Tombstone or manifest of a version; None where there is neither."""
    if version is None:
        return None
    return tombstone(store, dataset, version) or find_manifest(store, dataset, version)
