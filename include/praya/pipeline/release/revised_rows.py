"""A figure that is out does not change, and does not go, unless it is on record who revised it, when and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.revisions import load_revisions, reason_for
from praya.errors import ReleaseRefused, codes
from praya.history import PublishedDataset, compare_rows
from praya.store.documents import ChangedFigure, RevisedFigure, RowChange

SHOWN = 20  # figures that a refusal spells out


def list_revised(
    contract: Contract, published: PublishedDataset, revisions_folder: Path, folder: Path, work: Path
) -> list[RevisedFigure]:
    """Every figure of the latest release that is another, or is missing, in the release in `folder`: `key`, `field`,
    `was`, `now`, and `by`, `decided`, `reason` of its revision. What is added is no revision.

    Only the fields in `release.figures` of the contract count; `work` is a scratch folder. Raises ReleaseRefused,
    with what has to be written, where a figure has no reason on record.
    """
    if published.latest is None or not contract.release.figures:
        return []
    revisions = load_revisions(revisions_folder)
    revised, unexplained = list[RevisedFigure](), list[ChangedFigure]()
    for figure in _changed(contract, published.latest.folder, folder, work):
        reason = reason_for(
            revisions, contract.dataset, figure["key"], figure["field"], figure["was"], figure["now"]
        )
        if reason is None:
            unexplained.append(figure)
        else:
            revised.append(
                {
                    **figure,
                    "by": reason.by,
                    "decided": reason.decided.isoformat(),
                    "reason": reason.reason.as_dict(),
                }
            )
    if unexplained:
        raise ReleaseRefused(
            codes.release.REVISION_NOT_ON_RECORD, _refusal(contract.dataset, unexplained, revisions_folder)
        )
    return revised


def _changed(contract: Contract, before: Path, folder: Path, work: Path) -> Iterator[ChangedFigure]:
    aside = work / "revised"
    aside.mkdir()
    compared = compare_rows(contract.dataset, before, folder, contract.primary_key, aside, work)
    if not compared.comparable:
        return  # another key is another table: a breaking change, of which readers have notice
    rows: list[RowChange] = json.loads((aside / "rows.json").read_bytes())
    for row in rows:
        # Where there was no figure, nothing that was said is taken back.
        said = row["change"] in ("changed", "removed") and row["from"] is not None
        if said and row["column"] in contract.release.figures:
            yield {"key": row["key"], "field": row["column"], "was": row["from"], "now": row["to"]}


def _refusal(dataset: str, unexplained: list[ChangedFigure], place: Path) -> str:
    entries = "\n".join(
        f"      - {{dataset: {dataset}, key: {_flow(figure['key'])}, field: {figure['field']}, "
        f"was: {_flow(figure['was'])}, now: {_flow(figure['now'])}}}"
        for figure in unexplained[:SHOWN]
    )
    more = f"\n      # and {len(unexplained) - SHOWN} more" if len(unexplained) > SHOWN else ""
    many = "1 figure that is out" if len(unexplained) == 1 else f"{len(unexplained)} figures that are out"
    return (
        f"{dataset}: {many} would change, and it is not on record who revised this, when and why. Nothing was "
        f"released. Take the change back, or write into a file below {place}, such as revisions.yaml:\n"
        "revisions:\n"
        "  - by: who answers for it\n"
        "    decided: YYYY-MM-DD\n"
        "    reason: {en: why, zh-Hant: 原因}\n"
        f"    figures:\n{entries}{more}"
    )


def _flow(value: Any) -> str:
    """A value as YAML (JSON is); numbers without quotes where they were text of a figure."""
    return json.dumps(value, ensure_ascii=False)
