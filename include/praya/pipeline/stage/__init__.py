"""stage: snapshot → table + quarantine. Typed rows as Parquet; what does not fit is kept, with the reason.

Rows in = rows out + rows quarantined, always: the records are counted apart from their parsing.
"""

from __future__ import annotations

from typing import Any

from praya.contract import Contract
from praya.errors import StageError, codes
from praya.pipeline.stage.building import build, reason_to_stop
from praya.store import Store, content_key

STAGE_VERSION = 4


def stage(contract: Contract, store: Store) -> dict[str, Any]:
    """Type the collected snapshot; returns the `staged` state: key, table and quarantine (store keys),
    `rows_in`, `rows_out`, `rows_quarantined`, `snapshots` (SHA-256 by part), `received_at`, `synthetic`.

    Raises StageError when columns changed, too few rows came, or more rows are bad than the contract allows;
    the quarantine is kept in every case, and the state then says `stopped`.
    """
    collected = store.state(contract.subject, "collected")
    if collected is None:
        raise StageError(
            codes.stage.NOTHING_COLLECTED,
            f"{contract.subject}: nothing has been collected yet; run collect first",
        )
    key = stage_key(contract, collected)
    tree = f"staged/{contract.subject}/{key}"
    if not store.exists(tree):
        with store.scratch() as work:
            tree_folder = work / "tree"
            tree_folder.mkdir()
            build(contract, store, collected, tree_folder, work)
            store.adopt_tree(tree_folder, tree)
    counts = store.read_json(f"{tree}/counts.json")
    state = {
        "key": key,
        "table": f"{tree}/table.parquet",
        "quarantine": f"{tree}/quarantine.parquet",
        "received_at": collected["received_at"],
        "synthetic": collected["synthetic"],
        "stopped": reason_to_stop(contract, counts, store.path(tree)),
        **counts,
    }
    store.set_state(contract.subject, "staged", state)
    if state["stopped"]:
        raise StageError(codes.stage.ROWS_OUTSIDE_LIMITS, state["stopped"])
    return state


def stage_key(contract: Contract, collected: dict[str, Any]) -> str:
    """The content key of what `stage` makes from this snapshot under this contract."""
    described = contract.as_dict()
    for field in described["schema"]["fields"]:
        field.pop("codes", None)  # labels change no value; the codes themselves are in the constraints
    basis = {name: described.get(name) for name in ("source", "schema", "quality", "partition_field")}
    if contract.partition_field:
        basis["month"] = contract.month
    if contract.disclosure.record_key:
        basis["record_key"] = contract.disclosure.record_key
    return content_key({"version": STAGE_VERSION, "snapshot": collected["key"], **basis})
