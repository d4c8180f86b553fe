"""measure: accepted tables → marts. One SQL file a mart, run by DuckDB in the order they need each other."""

from praya.pipeline.measure.computation import (
    MartResult,
    compute_marts,
    compute_month,
    find_stale_marts,
    find_summing_marts,
    read_stale_marts,
)
from praya.pipeline.measure.mart_inputs import read_months
from praya.pipeline.measure.mart_step import set_month
from praya.pipeline.measure.marts import Mart, inputs_behind, load_marts, read_marts

__all__ = [
    "Mart",
    "MartResult",
    "compute_marts",
    "compute_month",
    "find_stale_marts",
    "find_summing_marts",
    "inputs_behind",
    "load_marts",
    "read_marts",
    "read_months",
    "read_stale_marts",
    "set_month",
]
