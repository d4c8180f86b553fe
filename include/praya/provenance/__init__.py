"""provenance: who made a release, from what and by what; the keys it is signed with, and what is kept to check it."""

from praya.provenance.in_toto import Context, statement
from praya.provenance.signing import Signer, load_signer, parse_signer

__all__ = ["Context", "Signer", "load_signer", "parse_signer", "statement"]
