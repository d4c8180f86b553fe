"""The command for a store of an earlier version."""

from __future__ import annotations

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import WRONG, open_store, say, stop
from praya.errors import PrayaError

app = typer.Typer()
STORE = CommandGroup("store", app, position=420)


@app.command()
def migrate() -> None:
    """Bring the store to the layout of this version. It can be stopped at any moment, and run again.

    Example: `praya migrate`
    """
    from praya.store.migration import NEWEST, migrate_store

    store = open_store()
    try:
        for migration, keys in migrate_store(store):
            say(f"layout {migration.number}: {migration.title}: {len(keys):,} files written")
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{store.describe('')}: has layout {NEWEST}")
