"""verify: every stored byte against what a name, a manifest, a statement, journal or ledger says of it, offline."""

from praya.assurance.verify.finding import Unfinished, Unverified
from praya.assurance.verify.history import unwitnessed
from praya.assurance.verify.night import Night, last_nights, part_of, verify_night
from praya.assurance.verify.verification import Verified, check, verify
from praya.assurance.verify.version_states import State, states

__all__ = [
    "Night",
    "State",
    "Unfinished",
    "Unverified",
    "Verified",
    "check",
    "last_nights",
    "part_of",
    "states",
    "unwitnessed",
    "verify",
    "verify_night",
]
