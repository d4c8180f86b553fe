"""The commands that hand out what is released, and what is not yet to those who may see it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from praya.cli.terminal import (
    USAGE,
    WRONG,
    By,
    contracts,
    month_of,
    open_store,
    person_of,
    project,
    say,
    stop,
)
from praya.contract import Contract
from praya.contract.zone import show_moment
from praya.errors import PrayaError
from praya.store import Store
from praya.text.outside import quote

PORT, PREVIEW_PORT = 8000, 8001

TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d"]

LEFT_OUT = {
    "other_months": "of other months",
    "no_data": "pages, metadata and the like",
    "not_whole": "not answered with a whole file",
    "robots": "by robots",
    "unreadable": "unreadable lines",
}

T = TypeVar("T")


def serve(
    port: Annotated[int | None, typer.Option(help="port (default: 8000; of previews 8001)")] = None,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    folder: Annotated[
        Path | None, typer.Option(help="what to serve: a copy of the released area (default: the store's)")
    ] = None,
    previews: Annotated[
        bool, typer.Option(help="serve previews to who holds a token, and nothing beside them")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            help="log what is handed out there, without readers' addresses, for `praya downloads`",
            envvar="PRAYA_ACCESS_LOGS",
        ),
    ] = None,
) -> None:
    """Serve the released area with its stable addresses (`DATASET/latest/FILE`), or with `--previews` the previews.

    Example: `praya serve` or `praya serve --previews --port 8001`
    """
    from praya.site.serve import serve as run

    port = port or (PREVIEW_PORT if previews else PORT)
    if previews:
        if folder:
            stop("--folder goes with what is released; previews lie in the store", USAGE)
        say(f"serving previews at http://{host}:{port}/preview/ (Ctrl-C ends)")
        run(host, port, previews=open_store())
        return
    folder = folder or project().store_folder / "released"
    if not folder.is_dir():
        stop(f"{folder}: is no folder: nothing has been released yet, or --folder names another", USAGE)
    say(f"serving {folder} at http://{host}:{port}/ (Ctrl-C ends)")
    run(host, port, folder, logs=log)


def downloads(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="a month that is over, Hong Kong time")],
    logs: Annotated[
        list[Path] | None,
        typer.Argument(
            help="access logs in the Combined Log Format, also .gz, which hold the whole month (default: those in the "
            "folder PRAYA_ACCESS_LOGS)",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    by: By = None,
) -> None:
    """Count the downloads of a month, and put them on record; `open-data-progress` has them with its next release.

    Example: `praya downloads 2026-10 /var/log/nginx/access.log /var/log/nginx/access.log.1.gz`
    """
    from praya.site.downloads import count, logs_in

    month, folder, by = month_of(month), project().access_logs, person_of(by)
    found = logs or (logs_in(folder) if folder else [])
    if not found:
        stop("name the logs, or set PRAYA_ACCESS_LOGS to the folder that they are in", USAGE)
    try:
        told = count(open_store(), month, found, dt.datetime.now(dt.UTC), by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    total = sum(sum(formats.values()) for formats in told["counts"].values())
    say(f"{month}: {total:,} downloads of {len(told['counts'])} datasets, on record")
    for dataset, formats in told["counts"].items():
        if formats:
            say(f"  {dataset}: {', '.join(f'{name} {n:,}' for name, n in formats.items())}")
    left_out = ", ".join(f"{words} {told['left_out'][kind]:,}" for kind, words in LEFT_OUT.items())
    say(f"  left out: {left_out}")


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
    """Let somebody see the next release before it is out; without options, tell who may and who looked.

    What would be released now is written aside, and a token opens it. The token is shown once. The release says who
    saw what before.

    Example: `praya preview itf-figures --to "Secretary's office" --until 2027-01-04T16:30 --reason "Briefing."`
    """
    store = open_store()
    if end:
        _end(store, dataset, to, _told(reason, "--reason"), person_of(by))
    elif (to, start, until, reason, on_record) == (None, None, None, None, False):
        _list(store, dataset)
    else:
        to, reason, by = _told(to, "--to"), _told(reason, "--reason"), person_of(by)
        moment = _in_hong_kong(_told(until, "--until"))
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
    from praya.pipeline.release import grant_preview

    to, start, until, reason, by = terms
    try:
        table, checks = protect_table(contract, store), TodaysRules(store, project().suites)
        grant, token = grant_preview(
            table, contract, store, to=to, start=start, until=until, reason=reason, by=by, checks=checks
        )
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{to} sees {grant.dataset} {grant.version} before its release, {_times(grant.start, grant.until)}")
    say(f"give them this address; it is shown once: {address.rstrip('/')}/preview/{token}/")
    say("it answers while `praya serve --previews` runs there")


def _end(store: Store, dataset: str, to: str | None, reason: str, by: str) -> None:
    from praya.history.grants import end, grants

    found = [one for one in grants(store, dataset) if to in (None, one.to) and not one.ended]
    if not found:
        who = f"nobody called '{quote(to)}'" if to else "nobody"
        stop(f"{dataset}: {who} has a preview that could be ended", WRONG)
    for grant in found:
        line = end(store, grant, reason, by)
        say(f"ended, ledger line {line.number}: {grant.to} no longer sees {dataset} {grant.version}")


def _list(store: Store, dataset: str) -> None:
    from praya.history.grants import grants, looks

    now, found = dt.datetime.now(dt.UTC), list(grants(store, dataset))
    if not found:
        say(f"{dataset}: nobody has or had a preview")
    for grant in found:
        seen = looks(store, grant)
        files = len({one["file"] for one in seen})
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


def _told(value: T | None, name: str) -> T:
    if value is None:
        stop(f"{name} is missing; see `praya preview --help`", USAGE)
    return value


def _in_hong_kong(moment: dt.datetime) -> dt.datetime:
    from praya.contract.zone import HONG_KONG

    return moment if moment.tzinfo else moment.replace(tzinfo=HONG_KONG)


def _times(start: dt.datetime, until: dt.datetime) -> str:
    return f"from {show_moment(start, zone=False)} until {show_moment(until)}"
