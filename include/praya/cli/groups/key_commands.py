"""The commands on the publisher's signing keys: list, rotate, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import WRONG, By, open_store, person_of, project, say, stop
from praya.contract.zone import show_moment
from praya.errors import PrayaError

app = typer.Typer(
    help="The publisher's signing keys: list, rotate, revoke.\n\nExample: `praya keys list`",
    no_args_is_help=True,
)
KEYS = CommandGroup("keys", app, prefix="keys", position=810)


@app.command("list")
def list_keys() -> None:
    """List every key: from when, until when, and whether it is revoked.

    Example: `praya keys list`
    """
    from praya.provenance.keys import known_keys, publish_keys

    store = open_store()
    try:
        publish_keys(store)
        for key in known_keys(store).values():
            begin, over = show_moment(key.since), show_moment(key.until) if key.until else "now"
            line = f"{key.keyid}: from {begin} until {over}"
            if key.revoked:
                line += f", revoked since {show_moment(key.revoked['since'])}: {key.revoked['reason']}"
            say(line)
    except PrayaError as error:
        stop(error.with_code, WRONG)


@app.command()
def rotate(by: By = None) -> None:
    """Make a new signing key. The old key is retired; what it signed stays valid.

    Example: `praya keys rotate`
    """
    from praya.provenance.keys import rotate as step

    try:
        keyid = step(open_store(), project().signing_key, person_of(by)).keyid
        say(f"{keyid}: signs from now on; tell the witness with `praya keys list`")
    except PrayaError as error:
        stop(error.with_code, WRONG)


@app.command()
def revoke(
    keyid: Annotated[str, typer.Argument(help="the key, or the first digits of its id")],
    reason: Annotated[str, typer.Option(help="why, in a sentence")],
    since: Annotated[
        str | None, typer.Option(help="refuse all from this moment (ISO 8601 with zone); default now")
    ] = None,
    by: By = None,
) -> None:
    """Revoke a key: what the ledger recorded under it since that moment is refused.

    Example: `praya keys revoke 3f2a --reason "The machine was broken into." --since 2026-11-01T00:00:00Z`
    """
    from praya.provenance.keys import revoke as step

    try:
        step(open_store(), keyid, reason, since, person_of(by))
    except PrayaError as error:
        stop(error.with_code, WRONG)
