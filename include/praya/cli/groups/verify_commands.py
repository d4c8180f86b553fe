"""The commands for auditors: verify, links, evidence, reproduce."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import (
    UNFINISHED,
    USAGE,
    WRONG,
    contracts,
    err,
    open_store,
    out,
    project,
    say,
    stop,
    warn,
)
from praya.errors import PrayaError
from praya.store import layout

if TYPE_CHECKING:
    from praya.assurance.verify import Verified

app = typer.Typer()
VERIFY = CommandGroup("verify", app, position=700)

Release = Annotated[str, typer.Argument(help="DATASET/VERSION, or DATASET for its latest release")]


@app.command()
def verify(
    release: Annotated[
        str | None, typer.Argument(help="DATASET or DATASET/VERSION only; else every file of the store")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="an older checkpoint that the ledger must go on from, as a witness has it"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Compare every byte with its manifest, every manifest with its signed statement, every statement with its key,
    every other file with the write journal, and the ledger with itself and its checkpoints. Works offline.

    Shows how much was read, and which files no record vouches for. Exit status: 0 nothing is wrong, 1 problems, 4 only
    writes that were interrupted and have to be run again.

    Example: `praya verify` or `praya verify ferry-fares --checkpoint witness/checkpoint`
    """
    from praya.assurance.verify import list_states, unwitnessed, verify_store

    store = open_store()
    dataset, _, version = (release or "").partition("/")
    which = (dataset or None, version or None)
    done = verify_store(store, *which, checkpoint=checkpoint, witnesses=project().witnesses)
    try:
        warnings = [*done.warnings, *([warning] if (warning := unwitnessed(project().witnesses)) else [])]
        states = [] if done.findings else list(list_states(store, *which))
    except PrayaError as error:
        stop(error.with_code, WRONG)
    if dataset and not done.findings and not states:
        stop(f"{release}: there is no such release in {store.describe(layout.RELEASED)}", USAGE)
    if json:
        out.print_json(data=_as_json(done, warnings) | {"versions": [state._asdict() for state in states]})
    else:
        _show(done, warnings)
    if done.findings:
        raise typer.Exit(WRONG if done.problems else UNFINISHED)
    if not json:
        for state in states:
            say(f"{state.dataset} {state.version}: {state.state} ({state.why})")


def _as_json(done: Verified, warnings: list[str]) -> dict[str, object]:
    unverified = [
        {"reason": rest.reason, "files": list(rest.keys), "bytes": rest.bytes} for rest in done.unverified
    ]
    return {
        "problems": [_split_finding(problem) for problem in done.problems],
        "unfinished": [_split_finding(finding) for finding in done.unfinished],
        "warnings": warnings,
        "read": {"files": done.files, "bytes": done.bytes, "ledger_lines": done.lines},
        "not_verified": unverified,
    }


def _show(done: Verified, warnings: list[str]) -> None:
    """What was found, on stderr; then what was read, and what was not."""
    for sentence in warnings:
        warn(sentence)
    for problem in done.findings:
        err.print(problem, markup=False, highlight=False, soft_wrap=True)
    for sentence in done.extent():
        say(sentence)
    if not done.findings:
        say("nothing that was read differs from what was recorded of it")


@app.command()
def links(
    base: Annotated[
        str | None, typer.Option(help="also ask at this address, where a copy of `released/` is served")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Check that every permanent address that was ever published leads to its file, or to the tombstone of what was
    withdrawn.

    Example: `praya links` or `praya links --base https://data.example.gov.hk/praya`
    """
    from praya.assurance.links import follow_links

    try:
        checked = follow_links(open_store(), contracts(), base=base)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    if json:
        counts = {"files": checked.files, "tombstones": checked.tombstones}
        out.print_json(data={"problems": [_split_finding(problem) for problem in checked.problems], **counts})
    for problem in () if json else checked.problems:
        err.print(problem, soft_wrap=True)
    if checked.problems:
        raise typer.Exit(WRONG)
    if not json:
        asked = f", each asked for at {base} too" if base else ""
        say(f"{checked.files:,} addresses lead to a file, {checked.tombstones:,} to a tombstone{asked}")
        say("their bytes were not read; `praya verify` does that")


def _split_finding(problem: str) -> dict[str, str]:
    """A sentence as where and what."""
    return dict(zip(("where", "what"), problem.partition(": ")[::2], strict=True))


@app.command()
def evidence(
    release: Release,
    output: Annotated[Path | None, typer.Option(help="where to; default <dataset>-<version>.zip")] = None,
) -> None:
    """Write a ZIP that shows where a release comes from; an auditor checks it without Praya.

    Example: `praya evidence ferry-fares`, then `python3 -I verify.py` (from the ZIP) on the ZIP
    """
    from praya.assurance.evidence import write_evidence

    dataset, version = _release(release)
    target = output or Path(f"{dataset}-{version}.zip")
    try:
        state = write_evidence(open_store(), dataset, version, target, project().witnesses)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{target}: {state.state} ({state.why})")


@app.command()
def reproduce(release: Release) -> None:
    """Make a release again, from raw or from its protected table, by the code of its commit, and compare the bytes.

    Example: `praya reproduce ferry-fares`
    """
    from praya.assurance.reproduce import reproduce_release

    try:
        done = reproduce_release(open_store(), *_release(release))
    except PrayaError as error:
        stop(error.with_code, WRONG)
    for sentence in done.messages:
        say(sentence)
    if not done.same:
        raise typer.Exit(WRONG)


def _release(text: str) -> tuple[str, str]:
    """Dataset and version of DATASET/VERSION, or of a dataset's latest release."""
    dataset, _, version = text.partition("/")
    latest = open_store().get_json(layout.pointer(dataset)) or {}
    if not (version := version or str(latest.get("version") or "")):
        stop(f"{dataset}: has no latest release; see `praya show`", USAGE)
    return dataset, version
