"""What is in print about 1823, as the centre of the generator's draws; a year is never forced to equal it.

Source: Head 135 of the Estimates 2024-25 (2022, 2023) and 1823's figures for January to October 2025. What is
not in print is this project's guess and marked so.
"""

from __future__ import annotations

from typing import NamedTuple


class Rates(NamedTuple):
    """The expected volumes (a year) and rates (shares, seconds, points of 5) of one year."""

    calls: float
    written: float
    within_12_seconds: float  # of answered calls
    abandoned: float  # of all calls
    handling_seconds: float
    satisfaction: float


# 2,106,667 calls and 885,665 written contacts in ten months of 2025, as for twelve.
RATES = {
    2022: Rates(2_720_000, 760_000, 0.61, 0.12, 458, 4.50),  # guessed: calls, written, abandoned, seconds
    2023: Rates(2_807_000, 820_000, 0.74, 0.09, 455, 4.60),  # guessed: abandoned, seconds
    2024: Rates(2_660_000, 940_000, 0.77, 0.08, 453, 4.61),  # guessed: all
    2025: Rates(2_528_000, 1_062_800, 0.80, 0.07, 451, 4.63),
    2026: Rates(2_528_000, 1_062_800, 0.80, 0.07, 451, 4.63),  # guessed: as 2025
}

# Rates that stand for every year. First-call resolution is of enquiries by phone; the next two are of cases
# that were assigned to a department.
FIRST_CALL = 0.99
WITHIN_3_HOURS = 0.97
SEVERAL_DEPARTMENTS = 0.03

# Of 2,992,332 contacts in ten months of 2025, 1,549,276 were enquiry cases and 614,921 service requests or
# complaints. With a case for every written contact and for 66.5% of answered calls, and the shares of the four
# case types below (enquiry, service request or complaint, suggestion, compliment), that is what comes out.
CASE_OF_ANSWERED_CALL = 0.665
TYPES_BY_PHONE = (0.829, 0.163, 0.004, 0.004)
TYPES_IN_WRITING = (0.528, 0.452, 0.013, 0.007)
