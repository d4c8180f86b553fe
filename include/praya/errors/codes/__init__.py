"""The codes of all errors, a module an area: `codes.stage.COLUMNS_CHANGED`."""

from praya.errors.codes import address_codes as address
from praya.errors.codes import contract_codes as contract
from praya.errors.codes import disclosure_codes as disclosure
from praya.errors.codes import evidence_codes as evidence
from praya.errors.codes import format_codes as format
from praya.errors.codes import history_codes as history
from praya.errors.codes import internal_codes as internal
from praya.errors.codes import key_codes as key
from praya.errors.codes import ledger_codes as ledger
from praya.errors.codes import measure_codes as measure
from praya.errors.codes import month_codes as month
from praya.errors.codes import package_codes as package
from praya.errors.codes import person_codes as person
from praya.errors.codes import portal_codes as portal
from praya.errors.codes import release_codes as release
from praya.errors.codes import report_codes as report
from praya.errors.codes import run_codes as run
from praya.errors.codes import simulator_codes as simulator
from praya.errors.codes import source_codes as source
from praya.errors.codes import sql_codes as sql
from praya.errors.codes import stage_codes as stage
from praya.errors.codes import store_codes as store
from praya.errors.codes import validate_codes as validate
from praya.errors.codes import verify_codes as verify

__all__ = [
    "address",
    "contract",
    "disclosure",
    "evidence",
    "format",
    "history",
    "internal",
    "key",
    "ledger",
    "measure",
    "month",
    "package",
    "person",
    "portal",
    "release",
    "report",
    "run",
    "simulator",
    "source",
    "sql",
    "stage",
    "store",
    "validate",
    "verify",
]
