"""The pages that the plugin adds to the Airflow UI; only for people who are logged in and may read the DAG."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from praya.contract import find_contract, read_contracts
from praya.errors import PrayaError
from praya.pipeline.validate.messages import speaker
from praya.pipeline.validate.report_page import NAMES
from praya.pipeline.validate.standing_record import Standing, attempt_words, render_standing
from praya.site.serve.tree import Tree
from praya.store import Store, layout, open_store
from praya.store.states import Collected, Problem, Utility
from praya.text.names import is_name
from praya.text.outside import clean
from praya.text.outside import quote as shown
from praya_airflow.dag_names import METHODS
from praya_airflow.environment import read_project

if TYPE_CHECKING:
    from praya.assurance.audit.dataset_index import AuditIndex

# Reports carry text from sources: whatever it says, nothing in a page may run or reach out.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Language = Literal["en", "zh-Hant", "zh-Hans"]
OF_LANGUAGE = {code: f"?language={code}" for code in ("en", "zh-Hant", "zh-Hans")}

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Praya</title><style>'
    "body {{ font: 16px/1.6 sans-serif; margin: 2rem }}"
    "nav ul {{ display: flex; gap: 1rem; list-style: none; padding: 0 }}"
    ".stands {{ border: 1px solid #d6dde4; border-left: .5rem solid #566473; padding: .5rem 1rem }}"
    ".stands p {{ overflow-wrap: anywhere; white-space: pre-line }}"
    "td, th {{ text-align: left; padding: .25rem .75rem }}"
    ".failed {{ color: #a3231f; border-left-color: #a3231f }} .warned {{ color: #8a5a00; border-left-color: #8a5a00 }}"
    ".passed {{ color: #1b6e3c; border-left-color: #1b6e3c }} .stands p {{ color: #1d2733 }}"
    "</style></head><body><nav><ul>{links}</ul></nav>{content}</body></html>"
)

app = FastAPI(title="Praya", docs_url=None, redoc_url=None, openapi_url=None)


@app.exception_handler(PrayaError)
def show_refusal(_request: Request, error: Exception) -> Response:
    """A store or a contract that cannot be read is said in words, and not as a page that is missing."""
    return _make_message(error.with_code if isinstance(error, PrayaError) else str(error), "en")


@app.get("/reports/{dag_id}", dependencies=[Depends(requires_access_dag("GET"))])
def show_report(dag_id: str, language: Language = "en") -> Response:
    """The latest validation report of a dataset; of a provider of records, the list of its tables and months."""
    store = open_store(read_project())
    folder = read_project().contracts / dag_id
    tables = sorted(path.stem for path in folder.glob("*.yaml")) if is_name(dag_id) else []
    if tables:
        return _list_months(store, dag_id, tables, language)
    return _make_report(store, dag_id, dag_id, language)


@app.get("/reports/{dag_id}/{dataset}/{month}", dependencies=[Depends(requires_access_dag("GET"))])
def show_report_of_month(dag_id: str, dataset: str, month: str, language: Language = "en") -> Response:
    """The validation report of one month of one of the provider's tables."""
    known = is_name(dag_id) and is_name(dataset) and MONTH.fullmatch(month)
    if not known or not (read_project().contracts / dag_id / f"{dataset}.yaml").is_file():
        raise HTTPException(404, f"{shown(dag_id)} has no table {shown(dataset)}")
    return _make_report(open_store(read_project()), dataset, f"{dataset}/{month}", language)


@app.get("/disclosure/{dag_id}", dependencies=[Depends(requires_access_dag("GET"))])
def show_disclosure(dag_id: str, language: Language = "en") -> Response:
    """Where a dataset stands, and what disclosure control decided last on it; the way to its methods side by side,
    where it has counts."""
    from praya.assurance.status import decided

    say, store = speaker(language), open_store(read_project())
    if dag_id not in _list_datasets():
        return _make_message(say("no_dataset", dag=shown(dag_id)), language)
    lines = decided(store, dag_id)
    items = "".join(f'<li lang="en">{html.escape(clean(line))}</li>' for line in lines)
    last = (
        f"<h2>{_escape(say('last_decision'))}</h2><ul>{items}</ul>"
        if lines
        else f"<p>{_escape(say('disclosure_none'))}</p>"
    )
    if store.state(Utility, dag_id):
        more = f'<p><a href="/praya/disclosure/{quote(dag_id)}/methods">{_escape(say("methods_compared"))}</a></p>'
    else:
        more = f"<p>{_escape(say('methods_ask', dag=METHODS))}</p>" if lines else ""
    standing = render_standing(_find_standing(store, dag_id, dag_id), language)
    return _make_page(f"<h1>{_escape(say('disclosure'))}</h1>{standing}{last}{more}", language)


@app.get("/disclosure/{dag_id}/methods", dependencies=[Depends(requires_access_dag("GET"))])
def show_methods(dag_id: str) -> Response:
    """The disclosure methods side by side for a dataset, as they were compared last."""
    store = open_store(read_project())
    compared = store.state(Utility, dag_id) if dag_id in _list_datasets() else None
    if not compared or not store.exists(compared.report):
        raise HTTPException(
            404, f"the methods have not been compared for {shown(dag_id)}; trigger the DAG {METHODS}"
        )
    path = store.local(compared.report)
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=HEADERS)


def _list_datasets() -> set[str]:
    return {path.stem for path in read_project().contracts.glob("*/*.yaml")}


def _make_report(store: Store, dataset: str, subject: str, language: Language) -> Response:
    """The page is made now: trend, decisions and ledger lines come after the verdict that they belong to, and where the
    dataset stands comes before it."""
    from praya.pipeline.validate.evidence import view

    if dataset not in _list_datasets():
        return _make_message(speaker(language)("no_dataset", dag=shown(subject)), language)
    page = view(store, subject, language, OF_LANGUAGE, _find_standing(store, dataset, subject))
    return HTMLResponse(page, headers=HEADERS)


def _find_standing(store: Store, dataset: str, subject: str) -> Standing:
    """Where a dataset or one of its months stands, also where its contract is refused."""
    from praya.assurance.standing import standing_of, unreadable

    month = subject.partition("/")[2]
    try:
        contract = find_contract(dataset, read_project())
    except PrayaError as error:
        return unreadable(subject, {"en": dataset, "zh-Hant": dataset}, store, error)
    return standing_of(contract.at(month) if month else contract, store, read_project().suites)


def _list_months(store: Store, provider: str, tables: list[str], language: Language) -> Response:
    """The months of a provider of records, also those that have not come as far as a verdict; the addresses are from
    the root, as the frame's own may end in a slash or not."""
    say, items = speaker(language), []
    for name in tables:
        months = {*store.months(Collected, name), *store.months(Problem, name)}
        for month in sorted(month for month in months if MONTH.fullmatch(month)):
            standing = _find_standing(store, name, f"{name}/{month}")
            address = quote(f"/praya/reports/{provider}/{name}/{month}")
            items.append(
                f'<li><a href="{address}?language={language}">{name}/{month}</a> '
                f'<span class="mark {standing.colour}">{_escape(attempt_words(standing.attempt, say))}</span></li>'
            )
    if not items:
        return _make_message(say("no_months"), language)
    return _make_page(f"<h1>{_escape(say('reports_of_months'))}</h1><ul>{''.join(items)}</ul>", language)


@app.get("/audit")
def show_audit(user: GetUserDep, language: Language = "en") -> Response:  # noqa: ARG001  its being here asks for a login
    """All datasets side by side, for auditors."""
    from praya.assurance.audit.audit_page import render

    try:
        return HTMLResponse(render(_make_index(), language), headers=HEADERS)
    except PrayaError as error:
        return _make_message(error.with_code, language)


@app.get("/audit.json")
def show_audit_as_json(user: GetUserDep) -> Response:  # noqa: ARG001  its being here asks for a login
    """The same as data."""
    try:
        return JSONResponse(_make_index(), headers=HEADERS)
    except PrayaError as error:
        return JSONResponse({"error": str(error), "code": error.code.name}, 500, headers=HEADERS)


def _make_index() -> AuditIndex:
    from praya.assurance.audit import audit_datasets

    contracts, problems = read_contracts(read_project())
    now = read_project().clock()
    return audit_datasets(
        contracts, open_store(read_project()), read_project().suites, read_project().witnesses, now, problems
    )


@app.get("/released/{key:path}")
def show_released_file(key: str, user: GetUserDep) -> Response:  # noqa: ARG001  its being here asks for a login
    """A file of the released area, as consumers get it."""
    served = Tree(open_store(read_project()).local(layout.RELEASED)).file(*key.split("/"))
    if served is None:
        if key == "index.html":
            return _make_message(speaker("en")("nothing_released"), "en")
        raise HTTPException(404, f"there is no {shown(key)} in the released area")
    return FileResponse(served.path, headers=HEADERS)


def _escape(text: str) -> str:
    return html.escape(clean(text))


def _make_message(text: str, language: str) -> HTMLResponse:
    return _make_page(f"<p>{_escape(text)}</p>", language)


def _make_page(content: str, language: str) -> HTMLResponse:
    """A plain page around `content`, which is HTML; the addresses of its languages are its own."""
    links = "".join(
        f'<li><a href="{address}" hreflang="{code}" lang="{code}">{NAMES[code]}</a></li>'
        for code, address in OF_LANGUAGE.items()
        if code != language
    )
    return HTMLResponse(PAGE.format(language=language, links=links, content=content), headers=HEADERS)
