"""validate: staged table → verdict. The contract's own rules and the dataset's suite, one report of all."""

from praya.pipeline.validate.validate_step import (
    REPORTS,
    ValidateStep,
    rules_key,
    validate_table,
    verdict_key,
)

__all__ = ["REPORTS", "ValidateStep", "rules_key", "validate_table", "verdict_key"]
