"""Codes for signing keys and signatures."""

from praya.errors.error_code import Code

REFUSED = Code(
    "PRAYA-KEY-001",
    means="The signing key was revoked or replaced, so nothing was signed with it.",
    do="Make a new key with `praya keys rotate`.",
)
UNKNOWN = Code(
    "PRAYA-KEY-002",
    means="The ledger has no such key, or several keys begin so.",
    do="Copy the whole id of the key from `keys.json`.",
)
REVOCATION_NOT_VALID = Code(
    "PRAYA-KEY-003",
    means="The reason for a revocation is too short, or its moment is malformed or has no time zone.",
    do="Give a reason in a sentence, and a moment such as 2026-11-01T00:00:00Z.",
)
NOT_USABLE = Code(
    "PRAYA-KEY-004",
    means="The key is missing, encrypted, not in PEM, or not an Ed25519 key.",
    do="Make a key with `praya keys rotate`, and put it where the message says.",
)
SIGNATURE_NOT_VALID = Code(
    "PRAYA-KEY-005",
    means="A statement is malformed, was changed after it was signed, or is signed by a key that is "
    "not the publisher's.",
    do="Do not use the file; get it again, and run `praya verify`.",
)
