"""What the builders of DAGs agree on: the names of DAGs and tasks, the clock they go by, and tags."""

from __future__ import annotations

from praya.contract import Contract

TIMEZONE = "Asia/Hong_Kong"
METRICS, CATALOGUE, RETENTION = "programme_metrics", "catalogue", "retention"
APPROVAL, METHODS = "disclosure_approval", "disclosure_methods"
AUDIT, FAULTS, REPORTS, MONTH_END = "audit", "fault_scores", "reports", "month_end"
# The last task of a run, which says whether its work is done.
FINISHED = "finished"
# The task of a month of records after which all its tables count.
SWITCH_IN = "switch_in"
# The task of a year that adds up its months, and waits for those that are on their way.
ROLL_UP = "roll_up"
# What the roll-up of a year gives to the run of the marts that it starts.
ROLLED_UP = "rolled_up"
# What the names of the DAGs beside a provider's own end in.
CHANGES, YEARS = "-changes", "-years"


def list_warning_tags(contract: Contract) -> list[str]:
    """The tags that warn."""
    return ["synthetic"] if contract.synthetic else []
