"""What a dataset is made from, held against what it declares, once more at the gate: nothing lies between them here."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from praya.contract import Contract, read_contracts
from praya.contract.lineage import GUARDED, Lineage
from praya.errors import DisclosureError, codes
from praya.ledger import Ledger
from praya.lineage import Marts, Traced, follow, problems_of, sql_files
from praya.lineage.decision_facts import lineage_of
from praya.lineage.made import not_made_by
from praya.project import Project
from praya.store import Store, layout
from praya.store.receipts import read_receipt
from praya.store.states import Accepted, MartState
from praya.text.outside import quote


class Origin(NamedTuple):
    """What a dataset is made from: the facts for the record, and whether all guarded records are generated."""

    lineage: Lineage
    generated: bool


def marts_for(contract: Contract, project: Project) -> Marts:
    """The marts and contracts of this project, which a dataset of a mart needs; a contract that does not load is not
    among them."""
    return Marts(project.metrics, read_contracts(project)[0] if contract.source.mart else ())


def origin_of(contract: Contract, marts: Marts) -> Origin:
    """The origin of a dataset by today's contracts and SQL. Raises DisclosureError where the contract declares less
    than that asks for, or where it cannot be told."""
    if contract.source.mart is None:
        return Origin(Lineage(), generated=False)
    contracts = [contract, *(item for item in marts.contracts if item.dataset != contract.dataset)]
    traced = follow(marts.folder, contracts, [contract.source.mart])[contract.source.mart]
    if not isinstance(traced, Traced):
        raise DisclosureError(
            codes.disclosure.ORIGIN_UNKNOWN,
            f"{contract.dataset}: what it is made from cannot be told: {traced}. Nothing was released; put that right "
            "(praya check says what is wrong)",
        )
    if problems := problems_of(contract, traced):
        raise DisclosureError(
            codes.disclosure.DECLARATION_TOO_WEAK,
            f"{contract.dataset}: declares less than what it is made from asks for: "
            f"{'; '.join(map(str, problems))}. Nothing was released",
        )
    guarded = [item.contract for item in traced.sources.values() if item.guarded and item.contract]
    files = {file.name: file for file in sql_files(marts.folder)}
    generated = bool(guarded) and all(item.synthetic for item in guarded)
    return Origin(lineage_of(contract, traced, files), generated)


def check_table(contract: Contract, store: Store, accepted: Accepted, marts: Marts) -> None:
    """Raise DisclosureError where the accepted table is not what `origin_of` speaks of: where its mart was made by
    other SQL than today's, and where a dataset that is no mart's has a file that was made in this store."""
    if accepted.table != f"{layout.staged(contract.dataset, accepted.key)}/{layout.TABLE}":
        raise DisclosureError(
            codes.disclosure.TABLE_RECORD_DIFFERS,
            f"{contract.dataset}: the accepted table is said to be {accepted.table}, which is not where this "
            "dataset's tables are staged. Nothing was released; run validate again",
        )
    counts = store.get_json(f"{layout.staged(contract.dataset, accepted.key)}/{layout.COUNTS}") or {}
    snapshots = sorted((counts.get("snapshots") or {}).values())
    if contract.source.mart is None:
        _check_not_exported(contract, store, snapshots)
        return
    files = {file.name: file for file in sql_files(marts.folder)}
    keys = [key for sha256 in snapshots for key in _keys(contract, store, sha256)]
    wrong = [not_made_by(store, files, contract.source.mart, key) for key in keys] or [contract.source.mart]
    if None not in wrong:
        raise DisclosureError(
            codes.disclosure.MADE_FROM_OTHER_SOURCE,
            f"{contract.dataset}: its table was made by another SQL of the mart {wrong[0]} than the one that is there "
            f"now. Nothing was released; let it be measured and collected again (praya run {contract.dataset})",
        )


def _keys(contract: Contract, store: Store, sha256: str) -> list[str]:
    """The keys of the mart's tables with these bytes: the one of today, and those that receipts name."""
    mart = str(contract.source.mart)
    keys = []
    state = store.get_record(MartState, layout.mart_state(mart))
    if state is not None and state.sha256 == sha256:
        keys.append(state.key)
    for name in store.keys(layout.receipts(contract.dataset), f"*-{sha256[:12]}.json"):
        receipt = read_receipt(store, name)
        if receipt.get("sha256") == sha256 and "mart-key" in receipt.get("headers", {}):
            keys.append(receipt["headers"]["mart-key"])
    tables = {key: f"{layout.mart(mart, key)}/{layout.MART_TABLE}" for key in keys}
    return [key for key, table in tables.items() if store.exists(table) and store.sha256(table) == sha256]


def _check_not_exported(contract: Contract, store: Store, snapshots: list[str]) -> None:
    """A file of this store that is collected as a source would lose what it was made from on the way."""
    for url in [contract.source.url, *(contract.source.parts or {}).values()]:
        place = urlsplit(url or "")
        if place.scheme == "file" and _inside(Path(unquote(place.path)), store):
            raise DisclosureError(
                codes.disclosure.SOURCE_IN_STORE,
                f"{contract.dataset}: its source {quote(url, 200)} lies in this store, where what a table is "
                "made from is known and would be lost. Nothing was released; name the mart in source.mart, or take the "
                "file from released/",
            )
    for sha256 in snapshots:
        line = Ledger(store).find("snapshot", contract.dataset, sha256=sha256)
        if line is not None and str(line.snapshot.get("url")).startswith("mart:"):
            raise DisclosureError(
                codes.disclosure.MADE_FROM_OTHER_SOURCE,
                f"{contract.dataset}: its table was collected from {quote(line.snapshot['url'], 200)}, and its "
                "contract names another "
                "source now. Nothing was released; collect it from there",
            )
    for mart in store.names(layout.MART_STATES):
        state = store.get_record(MartState, layout.mart_state(mart))
        if state is not None and state.sha256 in snapshots:
            raise DisclosureError(
                codes.disclosure.SOURCE_IN_STORE,
                f"{contract.dataset}: its source has sent what is the table of the mart {mart}. Nothing was "
                f"released; name it: source: {{mart: {mart}, format: parquet}}",
            )


def _inside(path: Path, store: Store) -> bool:
    real, root = path.resolve(), store.project.store_folder.resolve()
    return real.is_relative_to(root) and not real.is_relative_to(root / "released")


def stricter_elsewhere(contract: Contract, store: Store) -> str | None:
    """Where another dataset was decided on as made from this one's records, their class then, if today's is laxer."""
    rules, ledger = contract.disclosure.class_, Ledger(store)
    if rules in GUARDED:
        return None
    for name in store.children(layout.PROTECTED):
        line = ledger.find("disclosure", name)
        inputs = (((line.body if line else {}).get("rules") or {}).get("lineage") or {}).get("inputs", {})
        if (before := inputs.get(contract.dataset)) in GUARDED:
            return f"the class was {before} when {name} was made from it, and is {rules}"
    return None
