"""Codes for staging: the bytes of a source become a typed table, or a reason why not."""

from praya.errors.error_code import Code

NOTHING_COLLECTED = Code(
    "PRAYA-STAGE-001",
    means="The dataset has no snapshot yet.",
    do="Run collect first: trigger the DAG of the dataset, or `praya run DATASET`.",
)
ROWS_OUTSIDE_LIMITS = Code(
    "PRAYA-STAGE-002",
    means="More rows are in quarantine than `quality.max_quarantined_rows` allows, or fewer rows came "
    "than `quality.min_rows` asks for.",
    do="Read the quarantine (`praya show DATASET` prints its path). Correct the source, or the "
    "contract if it is wrong.",
)
NOT_READABLE_AS_FORMAT = Code(
    "PRAYA-STAGE-003",
    means="The file cannot be read in the format that the contract names, or its records cannot be counted.",
    do="Open the snapshot `raw/<sha256>` in the store. Correct `source.format`, or ask the department.",
)
FORMAT_DIFFERS = Code(
    "PRAYA-STAGE-004",
    means="The first bytes show that the file has another format than `source.format`.",
    do="Check the address of the source; correct `source.format`, or ask the department.",
)
ENCODING_WRONG = Code(
    "PRAYA-STAGE-005",
    means="The bytes of the file are not in the encoding of `source.encoding`.",
    do="Correct `source.encoding` in the contract; the message says what the bytes look like.",
)
QUOTE_NOT_CLOSED = Code(
    "PRAYA-STAGE-006",
    means="A quotation mark opens a CSV value and is not closed, so the rest of the file would be one value.",
    do="Find the stray quotation mark at the line in the message, and have the department correct it.",
)
COLUMN_REPEATED = Code(
    "PRAYA-STAGE-007",
    means="Two columns of the file have the same name.",
    do="Ask the department to rename one.",
)
COLUMNS_DIFFER_BETWEEN_PAGES = Code(
    "PRAYA-STAGE-008",
    means="The pages of one month have different columns: the source changed while it was being collected.",
    do="Collect the month again. If it stays so, ask the source.",
)
RECORDS_NOT_FOUND = Code(
    "PRAYA-STAGE-009",
    means="The JSON file is one object with arrays inside, and the contract does not say which holds "
    "the records.",
    do="Name the array in `source.records` of the contract.",
)
COORDINATES_NOT_WGS84 = Code(
    "PRAYA-STAGE-010",
    means="Positions of the GeoJSON file are not longitude and latitude in degrees of WGS 84.",
    do="Convert them at the source, or add the place to `source.ignore_columns` where fields name "
    "the system.",
)
JSON_DAMAGED = Code(
    "PRAYA-STAGE-011",
    means="The JSON file is cut off, malformed, or has something after its end. Nothing of it was kept.",
    do="Collect it again. If it stays so, ask the department.",
)
SECOND_ARRAY_OF_RECORDS = Code(
    "PRAYA-STAGE-012",
    means="The file has a second array of records that no field of the contract reads.",
    do="Make it a dataset of its own, or add the place to `source.ignore_columns`.",
)
COLUMNS_CHANGED = Code(
    "PRAYA-STAGE-013",
    means="The file lacks columns of the contract, or has columns that the contract does not know.",
    do="If the change is intended, set `source:` of the fields or `source.ignore_columns`; if not, "
    "ask the department.",
)
ROWS_NOT_ACCOUNTED_FOR = Code(
    "PRAYA-STAGE-014",
    means="Typed and quarantined rows do not add up to the records of the file. Nothing was kept.",
    do="Follow the advice in the message, which is that of the file's format; a CSV file has a stray "
    "quotation mark. Have the department correct the file.",
)
