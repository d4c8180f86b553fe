"""verify: every stored byte against what a name, a manifest, a statement, journal or ledger says of it, offline."""

from praya.verify.finding import Unfinished, Unverified
from praya.verify.history import unwitnessed
from praya.verify.states import State, states
from praya.verify.verification import Verified, check, verify

__all__ = ["State", "Unfinished", "Unverified", "Verified", "check", "states", "unwitnessed", "verify"]
