"""The validation report of a dataset with its evidence of today, as pages in three languages."""

from __future__ import annotations

from pathlib import Path

from praya.assurance.standing import standing_of
from praya.contract import Contract
from praya.pipeline.validate.evidence import view
from praya.pipeline.validate.report_page import FILES
from praya.store import Store
from praya.store.states import Validated


def render_report_pages(contract: Contract, store: Store, suites: Path) -> dict[str, str] | None:
    """Each page by its file's name; None where nothing of the dataset, or of its month, has been validated or tried."""
    standing = standing_of(contract, store, suites)
    if not store.state(Validated, contract.subject) and standing.attempt.outcome in ("none", "empty"):
        return None
    pages = {
        name: view(store, contract.subject, language, standing=standing) for language, name in FILES.items()
    }
    return {name: page for name, page in pages.items() if page is not None} or None
