"""The pages that the plugin adds to the Airflow UI; only for people who are logged in and may read the DAG."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any, Literal
from urllib.parse import quote

from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from praya import paths
from praya.contract import load_contracts
from praya.errors import PrayaError
from praya.names import is_name
from praya.outside import clean
from praya.outside import quote as shown
from praya.store import Store
from praya_airflow.names import METHODS

# Reports carry text from sources: whatever it says, nothing in a page may run or reach out.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Language = Literal["en", "zh-Hant", "zh-Hans"]
OF_LANGUAGE = {code: f"?language={code}" for code in ("en", "zh-Hant", "zh-Hans")}

MONTH = re.compile(r"[a-z0-9-]+(/\d{4}-\d{2})?")
PAGE = (
    '<!doctype html><meta charset="utf-8"><title>Praya</title>'
    '<body style="font: 16px/1.6 sans-serif; margin: 2rem">{}</body>'
)

app = FastAPI(title="Praya", docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/reports/{dag_id}", dependencies=[Depends(requires_access_dag("GET"))])
def report(dag_id: str, language: Language = "en") -> Response:
    """The latest validation report of a dataset; of a provider of records, the list of its tables and months."""
    store = Store(paths.store())
    folder = paths.contracts() / dag_id
    tables = sorted(path.stem for path in folder.glob("*.yaml")) if is_name(dag_id) else []
    if tables:
        states = (path for name in tables for path in store.path(f"state/{name}").glob("*/validated.json"))
        return _links([f"{dag_id}/{path.parent.parent.name}/{path.parent.name}" for path in sorted(states)])
    return _report(store, dag_id, dag_id, language)


@app.get("/reports/{dag_id}/{dataset}/{month}", dependencies=[Depends(requires_access_dag("GET"))])
def report_of_month(dag_id: str, dataset: str, month: str, language: Language = "en") -> Response:
    """The validation report of one month of one of the provider's tables."""
    known = is_name(dag_id) and is_name(dataset)
    if not known or not (paths.contracts() / dag_id / f"{dataset}.yaml").is_file():
        raise HTTPException(404, f"{shown(dag_id)} has no table {shown(dataset)}")
    return _report(Store(paths.store()), dataset, f"{dataset}/{month}", language)


@app.get("/disclosure/{dag_id}", dependencies=[Depends(requires_access_dag("GET"))])
def disclosure(dag_id: str) -> Response:
    """What disclosure control decided last on a dataset; the way to its methods side by side, where it has counts."""
    from praya.status import decided

    store = Store(paths.store())
    lines = decided(store, dag_id) if dag_id in _datasets() else []
    if not lines:
        return _page(f"{dag_id}: disclosure control has decided on nothing here yet.")
    items = "".join(f"<li>{html.escape(clean(line))}</li>" for line in lines)
    if store.state(dag_id, "utility"):
        more = f'<p><a href="/praya/disclosure/{quote(dag_id)}/methods">The methods side by side</a></p>'
    else:
        more = f"<p>To set the methods side by side, trigger the DAG {METHODS} with this dataset.</p>"
    return HTMLResponse(PAGE.format(f"<h1>Disclosure control</h1><ul>{items}</ul>{more}"), headers=HEADERS)


@app.get("/disclosure/{dag_id}/methods", dependencies=[Depends(requires_access_dag("GET"))])
def methods(dag_id: str) -> Response:
    """The disclosure methods side by side for a dataset, as they were compared last."""
    store = Store(paths.store())
    compared = store.state(dag_id, "utility") if dag_id in _datasets() else None
    if not compared:
        raise HTTPException(
            404, f"the methods have not been compared for {shown(dag_id)}; trigger the DAG {METHODS}"
        )
    path = store.path(compared["report"])
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=HEADERS)


def _datasets() -> set[str]:
    return {path.stem for path in paths.contracts().glob("*/*.yaml")}


def _report(store: Store, dataset: str, subject: str, language: Language) -> Response:
    """The page is made now: trend, decisions and ledger lines come after the verdict that they belong to."""
    from praya.validate.evidence import view

    known = dataset in _datasets() and MONTH.fullmatch(subject)
    page = view(store, subject, language, OF_LANGUAGE) if known else None
    if page is None:
        return _page(
            f"{subject}: nothing has been validated here yet. Run the DAG; its report will stand here."
        )
    return HTMLResponse(page, headers=HEADERS)


@app.get("/audit")
def audit(user: GetUserDep, language: Language = "en") -> Response:  # noqa: ARG001  its being here asks for a login
    """All datasets side by side, for auditors."""
    from praya.audit.page import render

    try:
        return HTMLResponse(render(_index(), language), headers=HEADERS)
    except PrayaError as error:
        return _page(str(error))


@app.get("/audit.json")
def audit_json(user: GetUserDep) -> Response:  # noqa: ARG001  its being here asks for a login
    """The same as data."""
    try:
        return JSONResponse(_index(), headers=HEADERS)
    except PrayaError as error:
        return JSONResponse({"error": str(error)}, 500, headers=HEADERS)


def _index() -> dict[str, Any]:
    from praya.audit import audit as index_of

    now = dt.datetime.now(dt.UTC)
    return index_of(
        load_contracts(paths.contracts()), Store(paths.store()), paths.suites(), paths.witnesses(), now
    )


@app.get("/released/{key:path}")
def released(key: str, user: GetUserDep) -> Response:  # noqa: ARG001  its being here asks for a login
    """A file of the released area, as consumers get it."""
    area = Store(paths.store()).path("released")
    path = (area / key).resolve()
    if not path.is_relative_to(area):
        raise HTTPException(404, "there is no such file")
    if not path.is_file():
        if key == "index.html":
            return _page("Nothing has been released yet. Run a dataset's DAG; the catalogue will stand here.")
        raise HTTPException(404, f"there is no {shown(key)} in the released area")
    return FileResponse(path, headers=HEADERS)


def _links(targets: list[str]) -> HTMLResponse:
    """A list of reports; the addresses are from the root, as the frame's own may end in a slash or not."""
    if not targets:
        return _page("Nothing has been validated here yet. Run a month; its reports will stand here.")
    items = (
        f'<li><a href="/praya/reports/{quote(one)}">{html.escape(one.partition("/")[2])}</a></li>'
        for one in targets
    )
    return HTMLResponse(PAGE.format(f"<h1>Validation reports</h1><ul>{''.join(items)}</ul>"), headers=HEADERS)


def _page(text: str) -> HTMLResponse:
    return HTMLResponse(PAGE.format(f"<p>{html.escape(clean(text))}</p>"), headers=HEADERS)
