"""The commands that sign the ledger: checkpoint for the publisher, witness for a second party."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, WRONG, open_store, out, project, say, stop
from praya.errors import PrayaError
from praya.text.outside import quote

app = typer.Typer()
LEDGER = CommandGroup("ledger", app, position=800)


@app.command()
def checkpoint(
    request: Annotated[Path | None, typer.Option(help="write the request for a witness to this file")] = None,
    since: Annotated[
        int | None,
        typer.Option(
            help="how many lines the witness saw last; default: those of the last witnessed checkpoint"
        ),
    ] = None,
    cosigned: Annotated[
        Path | None, typer.Option(help="the checkpoint as the witness returned it", exists=True)
    ] = None,
    anew: Annotated[
        str | None,
        typer.Option(help="the last checkpoint is lost or the ledger is from a backup: why, for the ledger"),
    ] = None,
) -> None:
    """Sign the ledger as it is now, ask a witness, or take in what the witness returned. Every run signs at its end;
    where the last checkpoint is lost, nothing is signed until a person says why (`--anew`).

    Example: `praya checkpoint --request ask`, then the witness's `praya witness FOLDER ask --output cosigned`, then
    `praya checkpoint --cosigned cosigned`
    """
    from praya.provenance import load_signer
    from praya.provenance.checkpoints import request_cosignature, sign_ledger, take_witnessed

    store = open_store()
    try:
        if cosigned is not None:
            seen = take_witnessed(store, cosigned, project().witnesses)
            say(f"{seen.size:,} lines of the ledger have been witnessed")
            return
        if anew is not None and len(anew.strip()) < 10:
            stop(
                f"the reason '{quote(anew)}' is too short; say in a sentence why the last checkpoint is lost",
                USAGE,
            )
        note = sign_ledger(store, load_signer(project().signing_key), anew)
        if request is not None:
            request.write_bytes(request_cosignature(store, note, since))
    except PrayaError as error:
        stop(error.with_code, WRONG)
    out.print(str(note), soft_wrap=True, end="")


@app.command()
def witness(
    folder: Annotated[
        Path, typer.Argument(help="the witness's own folder: its key, and the last checkpoint seen")
    ],
    request: Annotated[Path | None, typer.Argument(help="the publisher's request", exists=True)] = None,
    publisher: Annotated[str | None, typer.Option(help="believe this key (`note_key` in keys.json)")] = None,
    name: Annotated[
        str | None, typer.Option(help="the witness's name, given once; default witness.invalid/praya")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="where the cosigned checkpoint goes; default: shown")
    ] = None,
) -> None:
    """For a second party, on a separate machine: cosign that the ledger only grew, or refuse and say why.

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
