"""The commands of those who sign: checkpoint and keys for the publisher, witness for a second party."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from praya.cli.terminal import USAGE, WRONG, By, open_store, out, person_of, project, say, stop
from praya.contract.zone import show_moment
from praya.errors import PrayaError
from praya.text.outside import quote

app = typer.Typer()
keys = typer.Typer(
    help="The publisher's signing keys: list, rotate, revoke.\n\nExample: `praya keys list`",
    no_args_is_help=True,
)
app.add_typer(keys, name="keys")


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
    anew: Annotated[
        str | None,
        typer.Option(help="the last checkpoint is lost or the ledger is from a backup: why, for the ledger"),
    ] = None,
) -> None:
    """Sign the ledger as it stands, ask a witness, or take in what the witness gave back. Every run signs at its end;
    where the last checkpoint is lost, nothing is signed until somebody says why (`--anew`).

    Example: `praya checkpoint --request ask`, then the witness's `praya witness FOLDER ask --output cosigned`, then
    `praya checkpoint --cosigned cosigned`
    """
    from praya.ledger import Ledger
    from praya.ledger.checkpoint import leaves_of
    from praya.ledger.checkpoint import request as asked
    from praya.provenance import load_signer
    from praya.provenance.keys import announce
    from praya.provenance.signed_files import publish_checkpoint, take_witnessed, witnessed

    store = open_store()
    try:
        if cosigned is not None:
            seen = take_witnessed(store, cosigned, project().witnesses)
            say(f"{seen.size:,} lines of the ledger have been witnessed")
            return
        announce(store, by := load_signer(project().signing_key))
        if anew is not None and len(anew.strip()) < 10:
            stop(
                f"the reason '{quote(anew)}' is too short; say in a sentence why the last checkpoint is lost",
                USAGE,
            )
        note = publish_checkpoint(store, by, anew)
        if request is not None:
            last = witnessed(store)
            old = since if since is not None else last.size if last else 0
            request.write_bytes(asked(leaves_of(Ledger(store)), old, note))
    except PrayaError as error:
        stop(error.with_code, WRONG)
    out.print(str(note), soft_wrap=True, end="")


@app.command()
def witness(
    folder: Annotated[
        Path, typer.Argument(help="the witness's own folder: its key, and the last checkpoint seen")
    ],
    request: Annotated[Path | None, typer.Argument(help="what the publisher asks with", exists=True)] = None,
    publisher: Annotated[str | None, typer.Option(help="believe this key (`note_key` in keys.json)")] = None,
    name: Annotated[
        str | None, typer.Option(help="the witness's name, given once; default witness.invalid/praya")
    ] = None,
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

    try:
        second = Witness(folder, name)
        if publisher is not None:
            second.believe(VerifierKey.parse(publisher))
        if request is None:
            say(str(second.vkey))
            return
        note = str(second.cosign(request.read_bytes(), int(time.time())))
    except PrayaError as error:
        stop(f"not cosigned: {error.with_code}", WRONG)
    if output is not None:
        output.write_text(note, "utf-8")
    else:
        out.print(note, soft_wrap=True, end="")


@keys.command("list")
def list_keys() -> None:
    """Show every key: from when, until when, revoked or not.

    Example: `praya keys list`
    """
    from praya.provenance.keys import known_keys, publish_keys

    store = open_store()
    try:
        publish_keys(store)
        for key in known_keys(store).values():
            begin, over = show_moment(key.since), show_moment(key.until) if key.until else "now"
            told = f"{key.keyid}: from {begin} until {over}"
            if key.revoked:
                told += f", revoked since {show_moment(key.revoked['since'])}: {key.revoked['reason']}"
            say(told)
    except PrayaError as error:
        stop(error.with_code, WRONG)


@keys.command()
def rotate(by: By = None) -> None:
    """Take a new signing key; the old one is retired, and what it signed stays good.

    Example: `praya keys rotate`
    """
    from praya.provenance.keys import rotate as step

    try:
        keyid = step(open_store(), project().signing_key, person_of(by)).keyid
        say(f"{keyid}: signs from now on; tell the witness with `praya keys list`")
    except PrayaError as error:
        stop(error.with_code, WRONG)


@keys.command()
def revoke(
    keyid: Annotated[str, typer.Argument(help="the key, or the first digits of its id")],
    reason: Annotated[str, typer.Option(help="why, in a sentence")],
    since: Annotated[
        str | None, typer.Option(help="refuse all from this moment (ISO 8601 with zone); default now")
    ] = None,
    by: By = None,
) -> None:
    """Revoke a key: what the ledger recorded under it since then is refused.

    Example: `praya keys revoke 3f2a --reason "The machine was broken into." --since 2026-11-01T00:00:00Z`
    """
    from praya.provenance.keys import revoke as step

    try:
        step(open_store(), keyid, reason, since, person_of(by))
    except PrayaError as error:
        stop(error.with_code, WRONG)
