"""Codes for what is asked for as of a day, or by a name, and was never released."""

from praya.errors.error_code import Code

NOTHING_RELEASED_THEN = Code(
    "PRAYA-HISTORY-001",
    means="Nothing that is needed was released by the day that was asked for.",
    do="Choose a later day, or release the datasets in the message first.",
)
WITHDRAWN_SINCE = Code(
    "PRAYA-HISTORY-002",
    means="The version that was the latest on that day has been withdrawn since.",
    do="Choose another day.",
)
METRIC_UNKNOWN = Code(
    "PRAYA-HISTORY-003",
    means="The register has no metric of that name, or had none on that day.",
    do="Run `praya metric` without a name; it lists all metrics.",
)
PERIOD_UNKNOWN = Code(
    "PRAYA-HISTORY-004",
    means="The report has no figures for that period, or has no periods.",
    do="Choose one of the periods in the message, or leave `--period` out.",
)
