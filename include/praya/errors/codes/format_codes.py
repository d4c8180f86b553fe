"""Codes for output formats that cannot hold what the table holds."""

from praya.errors.error_code import Code

FIELD_NAME_RESERVED = Code(
    "PRAYA-FORMAT-001",
    means="A field has the name that GeoParquet uses for its own geometry column.",
    do="Rename the field, or leave the format out of `release.formats`.",
)
FIELDS_NOT_NAMED = Code(
    "PRAYA-FORMAT-002",
    means="A calendar or a format with places is asked for, and the contract does not name the fields "
    "for it.",
    do="Set `release.days` or `release.places`, or leave the format out of `release.formats`.",
)
EVENT_ENDS_BEFORE_IT_BEGINS = Code(
    "PRAYA-FORMAT-003",
    means="An event of the calendar ends on or before the day on which it begins.",
    do="Correct the row at the source; `release.days.until` is the day after the last one.",
)
COORDINATES_OUT_OF_RANGE = Code(
    "PRAYA-FORMAT-004",
    means="The fields in `release.places` hold values that are no degrees of WGS 84.",
    do="Name the right fields, in the right order; convert HK1980 grid coordinates at the source.",
)
SDMX_NOT_POSSIBLE = Code(
    "PRAYA-FORMAT-005",
    means="The table has not the dimensions, time and measure that SDMX-CSV needs, or a time that it "
    "cannot express.",
    do="Change the schema or the periods as the message says, or leave sdmx-csv out of `release.formats`.",
)
TEXT_TOO_LONG = Code(
    "PRAYA-FORMAT-006",
    means="A text is longer than a cell of a spreadsheet holds.",
    do="Leave xlsx out of `release.formats`.",
)
