"""Codes have labels in three languages: in code lists, contracts, released files and dictionaries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made import contract_dict, field, make_contract, open_store, project, publish, rows_of
from made.expected import refuses
from praya.contract import Contract, load_contract, load_contracts, read_contracts, without_labels
from praya.contract.code_list import CodeList
from praya.contract.load import load_code_list
from praya.disclosure.protect.publication import describe_publication, read_publication, renamed_by
from praya.errors import Code, ContractError
from praya.errors import codes as error_codes
from praya.pipeline.stage import stage_key
from praya.store import Store
from praya.store.states import Collected

pytestmark = pytest.mark.slow

LISTS = sorted(project().code_lists.glob("*.yaml"))
SHIPPED = load_contracts(project())
# The Interoperability Framework's codes, and the letters of constituencies (S01 lies in Kwai Tsing).
DISTRICTS = {
    "CW": "A", "WC": "B", "EST": "C", "STH": "D", "YTM": "E", "SSP": "F", "KLC": "G", "WTS": "H", "KT": "J",
    "TW": "K", "TM": "L", "YL": "M", "NTH": "N", "TP": "P", "SK": "Q", "ST": "R", "KC": "S", "ILD": "T",
}  # fmt: skip
UNUSABLE = error_codes.contract.CODE_LIST_NOT_USABLE
COLOURS = {
    "list": "colours",
    "title": {"en": "Colours", "zh-Hant": "顏色"},
    "source": {"document": "A paint shop's card", "place": "front"},
    "codes": [
        {"code": "r", "label": {"en": "Red, or so", "zh-Hant": "紅色"}, "formerly": "R"},
        {"code": "g", "label": {"en": 'Green "leaf"', "zh-Hant": "綠色", "zh-Hans": "绿"}},
        {"code": "all", "label": {"en": "All colours", "zh-Hant": "所有顏色"}, "special": True},
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of contracts, with a folder of one code list beside it."""
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "colours.yaml").write_text(yaml.safe_dump(COLOURS, allow_unicode=True))
    monkeypatch.setenv("PRAYA_CODE_LISTS", str(lists))
    (tmp_path / "contracts" / "hk-dpo").mkdir(parents=True)
    return tmp_path / "contracts"


def write(folder: Path, **coded: Any) -> Path:
    path = folder / "hk-dpo" / "sample.yaml"
    fields = field("id", "integer"), {**field("colour"), **coded}
    path.write_text(yaml.safe_dump(contract_dict(*fields), allow_unicode=True, sort_keys=False))
    return path


def loaded(folder: Path, **coded: Any) -> Contract:
    return load_contract(write(folder, **coded), project())


@pytest.mark.parametrize("path", LISTS, ids=[path.stem for path in LISTS])
def test_every_list_says_where_it_comes_from_and_labels_in_three_languages(path: Path) -> None:
    listed = load_code_list(path)
    assert listed.source.document and listed.source.place
    for one in listed.codes:
        texts = [one.label.in_language(language) for language in ("en", "zh-Hant", "zh-Hans")]
        assert all(text.strip() == text and text for text in texts), one.code


def test_every_code_that_is_released_has_a_label_and_every_list_is_used() -> None:
    assert not [*without_labels(project(), SHIPPED)]
    used = {one.codes.list_ for contract in SHIPPED for one in contract.fields if one.codes}
    assert {path.stem for path in LISTS} - used == {"sdmx-confidentiality-status"} - used


def test_districts_have_the_codes_of_the_government_and_the_right_letters() -> None:
    listed = load_code_list(project().code_lists / "hk-districts.yaml")
    letters = {one.code: one.notation for one in listed.codes if not one.special}
    assert letters == DISTRICTS
    wrong = [one.code for one in listed.codes if one.formerly not in (None, one.notation)]
    assert wrong == ["TW", "TM", "YL", "NTH", "TP", "SK", "ST", "KC"], "eight letters were others"


def test_an_office_that_is_no_more_is_named_as_it_was_with_what_it_is_today() -> None:
    (contract,) = (one for one in SHIPPED if one.dataset == "programme-milestones")
    (office,) = (one for one in contract.fields if one.name == "office")
    assert office.codes is not None
    labels = office.codes.labels
    assert (
        labels["ogcio"].en == "Office of the Government Chief Information Officer (now Digital Policy Office)"
    )
    assert labels["effo"].in_language("zh-Hant") == "效率促進辦公室（現為數字政策辦公室）"
    assert labels["effo"].in_language("zh-Hans") == "效率促进办公室（现为数字政策办公室）"
    assert labels["dpo"].en == "Digital Policy Office"


def test_the_units_and_programmes_are_called_as_in_the_register() -> None:
    units = yaml.safe_load((project().metrics / "units.yaml").read_text("utf-8"))["units"]
    listed = load_code_list(project().code_lists / "units.yaml").labels
    assert {code: listed[code].en for code in units} == {code: text["en"] for code, text in units.items()}
    programmes = load_code_list(project().code_lists / "programmes.yaml").labels
    for path in (project().metrics / "register").glob("*.yaml"):
        told = yaml.safe_load(path.read_text("utf-8"))
        if str(told["programme"]) in programmes:
            assert programmes[str(told["programme"])].zh_hant == told["title"]["zh-Hant"], path.name


def test_the_codes_come_from_the_list_and_special_ones_only_where_they_are_named(folder: Path) -> None:
    def enum(**coded: Any) -> list[Any] | None:
        return loaded(folder, **coded).fields[1].constraints.enum

    assert enum(codes="colours") == ["r", "g"]
    assert enum(codes={"list": "colours", "also": ["all"]}) == ["r", "g", "all"]
    assert enum(codes="colours", constraints={"enum": ["g"]}) == ["g"]
    assert enum(codes="colours", constraints={"enum": ["g", "all"]}) == ["g", "all"]


@pytest.mark.parametrize(
    ("coded", "key", "code", "value"),
    [
        ({"codes": "hues"}, "codes", UNUSABLE, "'hues'"),
        ({"codes": "../colours"}, "codes", UNUSABLE, "'../colours'"),
        ({"codes": "colours", "constraints": {"enum": ["r", "x"]}}, "constraints.enum[1]", UNUSABLE, "x"),
        ({"codes": {"list": "colours", "also": ["none"]}}, "codes.also[0]", UNUSABLE, "none"),
        ({"codes": {"list": "colours", "codes": []}}, "codes", UNUSABLE, ""),
        (
            {"codes": {"list": "colours", "also": ["all", "all"]}},
            "codes.also[1]",
            error_codes.contract.RULE_BROKEN,
            "all",
        ),
        ({"codes": 7}, "codes", UNUSABLE, ""),
    ],
)
def test_what_is_wrong_with_codes_is_said_with_file_line_and_key(
    folder: Path, coded: dict[str, Any], key: str, code: Code, value: str
) -> None:
    path = write(folder, **coded)
    with pytest.raises(ContractError) as refused:
        load_contract(path, project())
    (problem,) = refused.value.problems
    item = {
        "codes": "codes:",
        "constraints.enum[1]": "- x",
        "codes.also[0]": "- none",
        "codes.also[1]": "- all",
    }
    lines = [number for number, text in enumerate(path.read_text().splitlines(), 1) if item[key] in text]
    assert problem.startswith(f"{path}:{lines[0 if key == 'codes' else -1]}: schema.fields[1].{key}: ")
    assert problem.code is code and value in problem


def test_codes_without_a_list_are_found_by_check(folder: Path) -> None:
    path = write(folder, constraints={"enum": ["r"]})
    contracts, problems = read_contracts(project(contracts=folder))
    assert not problems
    (problem,) = without_labels(project(contracts=folder), contracts)
    assert problem.startswith(f"{path}:") and "schema.fields[1].constraints.enum: " in problem
    assert problem.code is error_codes.contract.LABELS_MISSING and "colour" in problem


def test_a_label_that_a_spreadsheet_would_run_is_refused() -> None:
    label = {"en": "=1+1", "zh-Hant": "紅色"}
    with refuses("codes.0.label.en", "label of r"):
        CodeList.model_validate(COLOURS | {"codes": [{"code": "r", "label": label}]})


def test_names_of_label_columns_are_kept(folder: Path) -> None:
    codes = (
        loaded(folder, codes="colours")
        .fields[1]
        .model_dump(mode="json", by_alias=True, exclude_defaults=True)
    )
    with refuses("schema.fields.2.name", "colour_label_tc"):
        make_contract(field("id", "integer"), codes, field("colour_label_tc"))
    with refuses("schema.fields.1.name", "synthetic"):
        make_contract(field("id", "integer"), field("synthetic"), synthetic=True)


def test_a_contract_as_it_is_kept_needs_no_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = loaded(folder, codes="colours")
    monkeypatch.setenv("PRAYA_CODE_LISTS", str(folder / "nowhere"))
    again = Contract.model_validate_json(json.dumps(contract.as_dict()))
    assert again == contract


def test_another_label_makes_another_release_and_no_other_table(folder: Path) -> None:
    before = loaded(folder, codes="colours")
    changed = json.loads(json.dumps(COLOURS))
    changed["codes"][0]["label"]["en"] = "Scarlet"
    (project().code_lists / "colours.yaml").write_text(yaml.safe_dump(changed, allow_unicode=True))
    after = loaded(folder, codes="colours")
    assert before.published() != after.published()
    plain = loaded(folder, constraints={"enum": ["r", "g"]})
    snapshot = Collected(
        dataset="sample", key="snapshot", parts={}, received_at="2026-01-05T02:00:00Z", synthetic=False
    )
    keys = {stage_key(one, snapshot) for one in (before, after, plain)}
    assert len(keys) == 1, "nothing is staged anew for a label"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.sampled_from(["r", "g", ""]), min_size=1, max_size=8), synthetic=st.booleans())
def test_labels_are_functions_of_codes_and_rows_stay_as_they_are(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, values: list[str], synthetic: bool
) -> None:
    contract = loaded(folder, codes="colours").model_copy(update={"synthetic": synthetic})
    store = open_store(tmp_path_factory.mktemp("labels") / "store")
    data = "".join(f"{number},{value}\n" for number, value in enumerate(values))
    out = publish(store, contract, f"id,colour\n{data}".encode(), synthetic=synthetic)
    (protected,) = store.path("protected/sample").glob("*/table.parquet")
    released = rows_of(next(out.glob("*.parquet"), Path())) if list(out.glob("*.parquet")) else None
    mark = "-synthetic" if synthetic else ""
    lines = (out / f"sample{mark}.csv").read_text("utf-8-sig").splitlines()
    labels = {"r": '"Red, or so",紅色,红色', "g": '"Green ""leaf""",綠色,绿', "": ",,"}
    ending = ",true" if synthetic else ""
    expected = [f"{number},{value},{labels[value]}{ending}" for number, value in enumerate(values)]
    assert lines[1:] == expected
    assert [row[:2] for row in rows_of(protected)] == [row[:2] for row in released or rows_of(protected)]


def test_dictionary_and_metadata_have_the_labels(folder: Path, store: Store) -> None:
    out = publish(store, loaded(folder, codes="colours"), b"id,colour\n1,r\n")
    told = {one["name"]: one for one in json.loads((out / "dictionary.json").read_bytes())["fields"]}
    assert [one["code"] for one in told["colour"]["codes"]] == ["r", "g"]
    assert told["colour"]["codes"][0]["formerly"] == "R"
    assert told["colour"]["code_list"]["source"]["document"] == "A paint shop's card"
    assert told["colour_label_sc"] == told["colour_label_sc"] | {"label_of": "colour", "language": "zh-Hans"}
    assert "r = 紅色" in (out / "dictionary-tc.csv").read_text("utf-8-sig")
    assert "紅色" in (out / "dictionary-tc.html").read_text("utf-8")
    csvw = json.loads((out / "sample.csv-metadata.json").read_bytes())
    columns = {one["name"]: one for one in csvw["tables"][0]["tableSchema"]["columns"]}
    assert columns["colour_label_tc"]["lang"] == "zh-Hant" and columns["colour"]["schema:valueReference"]
    schema = json.loads((out / "schema.json").read_bytes())["fields"]
    assert schema[1]["categories"][0] == {"value": "r", "label": "Red, or so"}


def test_a_row_under_a_renamed_code_is_the_same_row_for_disclosure_control(
    folder: Path, tmp_path: Path
) -> None:
    import duckdb

    contract = loaded(folder, codes="colours")
    contract = contract.model_copy(
        update={"schema_": contract.schema_.model_copy(update={"primary_key": ["colour"]})}
    )
    with duckdb.connect() as con:
        con.execute(f"copy (select 'R' as colour, 1 as id) to '{tmp_path / 'old.parquet'}'")
        old = tmp_path / "old.parquet"
        told = describe_publication(contract, "")
        assert told["renamed"] == renamed_by(contract) == {"colour": {"R": "r"}}
        assert [*read_publication(con, told, old, old).shown] == [("R",)]
        again = read_publication(con, told, old, old, renamed=renamed_by(contract))
        assert [*again.shown] == [*again.true] == [("r",)]
