"""The contract's JSON Schema, so that editors complete and check the YAML; `python -m praya.contract.export`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from praya.contract.model import Contract


def contract_schema() -> str:
    """JSON Schema (draft 2020-12) of a contract, as indented JSON text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Contract.model_json_schema(
        by_alias=True
    )
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(contract_schema(), "utf-8")
