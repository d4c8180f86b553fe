"""Every error has a code, the list of them is whole, and people see them."""

from __future__ import annotations

import ast
import copy
import datetime as dt
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from made import make_contract
from praya.assurance.standing import standing_of
from praya.assurance.status import record_problem, summary
from praya.cli.app import app
from praya.errors import (
    ContractError,
    FileProblem,
    PrayaError,
    ReleaseHeld,
    SourceUnavailable,
    all_areas,
    all_codes,
    codes,
    put_code_first,
)
from praya.errors.page import COMMAND, errors_page
from praya.errors.registry import RETIRED
from praya.store import Store, layout
from praya.store.states import Problem

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
DECLARED = INCLUDE / "praya" / "errors"
# Made of problems, each of which has its code.
OF_PROBLEMS = "ContractError"


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(INCLUDE.rglob("*.py"))}


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def error_classes() -> set[str]:
    """The names of PrayaError and of all classes made from it."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known: set[str] = {"PrayaError"}
    while more := {name for name, of in bases.items() if of & known} - known:
        known |= more
    return known


def sites() -> Iterator[tuple[str, ast.Call]]:
    """Every place that makes an error or a problem of a file, as `file:line`, but the classes themselves."""
    makes = error_classes() - {OF_PROBLEMS} | {"FileProblem", "_contract_error"}
    for path, tree in trees().items():
        for node in ast.walk(tree) if DECLARED not in path.parents else ():
            if isinstance(node, ast.Call) and name_of(node.func) in makes:
                yield f"{path.relative_to(INCLUDE)}:{node.lineno}", node


def declared(node: ast.AST) -> str | None:
    """`stage.COLUMNS_CHANGED` of `codes.stage.COLUMNS_CHANGED`; None of anything else."""
    if isinstance(node, ast.Attribute) and node.attr.isupper() and isinstance(node.value, ast.Attribute):
        root = name_of(node.value.value)
        return f"{node.value.attr}.{node.attr}" if root in ("codes", "error_codes") else None
    return None


def test_every_place_that_makes_an_error_names_its_code() -> None:
    without = [
        where
        for where, call in sites()
        if not call.args or not (declared(call.args[0]) or name_of(call.args[0]) == "code")
    ]
    assert not without, f"give these a code of praya.errors.codes as the first argument: {without}"
    assert len([*sites()]) > 300


def test_every_code_is_used() -> None:
    used = {found for tree in trees().values() for node in ast.walk(tree) if (found := declared(node))}
    used.add("contract.SEVERAL_KINDS")  # what ContractError says where problems differ
    named = {
        f"{area.name.lower()}.{name}"
        for area in all_areas()
        for name, value in vars(getattr(codes, area.name.lower())).items()
        if value in area.codes
    }
    assert used == named


def test_codes_are_numbered_without_gaps_and_never_given_twice() -> None:
    names = [code.name for code in all_codes()]
    assert len(names) == len({*names}) and not RETIRED & {*names}
    for area in all_areas():
        retired = [int(name.rsplit("-", 1)[1]) for name in RETIRED if name.split("-")[1] == area.name]
        numbers = sorted([*(code.number for code in area.codes), *retired])
        assert numbers == [*range(1, len(numbers) + 1)], area.name
        assert {code.area for code in area.codes} == {area.name} and area.about.startswith("Codes for ")


def test_a_code_says_in_whole_sentences_what_it_means_and_what_to_do() -> None:
    for code in all_codes():
        assert re.fullmatch(r"PRAYA-[A-Z]+-\d{3}", code.name)
        for text in (code.means, code.do):
            assert text[0].isupper() or text[0] == "`", code
            assert text.endswith(".") and "\n" not in text and "  " not in text, code
            assert 15 < len(text) <= 200, code


def test_the_page_of_codes_is_current() -> None:
    page = ROOT / "docs" / "reference" / "errors.md"
    assert page.read_text("utf-8") == errors_page(), f"the page is stale; run: {COMMAND}"


def test_the_command_lists_all_codes_and_explains_one(tmp_path: Path) -> None:
    listed = CliRunner().invoke(app, ["errors"])
    assert listed.exit_code == 0 and all(code.name in listed.output for code in all_codes())
    one = CliRunner().invoke(app, ["errors", "praya-stage-013"])
    assert codes.stage.COLUMNS_CHANGED.do in one.output and "PRAYA-STAGE-012" not in one.output
    assert CliRunner().invoke(app, ["errors", "PRAYA-NONE-001"]).exit_code == 2
    CliRunner().invoke(app, ["errors", "--page", str(tmp_path / "errors.md")])
    assert (tmp_path / "errors.md").read_text("utf-8") == errors_page()


def test_the_text_of_an_error_stays_what_it_says() -> None:
    error = SourceUnavailable(codes.source.TIMED_OUT, "sample: kept silent")
    assert str(error) == "sample: kept silent" and error.with_code == "PRAYA-SOURCE-013: sample: kept silent"
    assert str(put_code_first(error)) == "PRAYA-SOURCE-013: sample: kept silent"


def test_problems_of_files_have_codes_of_their_own() -> None:
    one = FileProblem(codes.contract.KEY_MISSING, "a.yaml:1: title: is missing")
    other = FileProblem(codes.contract.NOT_YAML, "b.yaml:1: is empty password=hunter2")
    both = ContractError([one, other])
    assert (both.code, ContractError([one]).code) == (
        codes.contract.SEVERAL_KINDS,
        codes.contract.KEY_MISSING,
    )
    assert str(both) == "a.yaml:1: title: is missing\nb.yaml:1: is empty password=(masked)"
    assert [line.split(":")[0] for line in both.with_code.splitlines()] == [one.code.name, other.code.name]


@pytest.mark.parametrize(
    "error",
    [
        PrayaError(codes.stage.COLUMNS_CHANGED, "sample: the columns have changed"),
        ReleaseHeld(codes.release.WAITS_FOR_TIME, "sample: held", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        ContractError([FileProblem(codes.contract.NOT_YAML, "a.yaml:1: is empty")]),
    ],
)
def test_errors_can_be_copied_and_pickled(error: PrayaError) -> None:
    for made in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert (type(made), str(made), made.with_code) == (type(error), str(error), error.with_code)
        assert made.__dict__ == error.__dict__


def test_the_record_of_a_problem_has_its_code(store: Store, tmp_path: Path) -> None:
    contract = make_contract()
    with pytest.raises(PrayaError), record_problem(store, "sample", "stage"):
        raise PrayaError(codes.stage.COLUMNS_CHANGED, "sample: the columns have changed")
    assert store.read_state(Problem, "sample").code == "PRAYA-STAGE-013"
    assert (
        summary([contract], store, tmp_path)[0].reason == "PRAYA-STAGE-013: sample: the columns have changed"
    )
    attempt = standing_of(contract, store, tmp_path).attempt
    assert (attempt.code, attempt.reason) == ("PRAYA-STAGE-013", "sample: the columns have changed")
    with pytest.raises(KeyError), record_problem(store, "sample", "stage"):
        raise KeyError("x")
    assert store.read_state(Problem, "sample").code == codes.internal.CRASH.name


def test_a_command_that_fails_shows_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hk-dpo").mkdir()
    (tmp_path / "hk-dpo" / "broken.yaml").write_text("dataset: [")
    monkeypatch.setenv("PRAYA_CONTRACTS", str(tmp_path))
    monkeypatch.setenv("PRAYA_STORE", str(tmp_path / "store"))
    for arguments in (["check"], ["run", "broken"]):
        shown = CliRunner().invoke(app, arguments)
        assert shown.exit_code == 3
        assert f"{codes.contract.NOT_YAML}: {tmp_path}/hk-dpo/broken.yaml:" in shown.output


def test_a_record_from_before_there_were_codes_still_reads(store: Store, tmp_path: Path) -> None:
    problem = {"step": "stage", "message": "It stopped.", "at": "2026-01-01T00:00:00Z"}
    store.put_json(layout.state("sample", Problem.STEP), problem)
    contract = make_contract()
    assert summary([contract], store, tmp_path)[0].reason == "It stopped."
    attempt = standing_of(contract, store, tmp_path).attempt
    assert (attempt.code, attempt.reason) == (None, "It stopped.")
