"""The command on previews: who sees the next release before it is out, and who looked."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeVar

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.groups.serve_commands import PREVIEW_PORT
from praya.cli.terminal import USAGE, WRONG, By, contracts, open_store, person_of, say, stop
from praya.contract import Contract
from praya.contract.zone import show_moment
from praya.errors import PrayaError
from praya.store import Store
from praya.text.outside import quote

TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d"]

T = TypeVar("T")

app = typer.Typer()
PREVIEW = CommandGroup("preview", app, position=410)


@app.command()
def preview(
    dataset: Annotated[str, typer.Argument(help="the dataset's id")],
    to: Annotated[str | None, typer.Option(help="who sees the figures before they are out")] = None,
    start: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=TIMES, help="from when, in Hong Kong (default: now)"),
    ] = None,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=TIMES, help="until when, in Hong Kong, e.g. 2027-01-04T16:30"),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="why, in a sentence")] = None,
    by: By = None,
    end: Annotated[bool, typer.Option(help="take back what `--to` may see, or all of it")] = False,
    on_record: Annotated[
        bool, typer.Option(help="give no token: they see the figures in another way, on paper or by word")
    ] = False,
    address: Annotated[
        str, typer.Option(help="where `praya serve --previews` answers", envvar="PRAYA_PREVIEW_URL")
    ] = f"http://127.0.0.1:{PREVIEW_PORT}",
) -> None:
    """Let a person see the next release before it is out; without options, list who may see it and who looked.

    Writes what would be released now to a separate folder, which a token opens. The token is shown once. The release
    lists who saw it before.

    Example: `praya preview itf-figures --to "Secretary's office" --until 2027-01-04T16:30 --reason "Briefing."`
    """
    store = open_store()
    if end:
        _end(store, dataset, to, _require(reason, "--reason"), person_of(by))
    elif (to, start, until, reason, on_record) == (None, None, None, None, False):
        _list(store, dataset)
    else:
        to, reason, by = _require(to, "--to"), _require(reason, "--reason"), person_of(by)
        moment = _in_hong_kong(_require(until, "--until"))
        contract = _released(dataset)
        if on_record:
            from praya.pipeline.release.preview import on_record as step

            line = step(store, dataset, to, moment, reason, by)
            say(f"on record, ledger line {line.number}: {to} sees {dataset} before its release")
            return
        begin = _in_hong_kong(start) if start else dt.datetime.now(dt.UTC)
        _grant(store, contract, (to, begin, moment, reason, by), address)


def _grant(
    store: Store, contract: Contract, terms: tuple[str, dt.datetime, dt.datetime, str, str], address: str
) -> None:
    from praya.pipeline.current import TodaysRules
    from praya.pipeline.protect import protect_table
    from praya.pipeline.release.preview import grant_preview

    to, start, until, reason, by = terms
    try:
        table, checks = protect_table(contract, store), TodaysRules(store, store.project.suites)
        grant, token = grant_preview(
            table, contract, store, to=to, start=start, until=until, reason=reason, by=by, checks=checks
        )
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{to} sees {grant.dataset} {grant.version} before its release, {_times(grant.start, grant.until)}")
    say(f"give them this address; it is shown once: {address.rstrip('/')}/preview/{token}/")
    say("it answers while `praya serve --previews` runs there")


def _end(store: Store, dataset: str, to: str | None, reason: str, by: str) -> None:
    from praya.history.grants import end, list_grants

    grants = [grant for grant in list_grants(store, dataset) if to in (None, grant.to) and not grant.ended]
    if not grants:
        who = f"nobody called '{quote(to)}'" if to else "nobody"
        stop(f"{dataset}: {who} has a preview that could be ended", WRONG)
    for grant in grants:
        line = end(store, grant, reason, by)
        say(f"ended, ledger line {line.number}: {grant.to} no longer sees {dataset} {grant.version}")


def _list(store: Store, dataset: str) -> None:
    from praya.history.grants import list_grants, looks

    now, grants = dt.datetime.now(dt.UTC), list(list_grants(store, dataset))
    if not grants:
        say(f"{dataset}: nobody has or had a preview")
    for grant in grants:
        seen = looks(store, grant)
        files = len({access["file"] for access in seen})
        said = (
            f"looked {len(seen):,} times, at {files:,} files, last at {show_moment(seen[-1]['at'])}"
            if seen
            else "never looked"
        )
        times = _times(grant.start, grant.until)
        say(f"{grant.to}: {grant.version}, {times}, {grant.state(store, now)}; {said}")


def _released(dataset: str) -> Contract:
    known = {contract.dataset: contract for contract in contracts() if contract.released}
    if dataset not in known:
        stop(
            f"there is no dataset '{quote(dataset)}' that is released; there are: {', '.join(sorted(known))}",
            WRONG,
        )
    return known[dataset]


def _require(value: T | None, name: str) -> T:
    if value is None:
        stop(f"{name} is missing; see `praya preview --help`", USAGE)
    return value


def _in_hong_kong(moment: dt.datetime) -> dt.datetime:
    from praya.contract.zone import HONG_KONG

    return moment if moment.tzinfo else moment.replace(tzinfo=HONG_KONG)


def _times(start: dt.datetime, until: dt.datetime) -> str:
    return f"from {show_moment(start, zone=False)} until {show_moment(until)}"
