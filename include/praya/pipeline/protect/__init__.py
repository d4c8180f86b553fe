"""protect: an accepted table → a protected table, by the methods and the joint check of praya.disclosure."""

from praya.pipeline.protect.protect_step import (
    ProtectStep,
    policy_key,
    protect_again,
    protect_key,
    protect_table,
)

__all__ = ["ProtectStep", "policy_key", "protect_again", "protect_key", "protect_table"]
