"""The Airflow UI starts in Hong Kong's time: its own page, with the script before everything that runs in it."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from praya_airflow.dag_names import TIMEZONE
from praya_airflow.ui_zone import KEY, SCRIPT, ZONE, InHongKong

DIST = Path(str(files("airflow"))) / "ui" / "dist"
PAGE = (DIST / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [
        Route("/api/v2/version", lambda _: JSONResponse({"page": "<head>"})),
        Route("/praya/audit", lambda _: HTMLResponse(PAGE)),
        Route("/{path:path}", lambda _: HTMLResponse(PAGE)),
    ]
    return TestClient(InHongKong(Starlette(routes=routes)))


@pytest.mark.parametrize("path", ["/", "/dags/head-135-provision"])
def test_the_page_says_the_zone_before_anything_runs_in_it(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.text.replace(SCRIPT.decode(), "") == PAGE
    assert answer.text.index(SCRIPT.decode()) < answer.text.index("<script type=")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert ZONE == TIMEZONE and ZONE in SCRIPT.decode()


@pytest.mark.parametrize("path", ["/api/v2/version", "/praya/audit"])
def test_other_answers_stay_as_they_are(client: TestClient, path: str) -> None:
    assert SCRIPT.decode() not in client.get(path).text


def test_this_is_how_airflows_own_code_keeps_the_choice() -> None:
    """Under this key of the browser's storage, as JSON, with the browser's zone where nothing is there. A version of
    Airflow that does it another way fails here."""
    code = "".join(path.read_text("utf-8") for path in (DIST / "assets").glob("index-*.js"))
    read = r"resolvedOptions\(\).{0,120}?\[\w+,\w+\]=\w+\((\w+),\w+\).{0,120}?selectedTimezone"
    (kept_by,) = set(re.findall(read, code))
    assert f"{kept_by}=`{KEY}`" in code


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize(("there", "then"), [("null", '"Asia/Hong_Kong"'), ("""'"UTC"'""", '"UTC"')])
def test_a_choice_that_was_made_stays(there: str, then: str) -> None:
    script = SCRIPT.decode().removeprefix("<script>").removesuffix("</script>")
    code = (
        f"let kept={there};globalThis.localStorage={{getItem:k=>k==={KEY!r}?kept:null,setItem:(k,v)=>{{kept=v}}}};"
        f"{script};process.stdout.write(kept)"
    )
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True)
    assert done.stdout == then
