"""The commands of `praya` on metrics: what one means and every figure of it, and the close of a month."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, WRONG, By, month_of, open_store, out, person_of, say, stop
from praya.errors import PrayaError
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.register import Metric
    from praya.reports.metrics import Figures, Observation

app = typer.Typer()
METRICS = CommandGroup("metrics", app, position=610)

Day = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="as known at the end of that day, Hong Kong time"),
]


@app.command()
def metric(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="the metric; without it, all are listed")
    ] = None,
    as_of: Day = None,
    programme: Annotated[str | None, typer.Option(help="list this programme's only")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    folder: Annotated[
        Path | None, typer.Option("--to", help="write the metric's pages there, as they were on that day")
    ] = None,
) -> None:
    """Show what a metric means, and every figure of it with document, place and release; or list the metrics.

    Example: `praya metric 1823-customer-satisfaction --as-of 2026-10-31`
    """
    from praya.errors import NotKnown
    from praya.reports.metrics import Figures

    figures = Figures(open_store(), as_of.date() if as_of else None)
    try:
        if name is None:
            _list(figures, programme, as_json)
        else:
            _show_metric(figures, figures.metric(name), as_json)
            if folder is not None:
                _write(figures, figures.metric(name), folder)
    except NotKnown as unknown:
        stop(unknown.with_code, USAGE)
    except PrayaError as error:
        stop(error.with_code, WRONG)


@app.command()
def close(
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="the month (default: those that are over and open)")
    ] = None,
    by: By = None,
) -> None:
    """Close a month that is over: make every report as known on its last day, and put the close on record.

    A closed month does not change; the command says that it was closed before.

    Example: `praya close --month 2026-10`
    """
    from praya.history.editions import shelf
    from praya.reports.closing import close as step
    from praya.reports.closing import to_close
    from praya.site.views import present

    store, now, by = open_store(), dt.datetime.now(dt.UTC), person_of(by)
    months = [month_of(month)] if month else to_close(store, now)
    if not months:
        say("every month that is over is closed")
    for ended in months:
        try:
            outcome = step(store, ended, now, by)
            present(store)
        except PrayaError as error:
            stop(error.with_code, WRONG)
        say(f"{ended}: {'closed' if outcome['changed'] else 'was closed before, and stays as it was'}")
        say(
            f"  {outcome['due']} metrics with figures due and not there, {outcome['waiting']} figures still what was "
            f"expected, {outcome['revised']} revised in the month"
        )
        for name, edition in outcome["editions"].items():
            say(f"  {name}: {store.describe(f'{shelf(name)}/{edition}')}")
        for name, why in outcome["not_made"].items():
            say(f"  {name}: not made: {why}")


def _write(figures: Figures, metric: Metric, folder: Path) -> None:
    from praya.reports.metric_pages import pages

    folder.mkdir(parents=True, exist_ok=True)
    for file, data in pages(figures, metric).items():
        (folder / file).write_bytes(data)


def _show_metric(figures: Figures, metric: Metric, as_json: bool) -> None:
    from praya.reports.metrics.metric_json import describe_metric

    known = describe_metric(figures, metric)
    if as_json:
        typer.echo(json.dumps(known, indent=2, ensure_ascii=False))
        return
    unit = figures.units[metric.unit].en
    say(f"{metric.id}: {metric.title.en} ({metric.title.zh_hant})")
    if known["synthetic"]:
        say("SYNTHETIC: generated, not real")
    say(metric.definition.en)
    target = metric.target
    goal = (
        f"none: {target.none_because.en}" if target.none_because else f"{known['target']['printed']} {unit}"
    )
    if target.beyond:
        goal += ", to be gone beyond"
    if target.due:
        goal += f", by the end of {target.due.period}"
    if target.source_document:
        goal += f" ({target.source_document}: {target.source_locator})"
    status = "; ".join(word for word in (known["status"], known["trend"]) if word)
    for label, text in (
        ("unit", unit),
        ("direction", metric.direction),
        ("target", goal),
        ("status", status),
        ("computed", metric.computed.en),
        ("office", metric.office.en),
        ("frequency", metric.frequency),
        ("source", ", ".join(metric.documents) or metric.observed.dataset),
        *([("gap", metric.gap.en)] if metric.gap else []),
    ):
        say(f"  {label + ':':11}{text}")
    observations = figures.of(metric)
    if observations:
        out.print(_observations(observations))
    else:
        say("no figure has been released")
    for revision in figures.revised(metric):
        now = revision.now if revision.now is not None else "no longer given"
        say(
            f"revised: {revision.period} {revision.stage}: {revision.was} → {now} in {revision.version}, "
            f"by {revision.by}, {revision.decided}: {revision.reason['en']}"
        )


def _observations(observations: list[Observation]) -> Table:
    table = _table("period", "stage", "value", "status", "document and place", "release")
    for observation in observations:
        where = (
            f"{observation.source_document}: {observation.source_locator}"
            if observation.source_document
            else str(observation.source_locator)
        )
        before = f"{observation.qualifier} " if observation.qualifier else ""
        value = "withheld" if observation.value is None else before + str(observation.printed)
        release = f"{observation.release.dataset} {observation.release.number or observation.release.version}"
        table.add_row(observation.period, observation.stage, value, observation.obs_status, where, release)
    return table


def _list(figures: Figures, programme: str | None, as_json: bool) -> None:
    from praya.reports.metrics import judged

    known = [programme.programme for programme in figures.programmes]
    if programme and programme not in known:
        stop(f"there is no programme '{quote(programme)}'; there are: {', '.join(known)}", USAGE)
    rows = []
    for each in figures.programmes:
        if programme not in (None, each.programme):
            continue
        if not as_json:
            say(f"{each.programme}: {each.title.en}")
        for metric in figures.shown_by(each):
            result = judged(metric, figures.of(metric))
            rows.append(
                {
                    "programme": each.programme,
                    "metric": metric.id,
                    "title": metric.title.as_dict(),
                    **result.as_dict(),
                }
            )
            values = [
                _short(observation, metric.unit)
                for observation in (result.actual, result.expected)
                if observation
            ]
            if not as_json:
                say(f"  {result.status:11} {metric.id}{': ' if values else ''}{'; '.join(values)}")
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        right, whole = heading == "value", heading in ("value", "period")
        table.add_column(
            heading,
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=whole,
        )
    return table


def _short(observation: Observation, unit: str) -> str:
    before = f"{observation.qualifier} " if observation.qualifier else ""
    return f"{before}{observation.printed} {unit}, {observation.period} {observation.stage}"
