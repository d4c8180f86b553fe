"""Codes for evidence of a release: its archive, an OCFL copy, and making a release again."""

from praya.errors.error_code import Code

TOO_LARGE_FOR_ZIP = Code(
    "PRAYA-EVIDENCE-001",
    means="The evidence is larger than a ZIP file without extensions holds.",
    do="Copy the folders of the message as they are, and run `praya verify` on the copy.",
)
PLACE_NOT_USABLE = Code(
    "PRAYA-EVIDENCE-002",
    means="The evidence cannot be written there, or the folder for the OCFL copy holds something else.",
    do="Name an empty folder or another file, or correct the permissions.",
)
NOT_REPRODUCIBLE = Code(
    "PRAYA-EVIDENCE-003",
    means="The release cannot be made again: its inputs or the records of them are not kept any more.",
    do="`praya verify DATASET/VERSION` says what is kept of it. Nothing can be done for what is gone.",
)
REPRODUCTION_FAILED = Code(
    "PRAYA-EVIDENCE-004",
    means="The code that made the release failed when it was run again.",
    do="Read the quoted line; install the dependencies of that commit, and try again.",
)
