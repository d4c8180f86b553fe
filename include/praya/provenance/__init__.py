"""provenance: who made a release, from what and by what; the keys it is signed with, and what is kept to check it."""

from praya.provenance.signing import Signer, signer
from praya.provenance.statement import Context, statement

__all__ = ["Context", "Signer", "signer", "statement"]
