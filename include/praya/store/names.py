"""Names that several rooms share."""

from __future__ import annotations


def table_name(dataset: str) -> str:
    """A dataset's name in SQL: `head-135-provision` is `head_135_provision`."""
    return dataset.replace("-", "_")
