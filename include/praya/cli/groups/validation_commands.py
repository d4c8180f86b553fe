"""The commands on validation: a dataset's verdict with its evidence, the fault score, and all datasets for auditors."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, WRONG, contract, contracts, open_store, out, project, say, stop, warn
from praya.contract import Contract
from praya.errors import PrayaError
from praya.store import Store, states

if TYPE_CHECKING:
    from praya.assurance.audit.dataset_index import AttemptRecord

ENDED = {
    "well": "went through",
    "empty": "nothing to release yet",
    "held": "held",
    "waits": "not current",
    "stopped": "stopped",
    "none": "none",
}
app = typer.Typer()
VALIDATION = CommandGroup("validation", app, position=300)

Validated = Annotated[str, typer.Argument(help="a dataset that has been validated")]
Pages = Annotated[Path, typer.Argument(help="where the three pages go")]
Month = Annotated[str | None, typer.Option(help="of a dataset with months, e.g. 2023-03; else the latest")]


@app.command()
def verdict(dataset: Validated, folder: Pages, month: Month = None) -> None:
    """Write the validation report of a dataset with today's evidence, in three languages: last attempt, what is out,
    trend, decisions, ledger lines.

    Example: `praya verdict public-holidays /tmp/report`
    """
    from praya.assurance.report_pages import render_report_pages

    store = open_store()
    dated = _of_month(contract(dataset), store, month)
    pages = render_report_pages(dated, store, project().suites)
    if pages is None:
        stop(f"{dated.subject}: nothing has been validated here yet; run the dataset first", WRONG)
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_text(page, "utf-8")
        out.print(str(folder / name), soft_wrap=True)


@app.command(name="report", hidden=True)
def write_verdict_by_former_name(dataset: Validated, folder: Pages, month: Month = None) -> None:
    """The former name of `praya verdict`.

    Example: `praya verdict public-holidays /tmp/report`
    """
    warn("`praya report` is now called `praya verdict`")
    verdict(dataset, folder, month)


@app.command()
def faults(
    dataset: Annotated[str, typer.Argument(help="a dataset with an accepted table")],
    month: Month = None,
) -> None:
    """Put twenty standard faults into a copy of the last accepted table, and list which the contract and suite notice.

    Example: `praya faults public-holidays`
    """
    from praya.pipeline.validate.fault_score import score_faults

    store = open_store()
    try:
        score = score_faults(_of_month(contract(dataset), store, month), store, project().suites)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("fault", "outcome", "noticed by"):
        table.add_column(heading, overflow="fold")
    for each in score["faults"]:
        why = f"left out: {each['why']['en']}" if each["why"] else each["outcome"]
        table.add_row(each["title"]["en"], why, ", ".join(each["caught_by"][:2]))
    out.print(table)
    out.print(
        f"{score['dataset']}: {score['caught']} of {score['applied']} noticed ({score['score']:.0%}), "
        f"{score['blocked']} blocked",
    )


@app.command()
def audit(
    as_json: Annotated[bool, typer.Option("--json", help="the whole index as JSON")] = False,
) -> None:
    """List all datasets for auditors: last attempt, what is out, verdict and its age, waivers, fields without any
    expectation, fault score.

    Example: `praya audit` or `praya audit --json`
    """
    from praya.assurance.audit import audit_datasets

    try:
        index = audit_datasets(
            contracts(), open_store(), project().suites, project().witnesses, dt.datetime.now(dt.UTC)
        )
    except PrayaError as error:
        stop(error.with_code, WRONG)
    if as_json:
        out.print(json.dumps(index, indent=2, ensure_ascii=False), soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in (
        "dataset",
        "last\nattempt",
        "out",
        "verdict",
        "age\ndays",
        "waivers",
        "fields without\nexpectation",
        "fault\nscore",
    ):
        table.add_column(heading, overflow="fold")
    for each in index["datasets"]:
        waivers = [
            f"{waiver['expectation']} {'until' if waiver['in_force'] else 'expired'} {waiver['until']}"
            for waiver in each["waivers"]
        ]
        score = each["fault_score"]
        table.add_row(
            each["dataset"],
            _attempt(each["last_attempt"]),
            each["out"]["number"] if each["out"] else "–",
            each["verdict"] or "none",
            "–" if each["age_days"] is None else str(each["age_days"]),
            "; ".join(waivers) or "–",
            "?" if each["unchecked_fields"] is None else ", ".join(each["unchecked_fields"]) or "–",
            f"{score['score']:.0%}{'' if score['current'] else ' (before the last change)'}"
            if score
            else "–",
        )
    out.print(table)
    if night := index["verified"]:
        say(
            f"last nightly verification without a finding: {night['day']}, {night['files']:,} files "
            f"({night['bytes']:,} bytes) read; {night['parts']} of {night['of']} parts of the older files have been "
            f"read, the one of longest ago on {night['oldest']}"
        )
    else:
        say("no nightly verification has ended without a finding yet; `praya verify` reads everything")
    if index["witness"]["warning"]:
        warn(index["witness"]["warning"])


def _attempt(attempt: AttemptRecord) -> str:
    step = f" at {attempt['step']}" if attempt["outcome"] == "stopped" and attempt["step"] else ""
    return f"{ENDED[attempt['outcome']]}{step}"


def _of_month(dataset: Contract, store: Store, month: str | None) -> Contract:
    """The contract, of a dataset with months that of `month`, by default the latest that was validated."""
    if dataset.partition is None:
        if month:
            stop(f"{dataset.dataset} has no months", USAGE)
        return dataset
    months = store.months(states.Validated, dataset.dataset)
    if not month and not months:
        stop(f"{dataset.dataset}: no month has been validated yet", WRONG)
    return dataset.at(month or months[-1])
