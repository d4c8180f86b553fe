"""The assets that wire the DAGs: dataset → metrics → mart → release → report → catalogue; of records, month → year →
metrics.
"""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias

# measure adds the marts that have changed to this alias; which they are is known only when it has run.
MARTS = AssetAlias("praya-marts")


def make_table_asset(dataset: str) -> Asset:
    """The asset that says: a new table of this dataset has been accepted."""
    return Asset(name=f"table-{dataset}", uri=f"praya://table/{dataset}", group="praya-table")


def make_mart_asset(mart: str) -> Asset:
    """The asset that says: this mart has been computed anew."""
    return Asset(name=f"mart-{mart}", uri=f"praya://mart/{mart}", group="praya-mart")


def make_release_asset(dataset: str) -> Asset:
    """The asset that says: this dataset has a new release."""
    return Asset(name=f"release-{dataset}", uri=f"praya://release/{dataset}", group="praya-release")


def make_report_asset(report: str) -> Asset:
    """The asset that says: this report has a new edition."""
    return Asset(name=f"report-{report}", uri=f"praya://report/{report}", group="praya-report")


def make_months_asset(provider: str) -> Asset:
    """The asset that says: a month of this provider's records has been switched in. Its partitions are the months."""
    return Asset(name=f"months-{provider}", uri=f"praya://months/{provider}", group="praya-months")


def make_partition_key(month: str) -> str:
    """The key of a month's partition as Airflow writes it: `2023-01` is `2023-01-01T00:00:00`."""
    return f"{month}-01T00:00:00"


def read_partition(key: str) -> str:
    """The month or the year of a partition's key: `2023-01-01T00:00:00` is `2023-01`, `2023` is `2023`."""
    return key[: len("2023-01")]
