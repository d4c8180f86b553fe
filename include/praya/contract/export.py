"""JSON Schemas of the files that people write, so that editors complete and check the YAML; and the page of sources.

`python -m praya.contract.export include/contracts/contract.schema.json include/policy.schema.json
include/code_list.schema.json docs/reference/sources.md`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from praya.contract.code_list import CodeList
from praya.contract.model import Contract
from praya.contract.policy import Policy
from praya.contract.source_page import describe_sources

MODELS: dict[str, type[BaseModel]] = {
    "contract.schema.json": Contract,
    "policy.schema.json": Policy,
    "code_list.schema.json": CodeList,
}
SOURCES_PAGE = "sources.md"


def contract_schema() -> str:
    """JSON Schema (draft 2020-12) of a contract, as indented JSON text."""
    return _schema(Contract)


def policy_schema() -> str:
    """The same of the policy."""
    return _schema(Policy)


def _schema(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema(
        by_alias=True
    )
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _content(name: str) -> str:
    return describe_sources() if name == SOURCES_PAGE else _schema(MODELS[name])


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(_content(path.name), "utf-8")
