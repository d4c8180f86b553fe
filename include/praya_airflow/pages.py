"""The pages that the plugin adds to the Airflow UI; only for people who are logged in and may read the DAG."""

from __future__ import annotations

import html

from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, Response

from praya import paths
from praya.store import Store

# Reports carry text from sources: whatever it says, nothing in a page may run or reach out.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

app = FastAPI(title="Praya", docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/reports/{dag_id}", dependencies=[Depends(requires_access_dag("GET"))])
def report(dag_id: str) -> Response:
    """The latest validation report of a dataset."""
    store = Store(paths.store())
    known = {path.stem for path in paths.contracts().glob("*/*.yaml")}
    validated = store.state(dag_id, "validated") if dag_id in known else None
    if validated is None:
        return _sentence(
            f"{dag_id}: nothing has been validated here yet. Run the DAG; its report will stand here."
        )
    return FileResponse(
        store.path(validated["report"]), media_type="text/html; charset=utf-8", headers=HEADERS
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
            return _sentence(
                "Nothing has been released yet. Run a dataset's DAG; the catalogue will stand here."
            )
        raise HTTPException(404, f"there is no {key} in the released area")
    return FileResponse(path, headers=HEADERS)


def _sentence(text: str) -> HTMLResponse:
    style = "font: 16px/1.5 sans-serif; margin: 2rem"
    page = (
        f'<!doctype html><meta charset="utf-8"><title>Praya</title><p style="{style}">{html.escape(text)}</p>'
    )
    return HTMLResponse(page, headers=HEADERS)
