"""Who reads a dataset: what a breaking change of it would break, from marts to reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from praya.contract import read_contracts
from praya.contract.register import Metric, load_register
from praya.errors import ContractError
from praya.history import Difference
from praya.history.editions import list_editions
from praya.history.metric_page_index import INDEX
from praya.observe import get_logger
from praya.project import Project
from praya.store import Store, reads_release, table_name

log = get_logger(__name__)

SHOWN = 5  # of a long list


class Readers(NamedTuple):
    """What reads a dataset: marts and metrics by name, how many pages of metrics, reports that are out, and datasets
    whose foreign keys refer to it. `touched` are the marts and metrics that name what is changed or removed."""

    marts: list[str]
    metrics: list[str]
    pages: int
    reports: list[str]
    referring: list[str]
    touched: list[str]

    def __str__(self) -> str:
        """Sentences, each with a blank before it; nothing where nobody reads it."""
        kinds = [
            ("Marts that read it", self.marts),
            ("Metrics of the register", self.metrics),
            ("Reports that are out", self.reports),
            ("Datasets that refer to it", self.referring),
        ]
        said = [f" {what}: {_listed(names)}." for what, names in kinds if names]
        if self.pages:
            said.append(f" Pages of metrics: {self.pages}.")
        if self.touched:
            said.append(f" Of these, these name what would change: {_listed(self.touched)}.")
        return "".join(said)


def readers(store: Store, dataset: str, breaks: Sequence[Difference] = ()) -> Readers:
    """Everything of the house that reads `dataset`, released or as a table, and which of it `breaks` touch."""
    marts = {
        path.stem: text
        for path in sorted(store.project.metrics.rglob("*.sql"))
        if _reads(text := path.read_text("utf-8"), dataset)
    }
    metrics = {metric.id: metric for metric in _metrics(store.project) if metric.observed.dataset == dataset}
    pages = (store.get_json(INDEX) or {}).get("reads", {})
    reports = {
        manifest["report"]
        for _, manifest in list_editions(store)
        if dataset in {release["dataset"] for release in manifest["releases"]}
    }
    contracts, _ = read_contracts(store.project)
    referring = [
        contract.dataset
        for contract in contracts
        if contract.dataset != dataset
        and dataset in {key.reference.resource for key in contract.schema_.foreign_keys}
    ]
    named = _named(breaks)
    touched = [name for name, text in marts.items() if named & {*re.findall(r"\w+", text)}]
    touched += [
        name
        for name, metric in metrics.items()
        if named & {metric.observed.field, *metric.observed.where, *metric.observed.where.values()}
    ]
    return Readers([*marts], [*metrics], int(pages.get(dataset, 0)), sorted(reports), referring, touched)


def _reads(sql: str, dataset: str) -> bool:
    return reads_release(sql, dataset) or re.search(rf"\b{table_name(dataset)}\b", sql) is not None


def _metrics(project: Project) -> list[Metric]:
    try:
        programmes = load_register(project.metrics / "register")
    except ContractError as error:  # `praya check` says what is wrong; a release does not depend on it
        log.warning(
            "the register of metrics is refused, so that no metric is counted as a reader",
            code=str(error.code),
        )
        return []
    return [metric for programme in programmes for metric in programme.metrics]


def _named(breaks: Sequence[Difference]) -> set[str]:
    """Columns and codes that would go or be others."""
    columns = {difference.what for difference in breaks if not difference.kind.startswith("format")}
    return columns | {str(difference.before) for difference in breaks if difference.kind == "code removed"}


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
