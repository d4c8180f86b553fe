"""Every broken rule of a file is reported, with the line of the key to change, whatever else is wrong in the file."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.broken_rules import CASES, MUTATIONS, NOT_IN_A_FILE, Case
from made import contract_dict, field, project
from praya.contract import load_contract
from praya.contract.base import Model, Rule, RuledModel, apply_rule
from praya.contract.load import load_model
from praya.contract.model import Contract
from praya.contract.partly import parse_partly, problems_inside
from praya.contract.source_specs import (
    CollectorSpec,
    FormatSpec,
    collector_specs,
    collectors_of,
    find_no_problem,
    format_of,
    format_specs,
)
from praya.errors import ContractError

HOLIDAYS = yaml.safe_load((project().contracts / "hk-dpo" / "public-holidays.yaml").read_text("utf-8"))


def parts_of(key: str) -> list[str | int]:
    return [int(one[1:-1]) if one[0] == "[" else one for one in re.findall(r"\[\d+\]|[^.\[\]]+", key)]


def line_of(written: str, key: str) -> int:
    """The line of a key in a file, or that of the nearest key above it that is there."""
    node, line = yaml.compose(written, Loader=yaml.SafeLoader), 1
    for part in parts_of(key):
        if isinstance(part, int):
            found = [(one, one) for one in node.value[part : part + 1]]
        else:
            found = [(name, one) for name, one in node.value if name.value == part]
        if not found:
            return line
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line


def problems_of(path: Path, data: dict[str, Any], model: type[Model] = Contract) -> list[str]:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), "utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(path, project()) if model is Contract else load_model(path, model)
    return caught.value.problems


def models_in(value: object) -> list[RuledModel]:
    inner: list[object] = []
    if isinstance(value, Model):
        inner = [*value.__dict__.values()]
    elif isinstance(value, list | dict):
        inner = [*(value.values() if isinstance(value, dict) else value)]
    own = [value] if isinstance(value, RuledModel) else []
    return [*own, *(model for one in inner for model in models_in(one))]


def all_rules() -> set[Rule]:
    def below(model: type[Model]) -> set[type[Model]]:
        return {each for one in model.__subclasses__() for each in {one, *below(one)}}

    checks = {spec.check for spec in format_specs().values()}
    checks |= {spec.check for spec in collector_specs().values()}
    return {rule for model in below(RuledModel) for rule in model.RULES} | checks - {find_no_problem}  # type: ignore[attr-defined]


def rules_of(model: RuledModel) -> set[Rule]:
    """The rules of a model; for a contract also those of the format and the collectors of its source."""
    if not isinstance(model, Contract):
        return {*model.RULES}
    specs: list[FormatSpec | CollectorSpec] = [format_of(model.source), *collectors_of(model.source)]
    return {*model.RULES, *(spec.check for spec in specs)}


def test_there_is_a_file_that_breaks_each_rule() -> None:
    assert {case.rule for case in CASES} | NOT_IN_A_FILE == all_rules()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule.__module__}.{case.rule.__name__}")
def test_a_broken_rule_is_reported_at_its_key_and_line(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "hk-dpo" / f"{case.data.get('dataset', 'sample')}.yaml"
    problems = problems_of(path, case.data, case.model)
    line = line_of(path.read_text("utf-8"), case.key)
    assert line > 1 or case.key == "dataset"
    found = [
        problem.sentence
        for model in models_in(parse_partly(case.model, case.data))
        if case.rule in rules_of(model)
        for problem in apply_rule(case.rule, model)
    ]
    assert any(f"{path}:{line}: {case.key}: {sentence}" in problems for sentence in found), problems
    assert len(set(problems)) == len(problems)
    assert not any(re.search(r"\{'|\w+\(\w+=", problem) for problem in problems)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(broken=st.sets(st.sampled_from(sorted(MUTATIONS)), min_size=1, max_size=8))
def test_whatever_rules_are_broken_are_reported_and_nothing_else(broken: set[str], tmp_path: Path) -> None:
    data = copy.deepcopy(HOLIDAYS)
    for keys, value in (MUTATIONS[key] for key in broken):
        inner = data
        for key in keys[:-1]:
            inner = inner[key] if isinstance(key, int) else inner.setdefault(key, {})
        inner[keys[-1]] = value
    path = tmp_path / "hk-dpo" / "public-holidays.yaml"
    problems = problems_of(path, data)
    written = path.read_text("utf-8")
    expected = {f"{path}:{line_of(written, key)}: {key}" for key in broken}
    assert {problem.split(": ")[0] + ": " + problem.split(": ")[1] for problem in problems} == expected
    assert len(problems) == len(broken)


def test_rules_hold_for_what_could_be_read_beside_what_could_not(tmp_path: Path) -> None:
    data = contract_dict(
        field("id", "integer", decimals=1),
        {"name": "Name", "type": "string"},
        disclosure={"class": "secret", "counts": ["nowhere"]},
        release={"formats": ["csv", "csv"], "weekday": 5},
    )
    problems = problems_of(tmp_path / "hk-dpo" / "sample.yaml", data)
    assert {problem.split(": ")[1] for problem in problems} == {
        "schema.fields[0].decimals",
        "schema.fields[1].name",
        "schema.fields[1].title",
        "disclosure.class",
        "release.weekday",
        "release.formats[1]",
    }


def test_a_contract_that_is_right_breaks_no_rule() -> None:
    data = contract_dict()
    assert [*problems_inside(parse_partly(Contract, data))] == []
