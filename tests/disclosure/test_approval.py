"""What became weaker is released only after a second person has approved exactly that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from made import accept, contract_dict, field, make_contract, project, publish
from made.expected import stops
from praya.assurance.verify import list_findings
from praya.cli.app import app
from praya.contract import Contract
from praya.disclosure.protect.approval import Change, approve, waiting
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.protect import protect_table
from praya.store import Store
from praya.store.states import Protected

pytestmark = pytest.mark.slow

COLUMNS = [field("place"), field("cases", "integer")]
REASON = "The director agreed in minute 12."
DATA = b"place,cases\na,120\nb,14\n"


def counted(threshold: int = 10, **more: Any) -> Contract:
    section = {"class": "aggregated counts", "counts": ["cases"], "reason": "Counts of people by place."}
    return make_contract(*COLUMNS, disclosure={**section, "threshold": threshold, **more})


FACTS = make_contract(*COLUMNS)


@pytest.fixture
def decided(store: Store) -> Store:
    """A store in which `counted(20)` was decided on."""
    accept(store, counted(20), DATA)
    protect_table(counted(20), store)
    return store


def change_of(contract: Contract, store: Store) -> Change:
    change = waiting(contract, store)
    assert change is not None
    return change


def expect_stop(contract: Contract, store: Store, *values: object) -> None:
    """Expect that protecting the table stops until a second person approves what `values` name."""
    with stops(codes.disclosure.APPROVAL_REQUIRED, *values):
        protect_table(contract, store)


def agreed(contract: Contract, store: Store) -> None:
    approve(
        change_of(contract, store),
        store,
        proposed_by="mary",
        approved_by="officer",
        reason=REASON,
        by="command line",
    )


def test_a_weaker_contract_is_refused_until_a_second_person_has_approved_it(decided: Store) -> None:
    before = decided.state(Protected, "sample")
    expect_stop(
        counted(15), decided, "threshold was 20, and is 15", "disclosure_approval", "praya approve sample"
    )
    assert decided.state(Protected, "sample") == before
    agreed(counted(15), decided)
    protect_table(counted(15), decided)
    kinds = [line.kind for line in Ledger(decided)]
    assert kinds == ["disclosure", "approval", "disclosure"]
    first, approval, second = Ledger(decided)
    assert approval.body["proposed_by"] == "mary" and approval.body["approved_by"] == "officer"
    assert approval.body["weaker"] == ["the threshold was 20, and is 15"]
    assert approval.body["reason"] == REASON and approval.body["how"] == {"by": "command line"}
    assert first.body["rules"]["disclosure"]["threshold"] == 20
    assert second.body["rules"]["floors"]["threshold"] == 10 and second.body["follows"] == first.event
    assert waiting(counted(15), decided) is None


def test_what_is_as_strict_or_stricter_asks_nobody(decided: Store) -> None:
    for contract in (counted(20), counted(30), counted(30, reason="Said in other words than before.")):
        protect_table(contract, decided)
    assert {line.kind for line in Ledger(decided)} == {"disclosure"}
    expect_stop(counted(20), decided, "threshold was 30, and is 20")


def test_an_approval_is_for_one_change_and_not_for_another(decided: Store) -> None:
    agreed(counted(15), decided)
    expect_stop(counted(12), decided, "threshold was 20, and is 12")
    expect_stop(FACTS, decided, "class was aggregated counts, and is public facts")


def test_an_approval_does_not_hold_for_the_same_change_later(decided: Store) -> None:
    agreed(counted(15), decided)
    protect_table(counted(15), decided)
    protect_table(counted(20), decided)
    protect_table(counted(20), decided)
    expect_stop(counted(15), decided, "threshold was 20, and is 15")
    expect_stop(counted(17), decided, "threshold was 20, and is 17")


def test_new_data_under_the_same_rules_needs_no_new_approval(decided: Store) -> None:
    agreed(counted(15), decided)
    accept(decided, counted(20), DATA + b"c,18\n")
    protect_table(counted(20), decided)
    protect_table(counted(15), decided)
    accept(decided, counted(15), DATA + b"c,18\nd,19\n")
    protect_table(counted(15), decided)
    assert list(list_findings(decided)) == []


@pytest.mark.parametrize(
    ("proposed", "approved", "reason", "values"),
    [
        ("officer", "officer", REASON, ["second person"]),
        ("officer", " Officer ", REASON, ["second person"]),
        ("mary", "viewer", REASON, ["viewer", "threshold", "officer"]),
        ("", "officer", REASON, ["names"]),
        ("mary", "", REASON, ["names"]),
        ("mary", "officer", "  because  ", ["because"]),
    ],
)
def test_who_may_not_approve_is_told_why(
    decided: Store, proposed: str, approved: str, reason: str, values: list[str]
) -> None:
    change = change_of(counted(15), decided)
    with stops(codes.disclosure.APPROVAL_REFUSED, *values):
        approve(change, decided, proposed_by=proposed, approved_by=approved, reason=reason)
    expect_stop(counted(15), decided, "threshold was 20, and is 15")


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts the project's policy with these sections changed in force."""
    body = yaml.safe_load(project().policy_file.read_text("utf-8"))

    def write(**changes: Any) -> None:
        (tmp_path / "policy.yaml").write_text(yaml.safe_dump(body | changes), "utf-8")
        monkeypatch.setenv("PRAYA_POLICY", str(tmp_path / "policy.yaml"))

    return write


def test_a_weaker_policy_is_refused_where_it_concerns_the_dataset(
    decided: Store, policy: Callable[..., None]
) -> None:
    policy(methods={"10-5 rule": {"threshold": 5}, "suppression": {"threshold": 10}})
    expect_stop(counted(20), decided, "least threshold was 10, and is 5")
    policy(methods={"10-5 rule": {"threshold": 10}, "suppression": {"threshold": 3}})
    protect_table(counted(20), decided)


def test_who_lets_himself_in_by_the_policy_may_not_approve_it(
    decided: Store, policy: Callable[..., None]
) -> None:
    policy(roles={"disclosure-officer": ["officer", "friend"]})
    change = change_of(counted(15), decided)
    assert "friend could not approve a change of threshold, and can" in change.summary
    with stops(codes.disclosure.APPROVAL_REFUSED, "friend"):
        approve(change, decided, proposed_by="mary", approved_by="friend", reason=REASON)
    agreed(counted(15), decided)
    protect_table(counted(15), decided)
    approve(change_of(counted(12), decided), decided, proposed_by="mary", approved_by="friend", reason=REASON)
    protect_table(counted(12), decided)


def test_rules_that_cannot_be_read_any_more_count_as_stricter(decided: Store) -> None:
    (line,) = Ledger(decided)
    rules = line.body["rules"]
    rules["disclosure"]["unheard_of"] = True
    Ledger(decided).record("disclosure", "sample", {**line.body, "rules": rules})
    expect_stop(counted(20), decided, "version")
    agreed(counted(20), decided)
    protect_table(counted(20), decided)


def test_verify_finds_what_was_weaker_and_not_approved(decided: Store) -> None:
    (first,) = Ledger(decided)
    rules = first.body["rules"]
    weak = rules | {"disclosure": rules["disclosure"] | {"threshold": 12}}
    Ledger(decided).record("disclosure", "sample", {**first.body, "rules": weak, "follows": first.event})
    (problem,) = list_findings(decided)
    assert problem.startswith("ledger line 2: sample was released under weaker rules that nobody who may had")
    # What comes afterwards mends nothing.
    change = {"before": "0", "now": "0", "follows": None, "proposed_by": "a", "approved_by": "officer"}
    Ledger(decided).record("approval", "sample", change)
    assert list(list_findings(decided)) == [problem]


# --- the command ---------------------------------------------------------------------------------------------


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> Callable[[int], Contract]:
    """Writes `counted` with a threshold as the only contract, in force for the command."""
    folder = tmp_path / "contracts"
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder))
    monkeypatch.setenv("PRAYA_STORE", str(store.root))

    def write(threshold: int) -> Contract:
        section = counted(threshold).disclosure.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        body = contract_dict(*COLUMNS) | {"disclosure": section}
        (folder / "hk-dpo").mkdir(parents=True, exist_ok=True)
        (folder / "hk-dpo" / "sample.yaml").write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
        return Contract.model_validate(body)

    return write


def test_the_command_records_an_approval_and_show_tells_the_decision(
    contracts: Callable[[int], Contract], store: Store
) -> None:
    publish(store, contracts(20), DATA)
    call = ["approve", "sample", "--proposed-by", "mary", "--approved-by", "officer", "--reason", REASON]
    nothing = CliRunner().invoke(app, call)
    assert nothing.exit_code == 2 and "nothing became weaker" in nothing.output
    contract = contracts(15)
    same = CliRunner().invoke(app, [*call[:3], "officer", *call[4:]])
    assert same.exit_code == 1 and "takes a second person" in same.output
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    assert "approved, ledger line 4: the threshold was 20, and is 15" in done.output
    publish(store, contract, DATA)
    shown = CliRunner().invoke(app, ["show", "sample"]).output
    assert "disclosure: aggregated counts; method: 10-5 rule; cells withheld: 1; policy " in shown
    assert "personal data: none found" in shown


def test_the_command_s_help_says_that_it_believes_what_it_is_told() -> None:
    help_ = " ".join(CliRunner().invoke(app, ["approve", "--help"]).output.split())
    assert "believes the names" in help_ and "disclosure_approval" in help_
