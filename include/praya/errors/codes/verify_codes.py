"""Codes for released bytes and addresses that are not as they were published."""

from praya.errors.error_code import Code

FILE_CHANGED = Code(
    "PRAYA-VERIFY-001",
    means="A file of the store is missing, or is not what its manifest, its pointer or the ledger recorded.",
    do="Run `praya verify DATASET`, and restore the file from a backup.",
)
NOT_A_FILE = Code(
    "PRAYA-VERIFY-002",
    means="Among the files of a release is a link, or something else that is no file.",
    do="Find out who put it there, delete it, and run `praya verify`.",
)
NOT_IN_LEDGER = Code(
    "PRAYA-VERIFY-003",
    means="The ledger has no line about the release, so there is no evidence of it.",
    do="Run `praya verify`; name a release that Praya made.",
)
PUBLISHED_DIFFERS = Code(
    "PRAYA-VERIFY-004",
    means="The nightly verification found files that differ from what was published.",
    do="Read all findings in the log of the task, and restore the files from a backup.",
)
WRITES_INTERRUPTED = Code(
    "PRAYA-VERIFY-005",
    means="Writes were interrupted, for example because a process was killed.",
    do="Run the task again that was interrupted; the findings in the log name what it was writing.",
)
ADDRESSES_BROKEN = Code(
    "PRAYA-VERIFY-006",
    means="Permanent addresses that were given before no longer lead to a file or a tombstone.",
    do="Read the list in the log of the task, and restore the files that are missing.",
)
SERVER_NOT_REACHABLE = Code(
    "PRAYA-VERIFY-007",
    means="No web server answers at the address where the copy of `released/` should be.",
    do="Check the address, and whether the web server runs.",
)
