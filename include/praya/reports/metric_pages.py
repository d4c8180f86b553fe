"""The pages of all metrics in the released area, `released/metrics/`: `<id>-{en,tc,sc}.html`, `<id>.json`, an index."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import praya.reports.metrics
from praya.contract.codes import FILE_LANGUAGE
from praya.contract.register import Metric
from praya.history.metric_page_index import FOLDER, INDEX
from praya.metadata import as_json
from praya.reports import html
from praya.reports.document import Document
from praya.reports.metric_page import index_document, metric_document
from praya.reports.metrics import Figures
from praya.reports.metrics.metric_json import describe_metric
from praya.reports.metrics.observations import OBSERVATIONS, REGISTER
from praya.reports.plain import Imprint, make_plain_values
from praya.store import Store, content_key

Files = dict[str, bytes]


def publish_metrics(store: Store) -> bool:
    """Write the pages of every metric from what is released now; tells whether anything was written.

    What is there is made again only where a release that it was made from, or the code, is another. The index names
    every file with its hash and is written last; the signed catalogue names the index. Pages that are no more go.
    """
    with store.lock("metrics"):
        figures = Figures(store)
        there = store.get_json(INDEX) or {}
        if figures.release(REGISTER) is None:
            if there:
                store.discard(FOLDER)
            return bool(there)
        basis = _basis(figures)
        if there.get("basis") == basis:
            return False
        files = pages(figures)
        index = _index(figures, files, basis)
        changed = store.put_if_new({f"{FOLDER}/{name}": data for name, data in sorted(files.items())})
        changed = store.put_if_new({INDEX: as_json(index)}) or changed
        for old in {file["name"] for file in there.get("files", [])} - {*files}:
            store.discard(f"{FOLDER}/{old}")
        return changed


def pages(figures: Figures, only: Metric | None = None) -> Files:
    """File name → bytes of the pages of all metrics and their index, or those of one; by the same releases the same."""
    files: Files = {}
    for metric in [only] if only else figures.metrics.values():
        known = describe_metric(figures, metric)
        files[f"{metric.id}.json"] = as_json(known)
        for language, short in FILE_LANGUAGE.items():
            document = metric_document(figures, metric, short)
            files[f"{metric.id}-{short}.html"] = _page(
                figures, document, metric.id, language, {metric.observed.dataset, *SHARED}
            )
    if only is None:
        for language, short in FILE_LANGUAGE.items():
            read = {REGISTER, *(metric.observed.dataset for metric in figures.metrics.values())}
            document = index_document(figures, short)
            files[f"index-{short}.html"] = _page(figures, document, "index", language, read)
    return files


# Read for every page: what a metric means, and what its documents are called.
SHARED = (REGISTER, "source-documents")


def _page(figures: Figures, document: Document, stem: str, language: str, read: set[str]) -> bytes:
    releases = [release for name in sorted(read) if (release := figures.release(name)) is not None]
    newest = max(dt.datetime.fromisoformat(release.published_at) for release in releases).replace(
        microsecond=0
    )
    imprint = Imprint(stem, "../", newest, releases, ("html",))
    return html.write(make_plain_values(document, imprint, language), imprint)


def _basis(figures: Figures) -> str:
    """What the pages hang on: the releases read, and the code that makes them."""
    read = {*SHARED, OBSERVATIONS, *(metric.observed.dataset for metric in figures.metrics.values())}
    releases = [release for name in sorted(read) if (release := figures.release(name)) is not None]
    return content_key(
        {"releases": [[release.dataset, release.manifest_sha256] for release in releases], "code": _code()}
    )


@cache
def _code() -> str:
    """One hash of the modules and templates that pages are made by."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, Path(str(praya.reports.metrics.__file__)).parent):
        for path in sorted([*folder.glob("*.py"), *folder.glob("templates/*.html")]):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _index(figures: Figures, files: Files, basis: str) -> dict[str, Any]:
    """`metrics` with id, programme, title and status; `reads`, how many pages read each dataset; `files`."""
    from praya.reports.metrics import judged

    metrics = []
    for programme in figures.programmes:
        for metric in programme.metrics:
            result = judged(metric, figures.of(metric))
            metrics.append(
                {
                    "id": metric.id,
                    "programme": programme.programme,
                    "title": metric.title.as_dict(),
                    **result.as_dict(),
                    "synthetic": figures.synthetic(metric),
                    "page": f"{metric.id}-en.html",
                }
            )
    return {
        "basis": basis,
        "metrics": metrics,
        "reads": dict(
            sorted(Counter(metric.observed.dataset for metric in figures.metrics.values()).items())
        ),
        "releases": [
            {
                "dataset": release.dataset,
                "version": release.version,
                "manifest_sha256": release.manifest_sha256,
            }
            for release in figures.used
        ],
        "files": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        ],
    }
