"""verify: every stored byte against what a name, a manifest, a statement, journal or ledger says of it, offline."""

from praya.assurance.verify.finding import Unfinished, Unverified
from praya.assurance.verify.history import unwitnessed
from praya.assurance.verify.night import Night, last_nights, part_of, verify_night
from praya.assurance.verify.verification import Verified, list_findings, verify_store
from praya.assurance.verify.version_states import State, list_states

__all__ = [
    "Night",
    "State",
    "Unfinished",
    "Unverified",
    "Verified",
    "last_nights",
    "list_findings",
    "list_states",
    "part_of",
    "unwitnessed",
    "verify_night",
    "verify_store",
]
