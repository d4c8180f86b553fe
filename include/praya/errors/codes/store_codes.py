"""Codes for the store: its folder, keys, files and locks."""

from praya.errors.error_code import Code

KEY_NOT_VALID = Code(
    "PRAYA-STORE-001",
    means="A key leads out of the store, or no file of the store may be named so.",
    do="If a contract or a command names it, correct it there; otherwise report it.",
)
PATH_REPLACED = Code(
    "PRAYA-STORE-002",
    means="A folder of the store was replaced by a link, a file or something else. Praya itself makes "
    "no links there.",
    do="Find out who did it, restore the folder from a backup, and run `praya verify`.",
)
FILE_DAMAGED = Code(
    "PRAYA-STORE-003",
    means="A file of the store is missing or is not the JSON that Praya wrote.",
    do="Run `praya verify`; restore the file from a backup.",
)
FILE_NOT_READABLE = Code(
    "PRAYA-STORE-004",
    means="A file cannot be opened or read, or is not a regular file.",
    do="Check owner and permissions of the file, and what replaced it.",
)
LOCKED = Code(
    "PRAYA-STORE-005",
    means="Another process held a lock of the store for longer than is reasonable.",
    do="Find the process that holds it; the operating system frees the lock when that process ends. "
    "Then run again.",
)
NOT_WRITABLE = Code(
    "PRAYA-STORE-006",
    means="The operating system refused a write: the disk is full, read-only, failed, or access is denied.",
    do="Make room or correct the permissions; then run again. Nothing is left half-written in view.",
)
RECORD_TOO_NEW = Code(
    "PRAYA-STORE-007",
    means="A state on the store was written by a newer version of Praya than the one that reads it.",
    do="Run the version that wrote it, or a newer one.",
)
POINTER_MOVED = Code(
    "PRAYA-STORE-008",
    means="Another process moved the pointer to the latest release after this one had read it.",
    do="Run the dataset again. Nothing was lost: the release that is the latest now stays.",
)
