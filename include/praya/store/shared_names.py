"""Names that several rooms share."""

from __future__ import annotations

import re

CATALOGUE_RELEASES = "catalogue_releases"
"""The table by which a mart's SQL reads in which months something of a dataset was released."""
CATALOGUE_DOWNLOADS = "catalogue_downloads"
"""The table by which a mart's SQL reads how often data of a dataset was downloaded in a month."""
RELEASED_PREFIX = "released_"
OF_THE_CATALOGUE = (CATALOGUE_RELEASES, CATALOGUE_DOWNLOADS)


def table_name(dataset: str) -> str:
    """A dataset's name in SQL: `head-135-provision` is `head_135_provision`."""
    return dataset.replace("-", "_")


def released_name(dataset: str) -> str:
    """The name by which a mart's SQL reads what is published of a dataset."""
    return f"{RELEASED_PREFIX}{table_name(dataset)}"


def list_released_names(sql: str) -> set[str]:
    """The names in a mart's SQL that may be those of what is published, by its text alone: DAGs are built from it."""
    return {word for word in re.findall(r"\w+", sql) if word.startswith(RELEASED_PREFIX)}


def reads_release(sql: str, dataset: str) -> bool:
    """Whether a mart's SQL reads what is published of a dataset, by its text alone."""
    return released_name(dataset) in list_released_names(sql)
