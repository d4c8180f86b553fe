"""The policy: no contract goes below it, and what is wrong with either says where and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from made import contract_dict, field, project
from praya.contract import load_contract, load_policy, read_contracts
from praya.contract.export import policy_schema
from praya.errors import Code, ContractError, FileProblem, codes

COUNTED = {"class": "aggregated counts", "counts": ["cases"], "reason": "Counts of people by place."}


@pytest.fixture
def contract(tmp_path: Path) -> Callable[..., Path]:
    """Writes a contract with this disclosure section; gives its path."""

    def write(**disclosure: Any) -> Path:
        path = tmp_path / "contracts" / "hk-dpo" / "sample.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [field("place"), field("cases", "integer")]
        body = contract_dict(*columns) | {"disclosure": disclosure}
        path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), "utf-8")
        return path

    return write


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts the project's policy with these sections changed in force."""

    def write(**changes: Any) -> Path:
        path = tmp_path / "policy.yaml"
        body = yaml.safe_load((project().root / "include" / "policy.yaml").read_text("utf-8"))
        path.write_text(yaml.safe_dump(body | changes, sort_keys=False), "utf-8")
        monkeypatch.setenv("PRAYA_POLICY", str(path))
        return path

    return write


def problems_of(load: Callable[[], Any]) -> list[FileProblem]:
    with pytest.raises(ContractError) as caught:
        load()
    return caught.value.problems


@pytest.mark.parametrize(
    ("section", "key", "values"),
    [
        (
            COUNTED | {"threshold": 5},
            "threshold",
            ("10", "10-5 rule"),
        ),
        (
            COUNTED | {"method": "suppression", "threshold": 9},
            "threshold",
            ("10", "suppression"),
        ),
        (
            {"class": "public facts", "reason": "Facts for anyone.", "allowed_rate": 0.5},
            "allowed_rate",
            ("0.001",),
        ),
    ],
)
def test_a_contract_weaker_than_the_policy_does_not_load_and_says_file_line_key_and_floor(
    contract: Callable[..., Path], section: dict[str, Any], key: str, values: tuple[str, ...]
) -> None:
    path = contract(**section)
    (line,) = (
        number for number, text in enumerate(path.read_text().splitlines(), 1) if text.startswith(f"  {key}:")
    )
    (problem,) = problems_of(lambda: load_contract(path, project()))
    assert problem.code is codes.contract.BELOW_POLICY
    assert problem.startswith(f"{path}:{line}: disclosure.{key}: is {section[key]}")
    assert all(value in problem for value in values)
    assert read_contracts(project(contracts=path.parents[1])) == ([], [problem])


def test_a_default_below_a_raised_floor_is_refused_at_the_disclosure_section(
    contract: Callable[..., Path], policy: Callable[..., Path]
) -> None:
    policy(methods={"10-5 rule": {"threshold": 15}})
    path = contract(**COUNTED)
    (problem,) = problems_of(lambda: load_contract(path, project()))
    assert problem.code is codes.contract.BELOW_POLICY
    assert "disclosure.threshold: is 10" in problem and "15" in problem
    assert path.read_text().splitlines()[int(problem.split(":")[1]) - 1] == "disclosure:"


def test_a_method_that_the_policy_does_not_name_is_not_used(
    contract: Callable[..., Path], policy: Callable[..., Path]
) -> None:
    policy(methods={"suppression": {"threshold": 10}})
    (problem,) = problems_of(lambda: load_contract(contract(**COUNTED), project()))
    assert problem.code is codes.contract.BELOW_POLICY
    assert "disclosure.method: is '10-5 rule'" in problem and "suppression" in problem


def test_floors_of_counts_do_not_concern_facts(contract: Callable[..., Path]) -> None:
    assert load_contract(
        contract(**{"class": "public facts", "reason": "Facts for anyone.", "threshold": 1}), project()
    )


@pytest.mark.parametrize(
    ("section", "code", "value"),
    [
        (
            {"class": "public facts", "publicContact": {"place": "An office's"}},
            codes.contract.RULE_BROKEN,
            "`public register`",
        ),
        (
            {"class": "public register", "publicContact": {"phone": "An office's."}},
            codes.contract.RULE_BROKEN,
            "phone",
        ),
        (
            {"class": "public register", "publicContact": {"place": "because"}},
            codes.contract.VALUE_NOT_VALID,
            "10 characters",
        ),
    ],
)
def test_public_contacts_are_fields_of_a_public_register_with_a_reason(
    contract: Callable[..., Path], section: dict[str, Any], code: Code, value: str
) -> None:
    problems = problems_of(lambda: load_contract(contract(**section, reason="Long enough."), project()))
    assert any(problem.code is code and value in problem for problem in problems), problems


def test_without_a_policy_nothing_loads(
    contract: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_POLICY", str(tmp_path / "none.yaml"))
    path = contract(**COUNTED)
    (problem,) = problems_of(lambda: load_contract(path, project()))
    assert problem.code is codes.contract.POLICY_MISSING and problem.startswith(f"{tmp_path}/none.yaml:1: ")
    assert read_contracts(project(contracts=path.parents[1])) == ([], [problem])


def test_what_is_wrong_with_a_policy_says_where(policy: Callable[..., Path]) -> None:
    path = policy(methods={"10-5 rule": {"threshold": 0, "valeus": 2}})
    problems = problems_of(lambda: load_policy(project().policy_file))
    assert [problem.code for problem in problems] == [
        codes.contract.VALUE_NOT_VALID,
        codes.contract.KEY_UNKNOWN,
    ]
    assert problems[0].startswith(f"{path}:3: methods.10-5 rule.threshold: is 0")
    assert problems[1].startswith(f"{path}:4: methods.10-5 rule.valeus: ")
    policy(roles={"clerk": ["a"]})
    problems = problems_of(lambda: load_policy(project().policy_file))
    assert problems and all(
        problem.code is codes.contract.RULE_BROKEN and "disclosure-officer" in problem for problem in problems
    )


def test_the_project_s_policy_loads_and_keeps_the_exported_schema() -> None:
    path = project().root / "include" / "policy.yaml"
    assert (path.parent / "policy.schema.json").read_text("utf-8") == policy_schema()
    validator = jsonschema.Draft202012Validator(json.loads(policy_schema()))
    described = yaml.safe_load(path.read_text("utf-8"))
    assert [error.message for error in validator.iter_errors(described)] == []
    assert not validator.is_valid(described | {"surprise": 1})
    assert load_policy(path).methods["suppression"].values == 5
