"""Codes for months: their close, their downloads, and months of records."""

from praya.errors.error_code import Code

NOT_OVER = Code(
    "PRAYA-MONTH-001",
    means="The month is not over in Hong Kong.",
    do="Wait for the first day of the next month.",
)
NOT_CLOSED = Code(
    "PRAYA-MONTH-002",
    means="The month cannot be closed, because a report of it could not be made.",
    do="Correct what the message says of each report, and run `praya close` again.",
)
TABLES_NOT_ACCEPTED = Code(
    "PRAYA-MONTH-003",
    means="A table of the month has not passed validation, so the month is not switched in. The one "
    "before stays.",
    do="Correct the tables in the message, and run the DAG of the provider for that month again.",
)
NOT_IN_LOGS = Code(
    "PRAYA-MONTH-004",
    means="No access log was given, a log cannot be read, or none has a request of that month.",
    do="Name the logs of that month, or their folder in PRAYA_ACCESS_LOGS; they are in the Combined "
    "Log Format.",
)
