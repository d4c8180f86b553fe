"""A contract says everything of a dataset; a wrong one says everything that is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from made import contract_dict, field, make_contract, project, text
from made.expected import refuses
from praya.contract import Contract, Text, load_contract, load_contracts, read_contracts
from praya.contract.export import contract_schema
from praya.contract.register import load_register
from praya.errors import Code, ContractError, codes

WRONG = """\
dataset: sample
provider: hk-dpo
title: {en: A sample}
description: {en: Rows, zh-Hant: 標題}
category: weather
frequency: daily
licence: data-gov-hk
contact:
  name: {en: Office, zh-Hant: 辦公室}
  email: nobody
owner: open-data
source: {url: https://example.gov.hk/x.csv, format: xls}
schema:
  primaryKey: [id]
  fields:
    - {name: id, type: integer, title: {en: Id, zh-Hant: 編號}}
    - name: Name
      type: string
      titel: {en: Name, zh-Hant: 名稱}
      title: {en: Name, zh-Hant: 名稱}
      constraints: {minimum: abc}
"""


def written(folder: Path, content: str | dict[str, Any], name: str = "hk-dpo/sample.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8"
    )
    return path


def problems_of(path: Path) -> list[tuple[Code, str]]:
    """The code of each problem, and its line and key."""
    with pytest.raises(ContractError) as caught:
        load_contract(path, project())
    return [
        (problem.code, ": ".join(problem.removeprefix(f"{path}:").split(": ")[:2]))
        for problem in caught.value.problems
    ]


def test_all_errors_of_a_file_come_at_once_with_line_key_and_what_was_expected(tmp_path: Path) -> None:
    assert {*problems_of(written(tmp_path, WRONG))} == {
        (codes.contract.KEY_MISSING, "3: title.zh-Hant"),
        (codes.contract.VALUE_NOT_VALID, "5: category"),
        (codes.contract.VALUE_NOT_VALID, "10: contact.email"),
        (codes.contract.VALUE_NOT_VALID, "12: source.format"),
        (codes.contract.VALUE_NOT_VALID, "17: schema.fields[1].name"),
        (codes.contract.KEY_UNKNOWN, "19: schema.fields[1].titel"),
        (codes.contract.VALUE_NOT_VALID, "21: schema.fields[1].constraints.minimum"),
        (codes.contract.KEY_MISSING, "1: disclosure"),
    }


def test_a_wrong_value_where_several_types_go_is_one_error_not_one_a_type(tmp_path: Path) -> None:
    contract = contract_dict(field("id", "integer", constraints={"minimum": "abc"}))
    assert len(problems_of(written(tmp_path, contract))) == 1


def test_a_contract_without_a_disclosure_section_does_not_load(tmp_path: Path) -> None:
    contract = contract_dict()
    del contract["disclosure"]
    assert problems_of(written(tmp_path, contract)) == [(codes.contract.KEY_MISSING, "1: disclosure")]


@pytest.mark.parametrize(
    "section", [{"class": "public facts"}, {"class": "secret", "reason": "Long enough a reason"}, None, {}]
)
def test_a_disclosure_section_that_does_not_say_enough_does_not_load(tmp_path: Path, section: Any) -> None:
    path = written(tmp_path, contract_dict() | {"disclosure": section})
    assert all(" disclosure" in place for _, place in problems_of(path))


def test_a_key_that_stands_twice_is_an_error_at_its_second_line(tmp_path: Path) -> None:
    path = written(tmp_path, "dataset: sample\nowner: a\nsource:\n  format: csv\n  format: json\nowner: b\n")
    assert problems_of(path) == [
        (codes.contract.KEY_REPEATED, "5: source.format"),
        (codes.contract.KEY_REPEATED, "6: owner"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", codes.contract.NOT_YAML),
        ("title: [", codes.contract.NOT_YAML),
        ("title: 2024-13-45\n", codes.contract.NOT_YAML),
        ("title: \x00\n", codes.contract.NOT_YAML),
        ("just words", codes.contract.VALUE_NOT_VALID),
    ],
)
def test_a_file_that_is_no_contract_says_so(tmp_path: Path, content: str, code: Code) -> None:
    assert [kind for kind, _ in problems_of(written(tmp_path, content))] == [code]


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "x")
    path.write_bytes("title: 標題".encode("big5"))
    assert [code for code, _ in problems_of(path)] == [codes.contract.FILE_NOT_READABLE]


def test_the_file_is_named_after_dataset_and_provider(tmp_path: Path) -> None:
    problems = problems_of(written(tmp_path, contract_dict(), "hk-other/other.yaml"))
    assert [(code, place.split(": ")[1]) for code, place in problems] == [
        (codes.contract.NAME_DIFFERS_FROM_PATH, "dataset"),
        (codes.contract.NAME_DIFFERS_FROM_PATH, "provider"),
    ]


def test_problems_of_all_files_come_together_and_the_right_contracts_still_load(tmp_path: Path) -> None:
    written(tmp_path, contract_dict())
    written(tmp_path, contract_dict() | {"dataset": "bad-one", "owner": ""}, "hk-dpo/bad-one.yaml")
    written(tmp_path, contract_dict() | {"provider": "hk-td"}, "hk-td/sample.yaml")
    written(tmp_path, contract_dict() | {"dataset": "lost"}, "lost.yaml")
    written(tmp_path, contract_dict() | {"dataset": "short"}, "hk-dpo/short.yml")
    contracts, problems = read_contracts(project(contracts=tmp_path))
    assert [contract.dataset for contract in contracts] == ["sample"]
    assert {(problem.split(":")[0].removeprefix(f"{tmp_path}/"), problem.code) for problem in problems} == {
        ("hk-dpo/bad-one.yaml", codes.contract.VALUE_NOT_VALID),
        ("hk-td/sample.yaml", codes.contract.NAME_TAKEN),
        ("lost.yaml", codes.contract.NAME_DIFFERS_FROM_PATH),
        ("hk-dpo/short.yml", codes.contract.NAME_DIFFERS_FROM_PATH),
    }
    with pytest.raises(ContractError) as caught:
        load_contracts(project(contracts=tmp_path))
    assert caught.value.problems == problems


def test_foreign_keys_lead_to_datasets_and_fields_that_are_there(tmp_path: Path) -> None:
    def keyed(resource: str, name: str) -> dict[str, Any]:
        key = {"fields": ["id"], "reference": {"resource": resource, "fields": [name]}}
        return contract_dict(schema={"foreignKeys": [key]})

    for wrong, value in ((keyed("nowhere", "id"), "'nowhere'"), (keyed("", "nothing"), "nothing")):
        written(tmp_path, wrong)
        (problem,) = read_contracts(project(contracts=tmp_path))[1]
        assert problem.code is codes.contract.REFERENCE_UNKNOWN and value in problem
    written(tmp_path, keyed("", "name"))
    assert read_contracts(project(contracts=tmp_path))[1] == []


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"schema": {"primaryKey": ["nothing"]}}, "schema.primaryKey.0", "nothing"),
        ({"source": {"path": "/x.csv"}}, "source.path", "`url`"),
        ({"source": {"url": None, "path": "/x.csv"}}, "source.path", "`connection`"),
        ({"source": {"encoding": "klingon"}}, "source.encoding", "'klingon'"),
        ({"source": {"mart": "a_mart"}}, "source.url", "`mart`"),
        ({"source": {"url": "ftp://x"}}, "source.url", "pattern"),
        ({"release": {"embargo_until": "2027-01-04T16:30:00"}}, "release.embargo_until", "+08:00"),
        ({"release": {"weekday": "monday"}}, "release.weekday", "`hour`"),
        ({"release": {"formats": ["csv", "csv"]}}, "release.formats.1", "csv"),
        ({"disclosure": {"class": "aggregated counts"}}, "disclosure.class", "`counts`"),
        ({"disclosure": {"counts": ["id"]}}, "disclosure.counts", "`aggregated counts`"),
        (
            {"disclosure": {"class": "aggregated counts", "counts": ["id"]}},
            "disclosure.counts.0",
            "primary key",
        ),
        ({"disclosure": {"class": "aggregated counts", "counts": ["name"]}}, "disclosure.counts.0", "name"),
    ],
)
def test_sections_that_contradict_themselves_do_not_load(
    changes: dict[str, Any], key: str, value: str
) -> None:
    with refuses(key, value):
        make_contract(**changes)


@pytest.mark.parametrize(
    ("column", "key", "value"),
    [
        (field("v", "integer", decimals=1), "decimals", "integer"),
        (field("v", "string", format="%Y"), "format", "string"),
        (field("v", "string", constraints={"minimum": 1}), "constraints.minimum", "string"),
        (field("v", "string", constraints={"pattern": "["}), "constraints.pattern", "missing ]"),
        (field("v", "string", constraints={"pattern": "(?!a)b"}), "constraints.pattern", "RE2"),
        (field("v", "integer", constraints={"enum": ["a"]}), "constraints.enum.0", "'a'"),
        (field("v", "date", constraints={"minimum": 5}), "constraints.minimum", "'5'"),
        (field("v", "number", constraints={"maximum": "2024-01-01"}), "constraints.maximum", "'2024-01-01'"),
    ],
)
def test_fields_that_contradict_themselves_do_not_load(column: dict[str, Any], key: str, value: str) -> None:
    with refuses(f"schema.fields.1.{key}", value):
        make_contract(field("id", "integer"), column)


def test_a_number_beside_protected_counts_does_not_load() -> None:
    columns = [field("place"), field("people", "integer"), field("share", "number")]
    section = {"class": "aggregated counts", "counts": ["people"]}
    with refuses("schema.fields.2.name", "share"):
        make_contract(*columns, disclosure=section)
    make_contract(*columns[:2], disclosure=section)


def test_simplified_chinese_is_made_from_hong_kong_characters_and_marked() -> None:
    made = Text.model_validate({"en": "Department of Health", "zh-Hant": "衞生署"})
    assert made.as_dict() == {
        "en": "Department of Health",
        "zh-Hant": "衞生署",
        "zh-Hans": "卫生署",
        "made_by_machine": ["zh-Hans"],
    }


def test_simplified_chinese_that_a_person_wrote_is_kept_and_not_marked() -> None:
    written_by_hand = Text.model_validate({"en": "Taxi", "zh-Hant": "的士", "zh-Hans": "出租车"})
    assert written_by_hand.as_dict() == {"en": "Taxi", "zh-Hant": "的士", "zh-Hans": "出租车"}


def test_the_exported_schema_is_current() -> None:
    assert (project().contracts / "contract.schema.json").read_text("utf-8") == contract_schema()


def test_the_contracts_of_the_project_load_and_keep_the_exported_schema() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(contract_schema()))
    found = sorted(project().contracts.glob("*/*.yaml"))
    assert len(load_contracts(project())) == len(found) > 0
    for path in found:
        # YAML has dates and JSON does not; the schema speaks of JSON.
        described = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
        assert [error.message for error in validator.iter_errors(described)] == [], path


def test_the_exported_schema_refuses_what_the_model_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(contract_schema()))
    assert validator.is_valid(contract_dict())
    for wrong in ({"category": "weather"}, {"frequency": "yearly"}, {"surprise": 1}, {"licence": "mine"}):
        assert not validator.is_valid(contract_dict() | wrong), wrong
    without = contract_dict()
    del without["disclosure"]
    assert not validator.is_valid(without)


def test_a_contract_does_not_change_after_loading() -> None:
    contract = make_contract()
    with pytest.raises(ValidationError):
        contract.synthetic = True  # type: ignore[misc]
    assert Contract.model_validate(contract.as_dict()) == contract


# --- the register ----------------------------------------------------------------------------------------


GOAL = {"value": 10, "unit": "calls", "source_document": "d.txt", "source_locator": "Targets"}


def register(folder: Path, also: list[str] | None = None, **changes: Any) -> Path:
    metric = {
        "id": "calls",
        "title": text("Calls"),
        "definition": text("Calls that came"),
        "unit": "calls",
        "direction": "neither",
        "target": {"none_because": text("Nothing is set.")},
        "computed": text("As printed."),
    } | changes
    programme = {
        "programme": "p1",
        "order": 1,
        "title": text("P"),
        "policy_areas": [{"number": 27, "title": text("Services")}],
        "office": text("Office"),
        "frequency": "annual",
        "documents": ["d.txt"],
        "also": also or [],
        "metrics": [metric],
    }
    return written(folder, programme, "p1.yaml")


def test_the_register_of_the_project_loads() -> None:
    assert {"1823", "head-135"} <= {
        programme.programme for programme in load_register(project().metrics / "register")
    }


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"target": {}}, "metrics[0].target"),
        ({"target": {"value": 1}, "direction": "more is better"}, "metrics[0].target.value"),
        ({"direction": "up"}, "metrics[0].direction"),
        ({"unit": ""}, "metrics[0].unit"),
        ({"target": {"none_because": "English alone."}}, "metrics[0].target.none_because"),
        ({"target": GOAL}, "metrics[0].direction"),
        ({"target": GOAL | {"unit": "%"}, "direction": "more is better"}, "metrics[0].target.unit"),
        ({"frequency": "now and then"}, "metrics[0].frequency"),
        ({"also": ["letters"]}, "also[0]"),
    ],
)
def test_a_metric_that_does_not_say_enough_is_named_with_file_and_key(
    tmp_path: Path, changes: Any, key: str
) -> None:
    path = register(tmp_path, **changes)
    with pytest.raises(ContractError) as caught:
        load_register(tmp_path)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{path}:") and f": {key}: " in problem


def test_a_metric_has_one_meaning_and_a_register_its_file_s_name_and_place(tmp_path: Path) -> None:
    register(tmp_path)
    (tmp_path / "p2.yaml").write_text((tmp_path / "p1.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(ContractError) as caught:
        load_register(tmp_path)
    assert [problem.code for problem in caught.value.problems] == [
        codes.contract.NAME_TAKEN,
        codes.contract.NAME_TAKEN,
        codes.contract.NAME_DIFFERS_FROM_PATH,
    ]


def test_a_metric_takes_from_its_programme_what_it_leaves_out(tmp_path: Path) -> None:
    register(tmp_path, office=text("Another"))
    (programme,) = load_register(tmp_path)
    (metric,) = programme.metrics
    assert (metric.office.en, metric.frequency, metric.documents) == ("Another", "annual", ["d.txt"])
    assert [area.number for area in metric.policy_areas] == [27]


@pytest.mark.parametrize(
    ("direction", "beyond", "met"),
    [
        ("more is better", False, [False, True, True]),
        ("more is better", True, [False, False, True]),
        ("less is better", False, [True, True, False]),
        ("less is better", True, [True, False, False]),
    ],
)
def test_a_target_is_met_in_the_metric_s_direction(
    tmp_path: Path, direction: str, beyond: bool, met: list[bool]
) -> None:
    register(tmp_path, direction=direction, target=GOAL | {"beyond": beyond})
    ((metric,),) = [programme.metrics for programme in load_register(tmp_path)]
    assert [metric.meets(value) for value in (9, 10, 11)] == met


def test_without_a_target_nothing_is_met_or_missed(tmp_path: Path) -> None:
    register(tmp_path)
    ((metric,),) = [programme.metrics for programme in load_register(tmp_path)]
    assert metric.meets(10) is None
