"""What is laid out for validating the table of a release again: what its verdict rested on beside the table."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.zone import HONG_KONG
from praya.ledger import Ledger, LedgerLine
from praya.pipeline.validate import REPORTS
from praya.pipeline.validate.suite import expectations_of
from praya.store import Store, layout
from praya.store.documents import Manifest

Job = dict[str, Any]


def prepare_verdict(
    store: Store, contract: Contract, judged: LedgerLine, manifest: Manifest, suites: Path, work: Path
) -> Job:
    """The part of the job that is about the verdict of the ledger's line `judged`: what it rested on, as the ledger and
    the verdict tell; `gone` what of that is not there, and `unlike` which versions are others here."""
    body = judged.verdict
    verdict = store.get_json(f"{layout.verdict(judged.subject, body['key'])}/{layout.VERDICT}") or {}
    gone = [] if verdict else ["its verdict is not there any more"]
    wanted = {
        name: line
        for each in expectations_of(contract, suites)
        for name in (each.get("meta") or {}).get("references", [])
        if (line := _accepted_before(store, name, judged.number))
    }
    accepted = {name: (line.verdict["staged"], line.at) for name, line in wanted.items()}
    if before := (verdict.get("drift") or {}).get("before"):
        accepted[contract.dataset] = (before["key"], before["received_at"])
    tables = {
        name: {
            "key": key,
            "recorded": str(store.local(f"{layout.staged(name, key)}/{layout.TABLE}")),
            "received_at": at,
        }
        for name, (key, at) in sorted(accepted.items())
    }
    for name, table in tables.items():
        if not Path(table["recorded"]).is_file():
            what = (
                "the table before this one"
                if name == contract.dataset
                else f"the table of {name}, to which it refers,"
            )
            gone.append(f"{what} is not there any more")
    return {
        "store": str(work / "validation"),
        "key": body["key"],
        "staged": body["staged"],
        "received_at": manifest["received_at"],
        "synthetic": manifest["synthetic"],
        "day": dt.datetime.fromisoformat(judged.at).astimezone(HONG_KONG).date().isoformat(),
        "files": {"verdict.json": body["verdict_sha256"]}
        | {file: judged.body[name] for name, file in REPORTS.items()},
        "accepted": tables,
        "gone": gone,
        "unlike": ", ".join(_others(verdict.get("versions", {}))),
    }


def _accepted_before(store: Store, dataset: str, number: int) -> LedgerLine | None:
    """The ledger's line of the last table of a dataset that was accepted before line `number`."""
    lines = Ledger(store).latest("verdict", dataset, before=number)
    return next((line for line in lines if line.verdict["verdict"] in ("passed", "warned")), None)


def _others(then: dict[str, str]) -> list[str]:
    return [
        f"{name} was {version_then} and is {version(name)} here"
        for name, version_then in sorted(then.items())
        if version(name) != version_then
    ]
