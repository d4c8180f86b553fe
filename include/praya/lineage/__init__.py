"""What the SQL of marts and suites may do, what marts are made from, and what their datasets must therefore declare."""

from praya.lineage.declared import Problem, guarded_inputs, problems_of
from praya.lineage.functions import OF_A_MONTH
from praya.lineage.mart_files import MONTHLY, Marts, SqlFile, sql_files
from praya.lineage.sql_statement import SqlRefused, check_select
from praya.lineage.trace_marts import Traced, follow

__all__ = [
    "MONTHLY",
    "OF_A_MONTH",
    "Marts",
    "Problem",
    "SqlFile",
    "SqlRefused",
    "Traced",
    "check_select",
    "follow",
    "guarded_inputs",
    "problems_of",
    "sql_files",
]
