"""Codes for names of persons that go on record."""

from praya.errors.error_code import Code

NAME_NOT_VALID = Code(
    "PRAYA-PERSON-001",
    means="The name is too short or too long, in other characters than Latin or Chinese, or an account "
    "of a machine.",
    do="Write the name of the person who does it.",
)
