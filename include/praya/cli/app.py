"""The `praya` command: the same steps that Airflow runs, for a quick try, and what came of them.

Its commands are in `praya.cli.groups` and in the packages that others name as `praya.command_groups`.

Exit status: 0 done, 1 something is wrong with the data or the store, 2 wrong use, 3 wrong contracts, 4 only writes that
were interrupted (`verify`).
"""

from __future__ import annotations

from functools import partial

import typer

from praya.cli.command_group import find_command_groups
from praya.cli.terminal import WRONG, Application, err, project
from praya.errors import PrayaError

app = Application(
    help="Departmental data in, checked and documented open data out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
)
try:
    for group in find_command_groups():
        app.add_typer(group.app, name=group.prefix)
except PrayaError as error:  # before there is an application that would show it
    err.print(error.with_code, style="red", soft_wrap=True)
    raise SystemExit(WRONG) from None


@app.callback()
def begin(context: typer.Context) -> None:
    from praya.store.journal import Journal, writer

    name = writer.set(f"praya {context.invoked_subcommand}")
    context.call_on_close(partial(writer.reset, name))
    if (journal := Journal.written(project().store_folder)) is not None:
        journal.wrote = False  # by another command in this process
    if context.invoked_subcommand != "checkpoint":  # which signs, or says itself why not
        context.call_on_close(_sign)


def _sign() -> None:
    """What a command wrote is signed at its end, also where it failed; one that only reads signs nothing."""
    from praya.provenance import load_signer
    from praya.provenance.checkpoints import sign_end
    from praya.store.journal import Journal

    if (journal := Journal.written(project().store_folder)) is None:
        return
    try:
        sign_end(journal.store, lambda: load_signer(project().signing_key))
    except PrayaError as error:
        err.print(
            f"the ledger was not signed at the end: {error.with_code}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        raise SystemExit(WRONG) from None
