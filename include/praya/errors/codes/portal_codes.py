"""Codes for what the open-data portal harvests."""

from praya.errors.error_code import Code

HARVEST_NOT_VALID = Code(
    "PRAYA-PORTAL-001",
    means="The harvest file would not be accepted by the portal, or would delete a dataset there. The "
    "last one stays.",
    do="Correct the metadata that each line names; withdraw a dataset before its contract is deleted.",
)
