"""Codes for SQL of marts and suites that Praya refuses, or cannot follow from column to column."""

from praya.errors.error_code import Code

NOT_ONE_SELECT = Code(
    "PRAYA-SQL-001",
    means="The text is not exactly one SELECT that DuckDB's parser reads.",
    do="Write one SELECT without a second statement; correct the syntax that the message names.",
)
TABLE_NOT_ALLOWED = Code(
    "PRAYA-SQL-002",
    means="The SQL reads from a table, a table function or another source that it may not read.",
    do="Read only datasets and marts; in a suite, list the other datasets in `meta.references`.",
)
SYNTAX_NOT_ALLOWED = Code(
    "PRAYA-SQL-003",
    means="The SQL has a part that marts and suites may not use: a parameter, variable, schema, "
    "sample, control character or a kind of expression.",
    do="Remove the part that the message names, or write it with the expressions of plain SQL.",
)
FUNCTION_NOT_ALLOWED = Code(
    "PRAYA-SQL-004",
    means="The SQL calls a function that is not listed in `include/praya/lineage/functions.txt`.",
    do="Use a listed function; propose another one in that file together with the reason.",
)
NOT_FOLLOWED = Code(
    "PRAYA-SQL-005",
    means="Praya cannot tell from which columns a result of the SQL is made.",
    do="Write the part that the message names in a simpler way: plain joins, group by, and window functions.",
)
NOT_BOUND = Code(
    "PRAYA-SQL-006",
    means="DuckDB cannot bind the SQL to the columns and types of the contracts.",
    do="Correct names and types of columns; the message quotes DuckDB.",
)
TABLE_NAME_TAKEN = Code(
    "PRAYA-SQL-007",
    means="Marts would read two different tables by the same name.",
    do="Give the dataset that the message names another id.",
)
