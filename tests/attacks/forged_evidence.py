"""Evidence to forge, of four datasets that were released, and what its verifier says of it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from made import field, make_contract, open_store, own_signer
from made import provenance_way as way
from made.leaves import leaves_of
from praya.assurance.evidence import verifier, write_evidence
from praya.assurance.evidence.archive import write_zip
from praya.ledger import Ledger
from praya.ledger.checkpoint import request
from praya.ledger.witness import Witness
from praya.lineage import Marts
from praya.pipeline.measure import compute_marts
from praya.project.configuration import DEFAULT_ORIGIN
from praya.provenance.keys import known_keys, note_keys, usable_signer
from praya.provenance.signed_files import publish_checkpoint, take_witnessed
from praya.store import Store

FOLDERS = ("inputs", "keys", "ledger", "raw", "release", "report")
MADE_FROM = (
    "select c.kind, c.calls, f.name as fare, s.name as stop from released_calls_by_kind c "
    "join fares f on f.id = 1 join stops s on s.id = 1"
)
# What no signature binds where nobody signs the list of all files: it is said each time.
UNSIGNED = ("README.html", "verify.py")

Files = dict[str, bytes]


class Evidence(NamedTuple):
    """The files of one release's evidence, and the store that it is of."""

    files: Files
    store: Store
    dataset: str
    listed: bool


class Answer(NamedTuple):
    """What the verifier says."""

    status: int
    said: str


def release_all(work: Path) -> Store:
    """Counts of a month of records by way of two marts, two datasets of facts, and facts made from all three; all of
    them are released, and a witness has cosigned the ledger."""
    metrics = work / "metrics"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAYA_METRICS", str(metrics))
        made = way.counts(work, metrics)
        store = open_store(made.root)
        for dataset in ("fares", "stops"):
            source = work / f"{dataset}.csv"
            source.write_bytes(b"id,name\n1,%s\n" % dataset.encode())
            one = make_contract(dataset=dataset, source={"url": source.as_uri()})
            way.take(store, one, work)
            made = made._replace(records=(*made.records, one))
        (metrics / "fares_and_calls.sql").write_text(MADE_FROM)
        fields = field("kind"), field("calls", "integer"), field("fare"), field("stop")
        mart = {"url": None, "mart": "fares_and_calls", "format": "parquet"}
        facts = make_contract(*fields, dataset="fares-and-calls", source=mart)
        marts = Marts(metrics, [*made.records, made.contract, facts])
        compute_marts(store, *marts)
        way.take(store, facts, work, marts=marts)
        cosign(store, work)
        return store


def cosign(store: Store, work: Path) -> None:
    witness = Witness(work / "witness")
    for key in note_keys(known_keys(store), DEFAULT_ORIGIN):
        witness.believe(key)
    last = witness.last()
    asked = request(
        leaves_of(Ledger(store)),
        last.size if last else 0,
        publish_checkpoint(store, own_signer()),
    )
    (work / "cosigned").write_text(str(witness.cosign(asked, 1_790_000_000)))
    (work / "witnesses").write_text(f"{witness.vkey}\n")
    take_witnessed(store, work / "cosigned", work / "witnesses")


def evidence_of(store: Store, dataset: str, *, listed: bool = True) -> Evidence:
    target = store.root.parent / f"{dataset}-{listed}.zip"
    if not target.exists():
        version = store.read_json(f"released/{dataset}/latest.json")["version"]
        with pytest.MonkeyPatch.context() as patch:
            if not listed:
                patch.setenv("PRAYA_SIGNING_KEY_FILE", str(target.with_suffix(".key")))
                assert usable_signer(store) is None
            write_evidence(store, dataset, version, target, store.root.parent / "witnesses")
    with zipfile.ZipFile(target) as file:
        return Evidence({name: file.read(name) for name in file.namelist()}, store, dataset, listed)


def zipped(files: Files, target: Path) -> bytes:
    """The files in the form that evidence has."""
    write_zip(target, files)
    return target.read_bytes()


def answer(data: bytes | Files, work: Path, *keys: str) -> Answer:
    """What the verifier says of a ZIP."""
    path = work / "evidence.zip"
    path.write_bytes(data if isinstance(data, bytes) else zipped(data, work / "made.zip"))
    with pytest.MonkeyPatch.context() as patch:
        rows: list[str] = []
        patch.setattr(verifier, "print_rows", lambda *more: rows.extend(more))
        return Answer(verifier.main([str(path), *keys]), "\n".join(rows))


def look(folder: Path) -> Answer:
    with pytest.MonkeyPatch.context() as patch:
        rows: list[str] = []
        patch.setattr(verifier, "print_rows", lambda *more: rows.extend(more))
        return Answer(verifier.main([str(folder)]), "\n".join(rows))


def caught(found: Answer, *names: str) -> bool:
    """Whether the evidence was refused, and one of the names is said to be what is wrong."""
    wrong = found.said.partition("\nNot checked:")[0].splitlines()
    return found.status == 1 and any(row.startswith(f"{name}: ") for row in wrong for name in names)
