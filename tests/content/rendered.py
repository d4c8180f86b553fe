"""Pages of reports, metrics, releases and verdicts, made from the shipped sources and from small ones."""

from __future__ import annotations

from pathlib import Path

import duckdb

from made import open_store, project, publish
from made.released_register import release_register
from pages import every_page
from praya.contract import Contract, load_contract
from praya.reports import metric_pages
from praya.reports.edition import make
from praya.reports.kinds import scorecard_report
from praya.reports.metrics import Figures
from praya_hk.reports.kinds import controlling_officer_report
from praya_hk.reports.kinds.controlling_officer_report import INITIATIVES

OF_SOURCES = (*controlling_officer_report.REPORT.datasets, INITIATIVES, "source-documents")
MARTS = ("programme-observations",)

Pages = dict[str, str]


def of_reports(folder: Path, content: duckdb.DuckDBPyConnection) -> Pages:
    """The page of every shipped metric and of two reports, in each language."""
    store = open_store(folder / "store")
    release_register(store)
    for dataset in dict.fromkeys(OF_SOURCES):
        contract = _contract(dataset)
        if contract.source.path:
            publish(store, contract, (project().sources / contract.source.path.lstrip("/")).read_bytes())
    for dataset in MARTS:
        table = folder / f"{dataset}.parquet"
        content.execute(f"copy {dataset.replace('-', '_')} to '{table}' (format parquet)")
        publish(store, _contract(dataset), table.read_bytes())
    files = dict(metric_pages.pages(Figures(store)))
    for report in (controlling_officer_report.REPORT, scorecard_report.REPORT):
        files |= make(report, store).files
    return {name: data.decode() for name, data in files.items() if name.endswith(".html")}


def of_releases(folder: Path) -> Pages:
    """One page of each kind that releases, verdicts and evidence have."""
    every_page.write(folder)
    found = {page for kind in every_page.KINDS for page in every_page.pages(folder, kind)}
    return {page.relative_to(folder).as_posix(): page.read_text("utf-8") for page in sorted(found)}


def _contract(dataset: str) -> Contract:
    """A shipped contract; pages read Parquet, so no other format is worth its time."""
    (path,) = project().contracts.glob(f"*/{dataset}.yaml")
    contract = load_contract(path, project())
    formats = contract.release.model_copy(update={"formats": ["csv", "parquet"]})
    return contract.model_copy(update={"release": formats})
