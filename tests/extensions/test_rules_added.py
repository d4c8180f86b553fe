"""A kind of rule, a method and a recogniser that a package of its own adds: one file each, and they are used."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from installed_package import example_below, install, run_with
from made import project

pytestmark = pytest.mark.slow

RULE = """
import json, sys
from pathlib import Path
from made import contract_dict, field, make_contract, open_store, project, put_snapshot
from praya.contract.export import contract_schema
from praya.contract.load import load_contract
from praya.errors import ContractError
from praya.metadata.dictionary_words import constraints_in_words
from praya.pipeline.stage.stage_step import stage_table
from praya.pipeline.validate.fault_score import measure
from praya.pipeline.validate.field_expectations import from_contract
from praya.pipeline.validate.verdict_words import describe
from praya.store.duck import connect, scan
import yaml

store, folder = open_store(Path(sys.argv[1]) / "store"), Path(sys.argv[1]) / "hk-dpo"
one = make_contract(field("id", "integer"), field("v", "integer", constraints={"multipleOf": 5}))
lines = "".join(f"{n},{5 * n}\\n" for n in range(1, 41))
put_snapshot(store, one, f"id,v\\n{lines}41,7\\n42,\\n".encode())
staged = stage_table(one, store)
with store.scratch() as work, connect(work) as con:
    source = scan(store.path(staged.quarantine))
    quarantined = con.execute(f"select value, rule, reason from {source}").fetchall()
(made,) = [each for each in from_contract(one) if each["id"] == "contract:v:multipleOf"]
score = measure(one, store.path(staged.table), from_contract(one), {})
(planted,) = [each for each in score["faults"] if each["fault"] == "one-too-many"]
folder.mkdir()
problems = {}
for name, kind, value in (("a", "string", 5), ("b", "integer", 1), ("c", "integer", "x")):
    wrong = contract_dict(field("id", "integer"), field("v", kind, constraints={"multipleOf": value}))
    path = folder / "sample.yaml"
    path.write_text(yaml.safe_dump(wrong, allow_unicode=True))
    try:
        load_contract(path, project())
    except ContractError as error:
        problems[name] = [str(problem).partition(": ")[2] for problem in error.problems]
schema = json.loads(contract_schema())["$defs"]["Constraints"]["properties"]
print(json.dumps({
    "rows": staged.rows_out,
    "quarantined": quarantined,
    "words": [describe(made), made["meta"]["description_zh_hant"]],
    "planted": [planted["outcome"], planted["caught_by"]],
    "faults": len(score["faults"]),
    "problems": problems,
    "schema": schema["multipleOf"]["anyOf"][0],
    "last": list(schema)[-1],
    "dumped": one.as_dict()["schema"]["fields"][1]["constraints"],
    "dictionary": constraints_in_words({"constraints": {"multipleOf": 5}}, "zh-Hans"),
}))
"""

METHOD = """
import json, sys
from pathlib import Path
import made
from made import field, make_contract, open_store
from praya.assurance.method_comparison import compare_methods
from praya.contract.export import contract_schema, policy_schema
from praya.metadata.methods import disclosure_in_words
from praya.pipeline.protect.protect_step import protect_table

store = open_store(Path(sys.argv[1]) / "store")
one = make_contract(
    field("place"),
    field("n", "integer"),
    disclosure={
        "class": "aggregated counts", "counts": ["n"], "method": "rounding to tens", "reason": "Counts of cases."
    },
)
made.accept(store, one, b"place,n\\na,3\\nb,17\\nc,99\\nd,10\\n")
table = protect_table(one, store)
compared = compare_methods(one, store)
page = compared.page.read_text("utf-8")
print(json.dumps({
    "rows": made.rows_of(table.path),
    "method": table.decision["method"],
    "notes": disclosure_in_words(one.disclosure, 1)[0],
    "compared": [each.name for each in compared.methods],
    "page": "<strong>Rounding to tens</strong>: small counts are withheld, all others rounded down to ten." in page,
    "schema": json.loads(contract_schema())["$defs"]["Disclosure"]["properties"]["method"]["enum"],
    "policy": json.loads(policy_schema())["properties"]["methods"]["propertyNames"]["enum"],
}))
"""

RECOGNISER = """
import json
import pyarrow as pa
from looked import searched
from praya.disclosure.recognise import all_recognisers
table = pa.table({"remark": ["Badge no. QX-12345, thanks", "badge of honour"], "badge": ["AB12345", "none"]})
found = [[each.column, each.kind, each.hits, [one.shown for one in each.examples]] for each in searched(table)]
print(json.dumps({"found": found, "names": [one.name for one in all_recognisers()]}))
"""


def test_a_kind_of_rule_of_a_field(tmp_path: Path) -> None:
    install(tmp_path, "praya.rule_kinds", "multiple_of_rule", example_below("Add a rule kind"))
    found = run_with(tmp_path, RULE, str(tmp_path))
    assert found["rows"] == 41
    assert found["quarantined"] == [["7", "multipleOf", "is no multiple of 5"]]
    assert found["words"] == ["v is a multiple of 5", "v為5的倍數"]
    assert found["planted"] == ["blocked", ["contract:v:multipleOf"]]
    assert found["faults"] == 21
    assert found["problems"] == {
        "a": ["schema.fields[1].constraints.multipleOf: does not go with the type string"],
        "b": ["schema.fields[1].constraints.multipleOf: is 1; input should be greater than or equal to 2"],
        "c": [
            "schema.fields[1].constraints.multipleOf: is 'x'; input should be a valid integer, unable to parse "
            "string as an integer"
        ],
    }
    assert found["schema"] == {"minimum": 2, "type": "integer"}
    assert found["last"] == "multipleOf"
    assert found["dumped"] == {"multipleOf": 5}
    assert found["dictionary"] == ["5的倍数"]


def test_a_disclosure_method(tmp_path: Path) -> None:
    install(tmp_path, "praya.disclosure_methods", "tens_method", example_below("Add a disclosure method"))
    policy = yaml.safe_load(project().policy_file.read_text("utf-8"))
    policy["methods"]["rounding to tens"] = {"threshold": 10}
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(policy))
    found = run_with(tmp_path, METHOD, str(tmp_path), PRAYA_POLICY=str(tmp_path / "policy.yaml"))
    assert found["rows"] == [["a", None, "C"], ["b", 10, "F"], ["c", 90, "F"], ["d", 10, "F"]]
    assert found["method"] == "rounding to tens"
    assert found["notes"]["en"] == "Counts below 10 are withheld; all others are rounded down to ten."
    names = ["10-5 rule", "cell-key perturbation", "rounding to tens", "suppression"]
    assert found["compared"] == found["schema"] == found["policy"] == names
    assert found["page"]


def test_a_recogniser(tmp_path: Path) -> None:
    install(tmp_path, "praya.recognisers", "badge_recogniser", example_below("Add a recogniser"))
    recognise = str(Path(__file__).parents[1] / "disclosure" / "recognise")
    found = run_with(tmp_path, f"import sys; sys.path.insert(0, {recognise!r})\n{RECOGNISER}")
    assert found["found"] == [
        ["remark", "staff badge", 1, ["**-*****"]],
        ["badge", "staff badge", 1, ["**-*****"]],
    ]
    assert "staff badge" in found["names"]
