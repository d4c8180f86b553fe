"""Codes for releasing, previewing, correcting and taking back."""

from praya.errors.error_code import Code

WAITS_FOR_TIME = Code(
    "PRAYA-RELEASE-001",
    means="The release is ready and waits for its release time. This is not a failure.",
    do="Wait; the task goes on by itself at the time in the message.",
)
WAITS_FOR_NOTICE = Code(
    "PRAYA-RELEASE-002",
    means="The release breaks its readers, and waits for the day of the notice that they were given.",
    do="Wait; the task goes on by itself at the time in the message.",
)
BREAKS_READERS = Code(
    "PRAYA-RELEASE-003",
    means="Columns, types or keys would change so that programs of readers fail, and no notice covers "
    "the change.",
    do="Undo the change, or announce it in `release.breaking` of the contract with a day in the future.",
)
CHANGED_SINCE_CHECKED = Code(
    "PRAYA-RELEASE-004",
    means="Table, contract, suite or policy changed after the table was validated or protected.",
    do="Run validate and release again.",
)
VERSION_UNKNOWN = Code(
    "PRAYA-RELEASE-005",
    means="The dataset has no version of that name, or the version was withdrawn.",
    do="Choose one of the versions in `released/DATASET`; `praya show DATASET` names the latest.",
)
PREVIEW_NOT_POSSIBLE = Code(
    "PRAYA-RELEASE-006",
    means="The rows that would be previewed are released already, or the preview would end before it begins.",
    do="Run the dataset first if new data is expected; give a later end.",
)
REVISION_NOT_ON_RECORD = Code(
    "PRAYA-RELEASE-007",
    means="Released figures would change, and no record says who revised them, when and why.",
    do="Undo the change, or add the lines of the message to a file below `include/revisions`.",
)
REPEATS_TAKEN_BACK = Code(
    "PRAYA-RELEASE-008",
    means="The release repeats rows of a version that was withdrawn or rolled back, of this dataset or "
    "of one behind it.",
    do="Correct them at the source. If the rows are right, run the `praya correct` or `praya "
    "rollback` of the message.",
)
NO_VERSION_TO_ROLL_BACK_TO = Code(
    "PRAYA-RELEASE-009",
    means="The dataset has no release, no earlier version, or the chosen version is withdrawn or the "
    "latest already.",
    do="Choose another version, or correct the data and release anew.",
)
