"""Codes for validation: suites, waivers, and verdicts that block a release."""

from praya.errors.error_code import Code

NOTHING_STAGED = Code(
    "PRAYA-VALIDATE-001",
    means="The dataset has no staged table yet.",
    do="Run stage first: trigger the DAG of the dataset, or `praya run DATASET`.",
)
NO_TABLE_ACCEPTED = Code(
    "PRAYA-VALIDATE-002",
    means="No table of the dataset has passed validation yet.",
    do="Run the dataset, and correct what its validation report names.",
)
EXPECTATION_FAILED = Code(
    "PRAYA-VALIDATE-003",
    means="At least one critical expectation failed. The table is not released; the last good release stays.",
    do="Read the validation report. Correct the source or the expectation, or add a waiver with an end date.",
)
EXPECTATION_NOT_CHECKED = Code(
    "PRAYA-VALIDATE-004",
    means="An expectation could not be run. Nothing is known about the data; the release is blocked.",
    do="Correct the expectation, or provide the dataset that it refers to; then validate again.",
)
SUITE_NOT_READABLE = Code(
    "PRAYA-VALIDATE-005",
    means="The suite file is not JSON as Great Expectations saves a suite.",
    do="Save the suite again from Great Expectations, or correct the JSON.",
)
EXPECTATION_NOT_VALID = Code(
    "PRAYA-VALIDATE-006",
    means="The suite has another name than its file, or an expectation in it has wrong keys, values or SQL.",
    do="Correct the expectation that the message names by its position.",
)
WAIVER_UNKNOWN = Code(
    "PRAYA-VALIDATE-007",
    means="A waiver names no critical expectation of the dataset.",
    do="Copy the id from the dataset's validation report into `waivers`, or delete the waiver.",
)
SUITE_WITHOUT_DATASET = Code(
    "PRAYA-VALIDATE-008",
    means="There is a suite file, and no contract of that name.",
    do="Rename the suite after its dataset, or delete it.",
)
