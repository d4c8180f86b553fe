"""Row conditions: SQL that selects the rows which are wrong. What only filters the table, the scan compiles itself."""

from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.rule_specs import KnownExpectation

ROW_CONDITION = KnownExpectation(name=ROWS_QUERY, describe=lambda _: "The query finds no rows")
