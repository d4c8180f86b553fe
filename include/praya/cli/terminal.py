"""What the commands share: two consoles, how a command ends, where its store is, and contracts by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from praya.cli.command_log import is_for_people, log_command
from praya.contract import Contract, load_contracts
from praya.errors import ContractError, PersonUnknown, PrayaError, codes
from praya.project import Project
from praya.store.disk import disk_error
from praya.store.duck import limit_memory, limit_threads
from praya.text.outside import clean, describe_crash, escape, quote
from praya.text.person import parse_person

if TYPE_CHECKING:
    from praya.store import Store

WRONG, USAGE, CONTRACTS, UNFINISHED = 1, 2, 3, 4


class PlainConsole(Console):
    """A console that shows text as it is: no markup, no pictures for names such as `:date:`, and every hidden character
    escaped, whatever it is that is printed."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, emoji=False, markup=False, highlight=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of Rich, their texts escaped; what Rich itself sends to the terminal is none."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=escape(segment.text))


By = Annotated[
    str | None,
    typer.Option(
        "--by", help="the person who does it, for the record (default: PRAYA_PERSON)", envvar="PRAYA_PERSON"
    ),
]

out, err = PlainConsole(), PlainConsole(stderr=True)


class Application(typer.Typer):
    """The commands, and the roof over them: what ends one is shown as from outside, with no value of a variable."""

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the command that the arguments name, and end the process with its status."""
        try:
            with log_command(err):
                status = self._run(*args, **kwargs)
        except typer.BadParameter as error:
            status = _wrong_use(error)
        raise SystemExit(status)

    def _run(self, *args: Any, **kwargs: Any) -> int:
        try:
            status = super().__call__(*args, standalone_mode=False, **kwargs)
        except typer.Abort:
            err.print("stopped")
            return WRONG
        except PrayaError as error:
            err.print(error.with_code, style="red", soft_wrap=True)
            return WRONG
        except Exception as error:
            return _wrong_use(error) if hasattr(error, "format_message") else _crashed(error)
        return status if isinstance(status, int) else 0


def _wrong_use(error: Any) -> int:
    """Show what Typer says of wrong arguments, which quotes them; returns the exit status."""
    from typer.rich_utils import rich_format_error

    error.message = clean(quote(error.message, 300))
    if is_for_people(err):
        rich_format_error(error)
    else:
        err.print(clean(quote(error.format_message(), 300)))
    return int(error.exit_code)


def _crashed(error: Exception) -> int:
    if (refused := disk_error(error)) is not None:
        err.print(refused.with_code, style="red", soft_wrap=True)
        return WRONG
    err.print(
        clean(
            f"{codes.internal.CRASH}: An error of Praya itself; please report it.\n{describe_crash(error)}"
        ),
        style="red",
        soft_wrap=True,
    )
    return WRONG


def project() -> Project:
    """The project that the environment of this command describes."""
    configured = Project.from_environment()
    limit_memory(configured.duckdb_memory)
    limit_threads(configured.duckdb_threads)
    return configured


def contracts() -> list[Contract]:
    """Every contract; what is wrong with them ends the command."""
    try:
        return load_contracts(project())
    except ContractError as error:
        stop(error.with_code, CONTRACTS)


def contract(dataset: str, among: list[Contract] | None = None) -> Contract:
    """The contract of `dataset`; a name that is none ends the command."""
    known = {candidate.dataset: candidate for candidate in among or contracts()}
    if dataset not in known:
        stop(f"there is no dataset '{quote(dataset)}'; there are: {', '.join(known)}", USAGE)
    return known[dataset]


def open_store() -> Store:
    """The store that the commands work on."""
    from praya.store import backend

    return backend.open_store(project())


def month_of(text: str) -> str:
    """A month as it was given; one that is none ends the command."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        stop(f"'{quote(text)}' is no month; expected one such as 2026-10", USAGE)
    return text


def person_of(by: str | None) -> str:
    """The person who does it, as it goes on record; without one the command ends."""
    if by is None:
        stop("say who does it: --by NAME, or set PRAYA_PERSON; the name goes on record", USAGE)
    try:
        return parse_person(by)
    except PersonUnknown as error:
        stop(error.with_code, USAGE)


def say(sentence: str) -> None:
    """Say something as it is, in one line however wide the terminal."""
    out.print(clean(sentence), soft_wrap=True)


def warn(sentence: str) -> None:
    """Say what is not as it should be, and does not end the command."""
    err.print(f"warning: {clean(sentence)}", style="yellow", soft_wrap=True)


def stop(sentence: str, status: int) -> NoReturn:
    """Say what is wrong and end with `status`."""
    err.print(clean(sentence), style="red", soft_wrap=True)
    raise typer.Exit(status)
