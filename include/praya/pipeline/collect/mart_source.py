"""A mart as a source: what measure has computed last, released like any other dataset."""

from __future__ import annotations

import shutil
from pathlib import Path

from praya.contract import Contract
from praya.errors import SourceError, codes
from praya.pipeline.collect.receipt import Fetched
from praya.store import Store, layout
from praya.store.states import MartState
from praya.text.outside import quote


def fetch(contract: Contract, store: Store, url: str, target: Path) -> Fetched:
    """Copy the Parquet of the mart at `mart:<name>` to `target`; it was received when the last of its inputs was."""
    mart = url.removeprefix("mart:")
    state = store.get_record(MartState, layout.mart_state(mart))
    if state is None:
        raise SourceError(
            codes.source.MART_NOT_COMPUTED,
            f"{contract.dataset}: the mart '{quote(mart)}' has not been computed yet; "
            "it will be when all the datasets it is made from have been accepted (`praya show` says which are not)",
        )
    shutil.copyfile(store.local(state.table), target)
    return Fetched(
        path=target,
        url=url,
        sha256=state.sha256,
        size=target.stat().st_size,
        headers={"mart-key": state.key},
        received_at=state.received_at,
        synthetic=state.synthetic,
    )
