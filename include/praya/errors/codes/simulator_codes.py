"""Codes for the simulated source of 1823 records (`praya sources`): its requests, months and generator."""

from praya.errors.error_code import Code

REQUEST_NOT_VALID = Code(
    "PRAYA-SIMULATOR-001",
    means="The simulated source has no such table, parameter, month or cursor, or a value is malformed.",
    do="Correct the parameter as the message says; begin without a cursor where the month has changed.",
)
CHANGE_NOT_POSSIBLE = Code(
    "PRAYA-SIMULATOR-002",
    means="A planned change of a month is of an unknown kind, or changes more records than there are.",
    do="Correct the plan of changes.",
)
CACHE_NOT_OWNED = Code(
    "PRAYA-SIMULATOR-003",
    means="The folder in which the simulated source keeps months belongs to another account.",
    do="Name another folder in PRAYA_SOURCES_CACHE.",
)
