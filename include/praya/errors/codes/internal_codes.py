"""Codes for errors of Praya itself."""

from praya.errors.error_code import Code

CRASH = Code(
    "PRAYA-INTERNAL-001",
    means="An error that nobody foresaw: a mistake in Praya itself, or something that it does not know.",
    do="Report it with the whole message, which has places in the code and no values of the data.",
)
