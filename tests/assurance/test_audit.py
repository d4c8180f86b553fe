"""The index for auditors: as data, as a page in three languages, at the terminal and in the UI."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from typer.testing import CliRunner

from made import contract_dict, field, make_contract, put_snapshot
from praya.assurance.audit import audit_datasets, find_unchecked_fields
from praya.assurance.audit.audit_page import render
from praya.assurance.audit.scores import measure_scores
from praya.cli.app import app
from praya.contract import Contract
from praya.errors import ValidationFailed, codes
from praya.ledger.witness import Witness
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.pipeline.validate.standing_record import Attempt, Out, Outcome, Standing
from praya.store import Store

pytestmark = pytest.mark.slow

FIELDS = [
    field("id", "integer", constraints={"required": True}),
    field("amount", "integer"),
    field("note"),
]
WAIVER = {
    "expectation": "suite:none-below",
    "until": "2999-12-31",
    "reason": "Corrected with the next file.",
    "by": "mary",
}
RULE = {
    "type": "unexpected_rows_expectation",
    "kwargs": {"unexpected_rows_query": "select id from {batch} where amount < 0"},
    "meta": {"name": "none-below"},
}
GOOD, BAD = b"id,amount,note\n1,2,a\n2,3,b\n", b"id,amount,note\n1,-2,a\n2,3,b\n"


@pytest.fixture
def suites(tmp_path: Path) -> Path:
    folder = tmp_path / "expectations"
    folder.mkdir()
    write(folder, RULE)
    return folder


def write(suites: Path, *rules: dict[str, Any]) -> None:
    (suites / "sample.json").write_text(json.dumps({"name": "sample", "expectations": list(rules)}))


def sample(**changes: Any) -> Contract:
    return make_contract(*FIELDS, **changes)


def judge(store: Store, contract: Contract, data: bytes, suites: Path) -> None:
    put_snapshot(store, contract, data)
    stage_table(contract, store)
    try:
        validate_table(contract, store, suites)
    except ValidationFailed:
        return


def index(store: Store, suites: Path, *contracts: Contract, days: int = 3) -> dict[str, Any]:
    witnesses = suites / "witnesses.txt"
    witnesses.touch()
    return audit_datasets(
        contracts, store, suites, witnesses, dt.datetime.now(dt.UTC) + dt.timedelta(days=days, minutes=1)
    )


def test_each_dataset_has_its_verdict_its_age_and_its_gaps(store: Store, suites: Path) -> None:
    judge(store, sample(), BAD, suites)
    one, other = index(store, suites, sample(), sample(dataset="another"))["datasets"]
    assert (one["verdict"], one["age_days"], one["unchecked_fields"]) == ("failed", 3, ["note"])
    assert (one["waivers"], one["fault_score"], one["months"]) == ([], None, None)
    assert (other["verdict"], other["age_days"], other["judged_at"]) == (None, None, None)


def test_waivers_and_the_fault_score_are_shown(store: Store, suites: Path) -> None:
    from praya.pipeline.validate.fault_score import score_faults

    contract = sample(waivers=[WAIVER])
    judge(store, contract, BAD, suites)
    score = score_faults(contract, store, suites)
    (one,) = index(store, suites, contract)["datasets"]
    assert one["verdict"] == "warned"
    assert one["waivers"] == [WAIVER | {"in_force": True, "used": True}]
    told = {name: score[name] for name in ("score", "applied", "caught", "blocked")}
    assert one["fault_score"] == told | {"current": True}
    write(suites, RULE, {"type": "expect_column_to_exist", "kwargs": {"column": "id"}})
    (later,) = index(store, suites, contract)["datasets"]
    assert later["fault_score"] == told | {"current": False}
    assert "before the last change" in render(index(store, suites, contract))
    late = audit_datasets(
        [contract], store, suites, suites / "witnesses.txt", dt.datetime(3000, 1, 1, tzinfo=dt.UTC)
    )["datasets"][0]
    assert late["waivers"][0]["in_force"] is False


def test_a_field_is_checked_when_a_rule_names_it_or_a_query_does(suites: Path) -> None:
    assert find_unchecked_fields(sample(), suites) == ["note"]
    rule = {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select id from {batch} where note = ''"},
    }
    write(suites, RULE, rule)
    assert find_unchecked_fields(sample(), suites) == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Index for auditors"), ("zh-Hant", "審核索引"), ("zh-Hans", "审核索引")]
)
def test_the_page_is_in_three_languages_and_escaped(
    store: Store, suites: Path, language: str, words: str
) -> None:
    contract = sample(waivers=[WAIVER | {"reason": "<script>alert(1)</script>"}], synthetic=True)
    judge(store, contract, BAD, suites)
    page = render(index(store, suites, contract), language)
    assert words in page and f'<html lang="{language}">' in page and "<script" not in page
    assert 'class="mark synthetic"' in page and "/praya/reports/sample" in page


@pytest.fixture
def house(tmp_path: Path, store: Store, suites: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A project with one dataset that has been judged."""
    folder = tmp_path / "contracts" / "hk-dpo"
    folder.mkdir(parents=True)
    written = contract_dict(*FIELDS)
    (folder / "sample.yaml").write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    for name, path in {"CONTRACTS": folder.parent, "EXPECTATIONS": suites, "STORE": store.root}.items():
        monkeypatch.setenv(f"PRAYA_{name}", str(path))
    monkeypatch.setenv("COLUMNS", "100")
    judge(store, sample(), GOOD, suites)
    return store


def test_the_commands_show_the_same(house: Store, tmp_path: Path) -> None:
    run = CliRunner().invoke
    told = run(app, ["faults", "sample"])
    assert told.exit_code == 0 and "noticed (" in told.output
    (one,) = json.loads(run(app, ["audit", "--json"]).output)["datasets"]
    assert one["verdict"] == "passed" and one["fault_score"]["applied"] > 5
    table = run(app, ["audit"])
    assert table.exit_code == 0 and "sample" in table.output and "note" in table.output
    pages = run(app, ["verdict", "sample", str(tmp_path / "pages")])
    assert pages.exit_code == 0 and pages.stderr == ""
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "report-sc.html",
        "report-tc.html",
        "report.html",
    ]
    assert "noticed (" in (tmp_path / "pages" / "report.html").read_text("utf-8")


def test_the_former_name_of_a_command_does_the_same_and_says_the_new_one(
    house: Store, tmp_path: Path
) -> None:
    new = CliRunner().invoke(app, ["verdict", "sample", str(tmp_path / "pages")])
    former = CliRunner().invoke(app, ["report", "sample", str(tmp_path / "pages")])
    assert (former.exit_code, former.stdout) == (new.exit_code, new.stdout) == (0, new.stdout)
    assert "`praya verdict`" in former.stderr


def test_nothing_is_written_of_a_dataset_that_nobody_validated(
    house: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_STORE", str(tmp_path / "empty"))
    done = CliRunner().invoke(app, ["verdict", "sample", str(tmp_path / "pages")])
    assert done.exit_code == 1 and not (tmp_path / "pages").exists()


def test_show_tells_of_waivers(house: Store, tmp_path: Path, suites: Path) -> None:
    path = tmp_path / "contracts" / "hk-dpo" / "sample.yaml"
    path.write_text(yaml.safe_dump(contract_dict(*FIELDS, waivers=[WAIVER]), allow_unicode=True), "utf-8")
    judge(house, sample(waivers=[WAIVER]), BAD, suites)
    told = CliRunner().invoke(app, ["show"]).output.replace("\n", " ")
    assert "waiver: sample: suite:none-below until 2999-12-31 (needed), by mary: Corrected with" in told


def test_a_dataset_without_months_has_none(house: Store) -> None:
    told = CliRunner().invoke(app, ["faults", "sample", "--month", "2026-01"])
    assert told.exit_code == 2 and "has no months" in told.output


def test_check_tells_of_a_waiver_that_waives_nothing(house: Store, tmp_path: Path) -> None:
    written = contract_dict(*FIELDS, waivers=[WAIVER | {"expectation": "contract:amount:nonsense"}])
    path = tmp_path / "contracts" / "hk-dpo" / "sample.yaml"
    path.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    told = CliRunner().invoke(app, ["check"])
    assert told.exit_code == 3 and codes.validate.WAIVER_UNKNOWN.name in told.output


def test_scores_are_measured_where_something_changed_and_only_there(store: Store, suites: Path) -> None:
    first, second = sample(), sample(dataset="another")
    for one in (first, second):
        judge(store, one, GOOD, suites)
    contracts = [first, second, sample(dataset="never-run")]
    assert [(one.dataset, one.anew) for one in measure_scores(contracts, store, suites)] == [
        ("sample", True),
        ("another", True),
    ]
    assert not any(one.anew for one in measure_scores(contracts, store, suites))
    judge(store, second, GOOD + b"3,4,c\n", suites)
    assert [(one.dataset, one.anew) for one in measure_scores(contracts, store, suites)] == [
        ("sample", False),
        ("another", True),
    ]
    shown = {one["dataset"]: one["fault_score"] for one in index(store, suites, *contracts)["datasets"]}
    assert shown["another"]["current"] and shown["sample"]["score"] > 0 and shown["never-run"] is None


def test_a_dataset_whose_score_cannot_be_measured_holds_up_no_other(store: Store, suites: Path) -> None:
    first, second = sample(), sample(dataset="another")
    for one in (first, second):
        judge(store, one, GOOD, suites)
    (suites / "sample.json").write_text("{")
    failed, measured = measure_scores([first, second], store, suites)
    assert failed.score is None and failed.sentence.startswith("sample: ")
    assert measured.sentence == f"another: {measured.score:.0%}"


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_index_warns_while_no_witness_is_set_up(
    store: Store, suites: Path, tmp_path: Path, language: str
) -> None:
    judge(store, sample(), GOOD, suites)
    alone = index(store, suites, sample())
    assert alone["witness"]["set_up"] is False and "no witness is set up" in alone["witness"]["warning"]
    words = {"en": "no witness is set up", "zh-Hant": "尚未設立見證方", "zh-Hans": "尚未设立见证方"}
    assert words[language] in render(alone, language)
    (suites / "witnesses.txt").write_text(f"{Witness(tmp_path / 'witness', 'second.example').vkey}\n")
    seen = index(store, suites, sample())
    assert seen["witness"]["warning"] is None and seen["witness"]["lines"] > seen["witness"]["witnessed"] == 0
    assert words[language] not in render(seen, language)


@pytest.mark.parametrize("outcome", get_args(Outcome))
@pytest.mark.parametrize("out", [True, False])
@pytest.mark.parametrize("released", [True, False])
def test_the_index_and_the_tab_have_one_colour(
    outcome: Outcome, out: bool, released: bool, store: Store, suites: Path
) -> None:
    """Green says that something is out, or that nothing of it is ever to be."""
    judge(store, sample(), GOOD, suites)
    found = index(store, suites, sample())
    version = Out("20260105T010000Z", "1.0.0", "2026-01-05T01:00:00Z") if out else None
    standing = Standing("sample", {}, False, released, Attempt(outcome), version)
    found["datasets"][0] |= {
        "last_attempt": asdict(standing.attempt),
        "out": version and asdict(version),
        "released": released,
    }
    assert f'<td><span class="mark {standing.colour}">' in render(found)
    assert (standing.colour == "passed") == (outcome == "well" and (out or not released))
