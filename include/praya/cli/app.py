"""The `praya` command: the same steps that Airflow runs, for a quick try, and what came of them.

Exit status: 0 done, 1 something is wrong with the data or the store, 2 wrong use, 3 wrong contracts, 4 only writes that
were interrupted (`verify`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from praya import paths
from praya.cli import audit as cli_audit
from praya.cli import error_codes as cli_errors
from praya.cli import ledger as cli_ledger
from praya.cli import metrics as cli_metrics
from praya.cli import reports as cli_reports
from praya.cli import serve as cli_serve
from praya.cli import verify as cli_verify
from praya.cli.command_group import CommandGroup
from praya.cli.releases import app as releases
from praya.cli.terminal import CONTRACTS, USAGE, WRONG, Application, err, out, stop
from praya.cli.terminal import contract as the_contract
from praya.cli.terminal import contracts as all_contracts
from praya.contract import read_contracts, without_labels
from praya.contract.base import Keys, Problem
from praya.contract.description import describe_problem
from praya.contract.load import lines_of
from praya.errors import ContractError, FileProblem, PrayaError, codes
from praya.extensions import COMMAND_GROUPS, discover_specs
from praya.text.outside import clean, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from praya.assurance.status import Row
    from praya.contract import Contract

app = Application(
    help="Departmental data in, checked and documented open data out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
)
for group in (releases, cli_verify.app, cli_ledger.app, cli_metrics.app):
    app.add_typer(group)
app.add_typer(cli_reports.app, name="reports")
for command in (
    cli_audit.report,
    cli_audit.faults,
    cli_audit.audit,
    cli_errors.errors,
    cli_serve.serve,
    cli_serve.downloads,
    cli_serve.preview,
):
    app.command()(command)
for added in discover_specs(CommandGroup, COMMAND_GROUPS).values():
    app.add_typer(added.app, name=added.prefix)


@app.callback()
def begin(context: typer.Context) -> None:
    from praya.store.journal import Journal, writer

    name = writer.set(f"praya {context.invoked_subcommand}")
    context.call_on_close(partial(writer.reset, name))
    if (journal := Journal.written(paths.store())) is not None:
        journal.wrote = False  # by another command in this process
    if context.invoked_subcommand != "checkpoint":  # which signs, or says itself why not
        context.call_on_close(_sign)


def _sign() -> None:
    """What a command wrote is signed at its end, also where it failed; one that only reads signs nothing."""
    from praya.provenance import signer
    from praya.provenance.checkpoints import sign_end
    from praya.store.journal import Journal

    if (journal := Journal.written(paths.store())) is None:
        return
    try:
        sign_end(journal.store, signer)
    except PrayaError as error:
        err.print(
            f"the ledger was not signed at the end: {error.with_code}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        raise SystemExit(WRONG) from None


@app.command()
def check() -> None:
    """Check every contract, suite, metric, the register and the revisions, and say all that is wrong.

    Example: `praya check`
    """
    from praya.contract.register import load_register
    from praya.contract.revisions import load_revisions
    from praya.pipeline.measure import Mart, read_marts
    from praya.pipeline.validate.suite import from_contract, load_suite, unknown_waivers

    contracts, problems = read_contracts(paths.contracts())
    problems += without_labels(paths.contracts(), contracts)
    # A contract that does not load is there all the same: what refers to it is not wrong for that.
    all_load, files = not problems, {path.stem for path in paths.contracts().glob("*/*.yaml")}
    wrong_suites = set[str]()
    for path in sorted(paths.suites().glob("*.json")):
        if found := _problems(partial(load_suite, path)):
            wrong_suites.add(path.stem)
        problems += found
        if path.stem not in files:
            said = f"{path}: there is no dataset {path.stem!r}; a suite has its dataset's name"
            problems.append(FileProblem(codes.validate.SUITE_WITHOUT_DATASET, said))
    for contract in contracts:
        if contract.waivers and contract.dataset not in wrong_suites:
            suite = load_suite(paths.suites() / f"{contract.dataset}.json")
            expectations = [*from_contract(contract), *suite]
            problems += [_in_file(contract, each) for each in unknown_waivers(contract, expectations)]
    problems += _problems(lambda: load_register(paths.metrics() / "register"))
    problems += _problems(lambda: load_revisions(paths.revisions()))
    marts, wrong = list[Mart](), dict[str, FileProblem]()
    try:
        marts, wrong = read_marts(paths.metrics(), contracts) if all_load else ([], {})
    except PrayaError as error:
        problems.append(FileProblem(error.code, str(error)))
    problems += dict.fromkeys(wrong.values())
    for contract in contracts if all_load else []:
        if contract.source.mart and contract.source.mart not in {*wrong, *(mart.name for mart in marts)}:
            missing = f"there is no {contract.source.mart}.sql in {paths.metrics()}"
            problems.append(
                _in_file(contract, Problem(("source", "mart"), missing, codes.measure.MART_UNKNOWN))
            )
    problems += _of_lineage(contracts) if all_load and marts else []
    for problem in problems:
        err.print(problem.with_code, soft_wrap=True)
    if problems:
        raise typer.Exit(CONTRACTS)
    out.print(f"{len(contracts)} contracts and {len(marts)} marts are in order")


def _of_lineage(contracts: Sequence[Contract]) -> list[FileProblem]:
    """Where datasets of marts declare less than what the marts are made from asks for."""
    from praya.lineage import Traced, follow, problems_of

    traced = follow(paths.metrics(), contracts, [one.source.mart for one in contracts if one.source.mart])
    found = []
    for contract in contracts:
        of = traced.get(contract.source.mart or "")
        if isinstance(of, Traced):
            found += [_in_file(contract, _at_key(contract, *each)) for each in problems_of(contract, of)]
        elif of is not None:
            untold = f"what it is made from cannot be told: {of}"
            found.append(_in_file(contract, Problem(("source", "mart"), untold, of.code)))
    return found


def _at_key(contract: Contract, where: str, what: str) -> Problem:
    """A problem of a lineage, which is at `source.mart: its name`, `schema.fields.a_field`, or a key of a section."""
    key, _, about = where.partition(": ")
    keys: Keys = tuple(key.split("."))
    if keys[:2] == ("schema", "fields"):
        names = [field.name for field in contract.fields]
        keys = ("schema", "fields", names.index(str(keys[2])))
    return Problem(keys, f"{about} {what}".lstrip(), codes.disclosure.DECLARATION_TOO_WEAK)


def _in_file(contract: Contract, problem: Problem) -> FileProblem:
    """A problem of a contract that was loaded, with its file and line."""
    path = paths.contracts() / contract.provider / f"{contract.dataset}.yaml"
    return describe_problem(path, lines_of(path), problem)


@app.command()
def approve(
    dataset: Annotated[str, typer.Argument(help="the dataset whose disclosure control became weaker")],
    proposed_by: Annotated[str, typer.Option(help="who wants the change")],
    approved_by: Annotated[str, typer.Option(help="who agrees: another person, whom the policy lets")],
    reason: Annotated[str, typer.Option(help="why less protection is right, in a sentence")],
) -> None:
    """Record that a second person agrees with weaker disclosure control, or with the first release of what is made from
    records; the dataset may then be released.

    For machines without Airflow: this command believes the names that it is given. Airflow is the one that knows
    who is who; where it runs, trigger the DAG `disclosure_approval` instead.

    Example: `praya approve ferry-fares --proposed-by mary --approved-by officer --reason "Fares of offices only."`
    """
    from praya.disclosure.protect.approval import approve as step
    from praya.disclosure.protect.approval import waiting
    from praya.store import Store

    contract, store = the_contract(dataset), Store(paths.store())
    try:
        change = waiting(contract, store)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    if change is None:
        stop(f"{dataset}: nothing became weaker that waits for an approval", USAGE)
    try:
        line = step(
            change,
            store,
            proposed_by=proposed_by,
            approved_by=approved_by,
            reason=reason,
            by="command line",
        )
    except PrayaError as error:
        stop(error.with_code, WRONG)
    out.print(f"approved, ledger line {line.number}: {change.sentences}", soft_wrap=True)


@app.command()
def methods(
    dataset: Annotated[str, typer.Argument(help="a dataset of aggregated counts, with an accepted table")],
) -> None:
    """Set the disclosure methods side by side: what each would withhold and change. Nothing is published by it.

    Example: `praya methods 1823-cases-by-department`
    """
    from praya.disclosure.protect.utility import compare, in_percent
    from praya.store import Store

    contract, store = the_contract(dataset), Store(paths.store())
    try:
        found = compare(contract, store)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("method", "count"):
        table.add_column(heading, overflow="fold")
    for heading in ("cells", "with-\nheld", "changed", "share\nwithheld", "share\nmisplaced", "mean\nerror"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, one in found["methods"].items():
        for each in one.get("counts", []):
            numbers = (f"{each[key]:,}" for key in ("cells", "withheld", "changed"))
            shares = (in_percent(each[key]) for key in ("share_withheld", "share_misplaced"))
            off = "–" if each["mean_error"] is None else f"{each['mean_error']:g}"
            table.add_row(name, each["count"], *numbers, *shares, off)
        if reason := one.get("not_possible"):
            table.add_row(name, f"not possible: {reason}")
    out.print(table)
    out.print(f"page: {store.path(found['report'])}", soft_wrap=True)


@app.command()
def show(
    dataset: Annotated[str | None, typer.Argument(help="one dataset only, with its reason in full")] = None,
) -> None:
    """Show what is released, quarantined and failed, and why.

    Example: `praya show` or `praya show public-holidays`
    """
    from praya.assurance.status import decided, summary, waivers
    from praya.pipeline.current import NO_ROWS, has_no_rows_yet
    from praya.store import Store

    contracts = [one for one in all_contracts() if dataset in (None, one.dataset)]
    if not contracts:
        stop(f"there is no dataset '{quote(str(dataset))}'", USAGE)
    store = Store(paths.store())
    rows = summary(contracts, store, paths.suites())
    print_summary(rows)
    for row in rows:
        if row.reason:
            out.print(clean(f"{row.dataset}: {row.reason}"))
    for contract in contracts:
        if has_no_rows_yet(contract, store):
            out.print(f"{contract.dataset}: {NO_ROWS}")
        for line in waivers(contract, store):
            out.print(line, soft_wrap=True)
    if dataset:
        for step in ("staged", "validated"):
            state = store.state(dataset, step) or {}
            for name in ("quarantine", "report"):
                if name in state:
                    out.print(f"{name}: {store.path(state[name])}", soft_wrap=True)
            for place, text in state.get("beside", {}).items():
                out.print(f"beside the records: {quote(place)}: {quote(text)}", soft_wrap=True)
        for line in decided(store, dataset):
            out.print(line, soft_wrap=True)
    if any(row.reason for row in rows):
        raise typer.Exit(WRONG)


def print_summary(rows: list[Row], console: Console = out) -> None:
    """The summary as a table that fits the terminal."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("dataset", overflow="fold")
    for heading in ("rows\nin", "quaran-\ntined"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("verdict")
    table.add_column("release", overflow="fold")
    table.add_column("files", justify="right", no_wrap=True)
    table.add_column("bytes", justify="right", no_wrap=True)
    for row in rows:
        numbers = [f"{number:,}" if number is not None else "–" for number in (row.rows_in, row.quarantined)]
        sizes = [f"{number:,}" if number is not None else "–" for number in (row.files, row.bytes)]
        style = "red" if row.reason else None
        table.add_row(row.dataset, *numbers, row.verdict, row.release, *sizes, style=style)
    console.print(table)


def _problems(load: Callable[[], object]) -> list[FileProblem]:
    try:
        load()
    except ContractError as error:
        return error.problems
    return []
