"""An input format is one file: one of another package is read, checked and named like Praya's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from installed_package import example_below, install, run_with
from made import contract_dict, field, make_contract, put_snapshot
from made.expected import stops
from praya.contract.source_page import describe_sources
from praya.contract.source_specs import FormatSpec, format_specs, option_keys
from praya.errors import codes
from praya.pipeline.stage import stage_table
from praya.pipeline.stage.input_format import all_formats
from praya.pipeline.stage.looks import HEAD, describe_unlike
from praya.pipeline.stage.reading import check_count
from praya.pipeline.stage.text_records import SourceRecord, TextRecords
from praya.store import Store
from praya.store.duck import connect

INCLUDE = Path(__file__).parents[3] / "include"

# What the subprocess does: checks contracts and stages, with the format found by its entry point alone.
STAGED = """
import json, sys
from pathlib import Path
from made import contract_dict, field, open_store, put_snapshot
from praya.contract import Contract
from praya.contract.export import contract_schema
from praya.contract.partly import parse_partly, problems_inside
from praya.errors import StageError
from praya.pipeline.stage import stage_table

def described(**source):
    fields = [field("id", "integer"), field("name")]
    return contract_dict(*fields, source={"url": "https://example.gov.hk/a", **source})

def problems(**source):
    found = problems_inside(parse_partly(Contract, described(**source)))
    return [[".".join(map(str, one.keys)), str(one.code)] for one in found]

store = open_store(Path(sys.argv[1]))
contract = Contract.model_validate(described(format="labelled", separator="|"))
put_snapshot(store, contract, b"id:1|name:a\\nbroken\\nid:x|name:c\\n\\nid:4|name:d\\n")
stage_table(contract, store)
staged = store.read_json("state/sample/staged.json")
import duckdb
read = f"from read_parquet('{store.path(staged['quarantine'])}')"
rows = duckdb.connect().execute(f"select row, line, rule, raw {read} order by all").fetchall()
other = Contract.model_validate(described(format="csv"))
put_snapshot(store, other, b"id:1|name:a\\n")
try:
    stage_table(other, store)
    refused = None
except StageError as error:
    refused = str(error.code)
schema = json.loads(contract_schema())["$defs"]["Source"]["properties"]
print(json.dumps({
    "rows": {name: staged[name] for name in ("rows_in", "rows_out", "rows_quarantined")},
    "quarantine": rows,
    "as_dict": contract.as_dict()["source"],
    "default": Contract.model_validate(described(format="labelled", separator="\\t")).as_dict()["source"],
    "refused": refused,
    "formats": schema["format"]["enum"],
    "separator": schema["separator"]["maxLength"],
    "problems": [problems(format="csv", separator="|"), problems(format="labelled", separator=":"),
                 problems(format="labelled", separator="||"), problems(format="labelled", delimiter=";"),
                 problems(format="labelled", seperator="|")],
}))
"""


def test_a_format_of_another_package_is_one_file(tmp_path: Path) -> None:
    install(tmp_path, "praya.input_formats", "labelled_format", example_below("Add an input format"))
    made = run_with(tmp_path, STAGED, str(tmp_path / "store"))
    assert made["rows"] == {"rows_in": 4, "rows_out": 2, "rows_quarantined": 2}
    assert made["quarantine"] == [[2, 2, "structure", "broken"], [3, 3, "type", "id:x|name:c"]]
    assert made["as_dict"] == {"url": "https://example.gov.hk/a", "format": "labelled", "separator": "|"}
    assert "separator" not in made["default"]
    assert made["refused"] == str(codes.stage.FORMAT_DIFFERS)
    assert {"csv", "labelled"} <= set(made["formats"])
    assert made["separator"] == 1
    of_contracts = codes.contract
    kinds = (of_contracts.RULE_BROKEN, of_contracts.VALUE_NOT_VALID, of_contracts.KEY_UNKNOWN)
    broken, unread, unknown = map(str, kinds)
    assert made["problems"] == [
        [["source.separator", broken]],
        [["source.separator", broken]],
        [["source.separator", unread]],
        [["source.delimiter", broken]],
        [["source.seperator", unknown]],
    ]


def test_praya_has_a_format_for_each_file_of_its_package() -> None:
    names = {path.stem for path in (INCLUDE / "praya/pipeline/stage/input_formats").glob("[a-z]*.py")}
    assert {f"{name}_input_format" for name in all_formats()} == names


@pytest.mark.parametrize("spec", format_specs().values(), ids=lambda spec: str(spec.name))
def test_a_format_is_described_in_two_languages_and_by_media_types(spec: FormatSpec) -> None:
    assert spec.label.en and spec.label.zh_hant
    assert all(re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", media_type) for media_type in spec.media_types)
    assert not {*option_keys(spec.options)} & {"url", "path", "parts", "format", "mart", "register"}


def test_the_page_of_sources_is_made_from_the_specs() -> None:
    page = (INCLUDE.parent / "docs" / "reference" / "sources.md").read_text("utf-8")
    assert page == describe_sources()
    assert all(f"| `{name}` |" in page for name in all_formats())


STARTS = {
    "json": [b"{}", b'[{"a": 1}]', b'\xef\xbb\xbf \n{"a": 1}', b"[\n"],
    "parquet": [b"PAR1\x15\x04"],
    "csv": [b"id,name\n1,a\n", b"[draft],name\n", b"{x},y\n"],
}


@pytest.mark.parametrize(("name", "start"), [(name, start) for name in STARTS for start in STARTS[name]])
def test_a_file_is_never_taken_for_another_kind_than_its_own(name: str, start: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(start)
    contract = make_contract(source={"format": name})
    assert describe_unlike(tmp_path / "file", contract, "utf-8") is None
    for other, spec in all_formats().items():
        plain = spec.recognise is not None and spec.recognise(start[:HEAD])
        assert plain == (other == name and name != "csv")


def test_an_error_of_the_count_says_what_helps_with_the_format_at_hand(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = make_contract(source={"format": "json"})
    put_snapshot(store, contract, b'[{"id": 1, "name": "a"}]')
    monkeypatch.setattr("praya.pipeline.stage.json_input._count", lambda *_: 7)
    with stops(codes.stage.ROWS_NOT_ACCOUNTED_FOR, "7 records") as caught:
        stage_table(contract, store)
    assert "quot" not in str(caught.value)
    for spec in all_formats().values():
        with stops(codes.stage.ROWS_NOT_ACCOUNTED_FOR, spec.advice):
            check_count(contract, 2, 1, 0, spec.advice)


def test_records_that_python_reads_have_the_three_numbers(tmp_path: Path) -> None:
    source = [
        SourceRecord(["a"], "A", 1),
        SourceRecord(None, "?", 2, "is broken"),
        SourceRecord(["c"], "C", 5),
    ]
    contract = make_contract(field("name"))
    from praya.pipeline.stage.parts import columns_of

    texts = TextRecords(
        columns_of(contract, None), lambda: iter(source), lambda record: record.value, tmp_path / "a.parquet"
    )
    with connect(tmp_path) as con:
        texts.write(con)
        reading = texts.reading(3)
        assert con.execute(reading.rows).fetchall() == [("a",), ("c",)]
        con.execute("create temp table wanted as select 2 as row_number")
        reading.locate(con)
        assert con.execute("select row_number, record_number, line_number, raw from place").fetchall() == [
            (2, 3, 5, "C")
        ]
        assert con.execute(str(reading.rejects)).fetchall() == [
            (2, 2, "", None, "structure", "is broken", "?")
        ]


def test_keys_of_another_format_are_refused_also_where_the_rest_cannot_be_read() -> None:
    from praya.contract.model import Contract
    from praya.contract.partly import parse_partly, problems_inside

    data = contract_dict(source={"records": "$.a", "surprise": 1, "max_bytes": "much"}, notes=5)
    found = {problem.keys: problem.code for problem in problems_inside(parse_partly(Contract, data))}
    assert found == {
        ("source", "records"): codes.contract.RULE_BROKEN,
        ("source", "surprise"): codes.contract.KEY_UNKNOWN,
    }
