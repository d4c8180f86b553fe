"""The commands for auditors and witnesses: verify, evidence, reproduce, checkpoint, witness, keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from praya import paths
from praya.errors import PrayaError

if TYPE_CHECKING:
    from praya.store import Store

app = typer.Typer()
keys = typer.Typer(
    help="The publisher's signing keys: list, rotate, revoke.\n\nExample: `praya keys list`",
    no_args_is_help=True,
)
app.add_typer(keys, name="keys")
# `:date:` in an expectation is a name, not a picture.
out, err = Console(emoji=False), Console(stderr=True, emoji=False)

WRONG, USAGE = 1, 2

Release = Annotated[str, typer.Argument(help="DATASET/VERSION, or DATASET for its latest release")]


@app.command()
def verify(
    release: Annotated[
        str | None, typer.Argument(help="DATASET or DATASET/VERSION only; else everything")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="an older checkpoint that the ledger must go on from, as a witness has it"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Hold every byte against its manifest, every manifest against its signed statement, every statement against its
    key, and the ledger against itself and its checkpoints. Works offline.

    Example: `praya verify` or `praya verify ferry-fares --checkpoint witness/checkpoint`
    """
    from praya.verify import states
    from praya.verify import verify as problems_of

    store = _store()
    dataset, _, version = (release or "").partition("/")
    which = (dataset or None, version or None)
    problems = list(problems_of(store, *which, checkpoint=checkpoint, witnesses=paths.witnesses()))
    try:
        found = [] if problems else list(states(store, *which))
    except PrayaError as error:
        stop(str(error), WRONG)
    if dataset and not problems and not found:
        stop(f"{release}: there is no such release in {store.path('released')}", USAGE)
    if json:
        told = [
            dict(zip(("where", "what"), problem.partition(": ")[::2], strict=True)) for problem in problems
        ]
        out.print_json(data={"problems": told, "versions": [one._asdict() for one in found]})
    for problem in () if json else problems:
        err.print(problem, markup=False, highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(WRONG)
    if not json:
        out.print(f"{release or 'everything'}: every byte is as published, and the ledger holds")
        for one in found:
            _say(f"{one.dataset} {one.version}: {one.state} ({one.why})")


@app.command()
def evidence(
    release: Release,
    output: Annotated[Path | None, typer.Option(help="where to; default <dataset>-<version>.zip")] = None,
) -> None:
    """Write a ZIP with all that shows where a release comes from, which an auditor checks without Praya.

    Example: `praya evidence ferry-fares`, then in the unpacked folder `python3 -I verify.py`
    """
    from praya.evidence import evidence as step

    dataset, version = _release(release)
    target = output or Path(f"{dataset}-{version}.zip")
    try:
        state = step(_store(), dataset, version, target, paths.witnesses())
    except PrayaError as error:
        stop(str(error), WRONG)
    _say(f"{target}: {state.state} ({state.why})")


@app.command()
def reproduce(release: Release) -> None:
    """Make a release again, from raw or from its protected table, by the code of its commit, and compare the bytes.

    Example: `praya reproduce ferry-fares`
    """
    from praya.reproduce import reproduce as step

    try:
        done = step(_store(), *_release(release))
    except PrayaError as error:
        stop(str(error), WRONG)
    for sentence in done.sentences:
        _say(sentence)
    if not done.same:
        raise typer.Exit(WRONG)


@app.command()
def checkpoint(
    request: Annotated[
        Path | None, typer.Option(help="write what a witness is asked with to this file")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(help="how many lines the witness saw last; default: of the last witnessed one"),
    ] = None,
    cosigned: Annotated[
        Path | None, typer.Option(help="the checkpoint as the witness gave it back", exists=True)
    ] = None,
) -> None:
    """Sign the ledger as it stands, ask a witness, or take in what the witness gave back.

    Example: `praya checkpoint --request ask`, then the witness's `praya witness FOLDER ask --output cosigned`, then
    `praya checkpoint --cosigned cosigned`
    """
    from praya.ledger import Ledger
    from praya.ledger.checkpoint import leaves_of
    from praya.ledger.checkpoint import request as asked
    from praya.provenance import signer
    from praya.provenance.keys import announce
    from praya.provenance.published import publish_checkpoint, take_witnessed, witnessed

    store = _store()
    try:
        if cosigned is not None:
            seen = take_witnessed(store, cosigned, paths.witnesses())
            _say(f"{seen.size:,} lines of the ledger have been witnessed")
            return
        announce(store, by := signer())
        note = publish_checkpoint(store, by)
        if request is not None:
            last = witnessed(store)
            old = since if since is not None else last.size if last else 0
            request.write_bytes(asked(leaves_of(Ledger(store)), old, note))
    except PrayaError as error:
        stop(str(error), WRONG)
    out.print(str(note), markup=False, highlight=False, soft_wrap=True, end="")


@app.command()
def witness(
    folder: Annotated[
        Path, typer.Argument(help="the witness's own folder: its key, and the last checkpoint seen")
    ],
    request: Annotated[Path | None, typer.Argument(help="what the publisher asks with", exists=True)] = None,
    publisher: Annotated[str | None, typer.Option(help="believe this key (`note_key` in keys.json)")] = None,
    name: Annotated[str, typer.Option(help="the witness's name")] = "witness.invalid/praya",
    output: Annotated[
        Path | None, typer.Option(help="where the cosigned checkpoint goes; default: shown")
    ] = None,
) -> None:
    """For a second party, on a machine of its own: cosign that the ledger only grew, or refuse and say why.

    Example: `praya witness here --publisher KEY` once, then `praya witness here ask --output cosigned`
    """
    import time

    from praya.ledger.note import VerifierKey
    from praya.ledger.witness import Witness

    second = Witness(folder, name)
    try:
        if publisher is not None:
            second.believe(VerifierKey.parse(publisher))
        if request is None:
            _say(str(second.vkey))
            return
        note = str(second.cosign(request.read_bytes(), int(time.time())))
    except PrayaError as error:
        stop(f"not cosigned: {error}", WRONG)
    if output is not None:
        output.write_text(note, "utf-8")
    else:
        out.print(note, markup=False, highlight=False, soft_wrap=True, end="")


@keys.command("list")
def list_keys() -> None:
    """Show every key: from when, until when, revoked or not.

    Example: `praya keys list`
    """
    from praya.provenance.keys import known_keys, publish_keys

    store = _store()
    try:
        publish_keys(store)
        for key in known_keys(store).values():
            told = f", revoked since {key.revoked['since']}: {key.revoked['reason']}" if key.revoked else ""
            _say(f"{key.keyid}: from {key.since} until {key.until or 'now'}{told}")
    except PrayaError as error:
        stop(str(error), WRONG)


@keys.command()
def rotate() -> None:
    """Take a new signing key; the old one is retired, and what it signed stays good.

    Example: `praya keys rotate`
    """
    from praya.provenance.keys import rotate as step
    from praya.provenance.signing import key_file

    try:
        _say(
            f"{step(_store(), key_file()).keyid}: signs from now on; tell the witness with `praya keys list`"
        )
    except PrayaError as error:
        stop(str(error), WRONG)


@keys.command()
def revoke(
    keyid: Annotated[str, typer.Argument(help="the key, or the first digits of its id")],
    reason: Annotated[str, typer.Option(help="why, in a sentence")],
    since: Annotated[
        str | None, typer.Option(help="refuse all from this moment (ISO 8601 with zone); default now")
    ] = None,
) -> None:
    """Revoke a key: what the ledger recorded under it since then is refused.

    Example: `praya keys revoke 3f2a --reason "The machine was broken into." --since 2026-11-01T00:00:00Z`
    """
    from praya.provenance.keys import revoke as step

    try:
        step(_store(), keyid, reason, since)
    except PrayaError as error:
        stop(str(error), WRONG)


def stop(sentence: str, status: int) -> NoReturn:
    """Say what is wrong and end with `status`."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(status)


def _say(sentence: str) -> None:
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _store() -> Store:
    from praya.store import Store

    return Store(paths.store())


def _release(text: str) -> tuple[str, str]:
    """Dataset and version of DATASET/VERSION, or of a dataset's latest release."""
    dataset, _, version = text.partition("/")
    latest = _store().get_json(f"released/{dataset}/latest.json") or {}
    if not (version := version or str(latest.get("version", ""))):
        stop(f"{dataset}: has no latest release; see `praya show`", USAGE)
    return dataset, version
