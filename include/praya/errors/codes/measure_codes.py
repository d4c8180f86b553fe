"""Codes for marts: their files, what they are made from, and their computation."""

from praya.errors.error_code import Code

MART_UNKNOWN = Code(
    "PRAYA-MEASURE-001",
    means="A contract or a command names a mart that has no SQL file.",
    do="Correct the name in `source.mart`, or add the SQL file below `include/metrics`.",
)
MART_READS_NOTHING = Code(
    "PRAYA-MEASURE-002",
    means="The SQL of the mart reads no dataset and no mart, so its time and lineage are unknown.",
    do="Read at least one dataset, or delete the file.",
)
MART_READS_UNKNOWN = Code(
    "PRAYA-MEASURE-003",
    means="The SQL of the mart reads a table that is no dataset and no mart.",
    do="Correct the spelling; run `praya check` to see whether the contract of that dataset is refused.",
)
MONTHS_MIXED = Code(
    "PRAYA-MEASURE-004",
    means="A mart in the folder `monthly` reads tables without months, or tables of several providers.",
    do="Move it out of the folder `monthly`, or read tables of one provider only.",
)
MARTS_IN_CIRCLE = Code(
    "PRAYA-MEASURE-005",
    means="Marts read each other in a circle, or a mart reads itself.",
    do="Remove one of the reads, for example by moving the common part into a mart of its own.",
)
MART_NAME_NOT_VALID = Code(
    "PRAYA-MEASURE-006",
    means="The name of the SQL file has characters that are not allowed, or another table has it already.",
    do="Rename the file; use lower-case letters, digits and `_`.",
)
SQL_FAILED = Code(
    "PRAYA-MEASURE-007",
    means="DuckDB could not run the SQL of the mart on today's tables.",
    do="Run the SQL on the tables in `warehouse.duckdb` of the store, and correct it; a field may "
    "be renamed or retyped.",
)
MONTH_NOT_SWITCHED_IN = Code(
    "PRAYA-MEASURE-008",
    means="Marts of a month were asked for before the tables of that month were complete.",
    do="Run the DAG of the provider for that month first.",
)
MARTS_FAILED = Code(
    "PRAYA-MEASURE-009",
    means="One or more marts could not be computed. Each line of the message is about one of them.",
    do="Look up the code of each line, correct the marts, and run the DAG of the metrics again.",
)
FAULT_SCORES_FAILED = Code(
    "PRAYA-MEASURE-010",
    means="The fault score of one or more datasets could not be measured.",
    do="Run `praya faults DATASET` for each that the message names, and correct its contract or suite.",
)
