"""Downloads, counted from the logs of a real server and from made ones: what counts, and what does not."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from made import make_contract, open_store, publish
from made.expected import stops
from praya.cli.app import app
from praya.errors import Code, codes
from praya.ledger import Ledger
from praya.pipeline.measure.catalogue_tables import catalogue_downloads
from praya.site.downloads import count
from praya.site.serve import make_released_app
from praya.site.serve.log import log_answers
from praya.store import Store
from praya.store.duck import connect
from waiting import wait_until

DATA = b"id,name\n1,a\n2,b\n"
V1, V2 = "20260105T020000Z", "20260106T020000Z"
LATER = dt.datetime(2026, 12, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A dataset of two versions, the first under its old id, and one that nobody reads."""
    store = open_store(tmp_path_factory.mktemp("downloads") / "store")
    publish(store, make_contract(dataset="old-fares"), DATA)
    publish(store, make_contract(dataset="fares", aliases=["old-fares"]), DATA, "2026-01-06T02:00:00Z")
    publish(store, make_contract(dataset="visits"), DATA)
    return store


def line(
    path: str,
    at: str = "05/Nov/2026:10:00:00 +0800",
    method: str = "GET",
    status: int = 200,
    agent: str = "curl/8.5.0",
) -> str:
    return f'203.0.113.9 - - [{at}] "{method} {path} HTTP/1.1" {status} 1234 "-" "{agent}"\n'


def log(folder: Path, *lines: str, name: str = "access.log") -> Path:
    (folder / name).write_text("".join(lines), "utf-8")
    return folder / name


def test_what_is_a_download_and_what_is_not(house: Store, tmp_path: Path) -> None:
    file = f"/fares/{V2}/fares.csv"
    found = log(
        tmp_path,
        line(file),
        line(f"{file}?from=feed"),
        line(f"http://data.example{file}"),
        line(f"/fares/{V2}/fares.parquet"),
        line(f"/old-fares/{V1}/old-fares.json"),  # is the new id's
        line(file, "31/Oct/2026:16:30:00 +0000"),  # November in Hong Kong
        line(file, "31/Oct/2026:15:30:00 +0000"),
        line(file, "30/Nov/2026:16:00:00 +0000"),
        line(file, method="HEAD"),
        line(file, status=206),
        line(file, status=304),
        line("/fares/latest/fares.csv", status=302),
        line(file, agent="Mozilla/5.0 (compatible; ExampleBot/2.1)"),
        line("/"),
        line(f"/fares/{V2}/schema.json"),
        line(f"/fares/{V2}/fares.exe", status=404),
        line(f"/fares/2.0/{V2}/fares.csv", status=404),
        "not a line of a log\n",
        "\n",
        '- - - [05/Nov/2026:10:00:00 +0800] "" 400 0 "-" "-"\n',
    )
    told = count(house, "2026-11", [found], LATER)
    assert told["counts"] == {"fares": {"CSV": 4, "JSON": 1, "PARQUET": 1}, "visits": {}}
    assert told["left_out"] == {"unreadable": 2, "other_months": 2, "no_data": 5, "not_whole": 3, "robots": 1}
    assert "203.0.113.9" not in Ledger(house).path.read_text("utf-8")


def test_packed_logs_and_several_are_one(house: Store, tmp_path: Path) -> None:
    one = log(tmp_path, line(f"/fares/{V2}/fares.csv"))
    two = tmp_path / "access.log.1.gz"
    two.write_bytes(gzip.compress(one.read_bytes() * 3))
    assert count(house, "2026-11", [one, two], LATER)["counts"]["fares"] == {"CSV": 4}


def test_behind_a_prefix(house: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.example.gov.hk/open/data/")
    file = f"fares/{V2}/fares.csv"
    found = log(tmp_path, line(f"/open/data/{file}"), line(f"/{file}"), line(f"/open/{file}"))
    assert count(house, "2026-11", [found], LATER)["counts"]["fares"] == {"CSV": 1}


@pytest.mark.parametrize(
    ("content", "month", "code", "value"),
    [
        (line(f"/fares/{V2}/fares.csv"), "2026-12", codes.month.NOT_OVER, "2026-12"),
        (line(f"/fares/{V2}/fares.csv"), "2026-10", codes.month.NOT_IN_LOGS, "1 of other months"),
        ("id,name\n1,a\n", "2026-11", codes.month.NOT_IN_LOGS, "2 lines"),
        (b"\xff\xfe\x00 no text\n", "2026-11", codes.month.NOT_IN_LOGS, "access.log"),
    ],
)
def test_what_cannot_be_counted_is_said_and_nothing_is_recorded(
    house: Store, tmp_path: Path, content: str | bytes, month: str, code: Code, value: str
) -> None:
    before = Ledger(house).path.read_bytes()
    (tmp_path / "access.log").write_bytes(content if isinstance(content, bytes) else content.encode())
    with stops(code, value):
        count(house, month, [tmp_path / "access.log"], LATER)
    assert Ledger(house).path.read_bytes() == before


ASKED = st.tuples(
    st.sampled_from(
        [f"/fares/{V2}/fares.csv", f"/old-fares/{V1}/old-fares.csv", "/index.html", "/%zz", "/a b"]
    ),
    st.sampled_from(
        ["01/Nov/2026:00:00:00 +0800", "30/Nov/2026:23:59:59 +0800", "31/Oct/2026:23:59:59 +0800"]
    ),
    st.sampled_from(["GET", "HEAD", "POST"]),
    st.sampled_from([200, 206, 302, 404]),
    st.sampled_from(["curl", "a spider", "-"]),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ASKED, max_size=40))
def test_every_line_is_a_download_or_left_out_for_one_reason(
    house: Store, tmp_path: Path, asked: list[tuple[str, str, str, int, str]]
) -> None:
    sure = (f"/fares/{V2}/fares.csv", "05/Nov/2026:10:00:00 +0800", "GET", 200, "curl")
    told = count(house, "2026-11", [log(tmp_path, *(line(*one) for one in [sure, *asked]))], LATER)
    counted = Counter(
        method == "GET" and status == 200 and agent != "a spider" and "Nov" in at and "fares" in path
        for path, at, method, status, agent in [sure, *asked]
    )
    assert told["counts"]["fares"] == {"CSV": counted[True]}
    assert sum(told["left_out"].values()) == counted[False]


def test_the_last_count_of_a_month_is_what_marts_read(house: Store, tmp_path: Path) -> None:
    for times in (2, 5, 2):
        count(house, "2026-11", [log(tmp_path, *[line(f"/fares/{V2}/fares.csv")] * times)], LATER)
    state = catalogue_downloads(house)
    assert state is not None and not state.synthetic
    with connect() as con:
        rows = con.execute(f"{state.select} order by all").fetchall()
    assert rows == [("fares", "2026-11", 2), ("visits", "2026-11", 0)]
    lines = len(list(Ledger(house)))
    count(house, "2026-11", [tmp_path / "access.log"], LATER)
    assert len(list(Ledger(house))) == lines, "the same count is on record once"


def test_what_praya_serve_logs_is_counted(
    house: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Callable[[Any], str]
) -> None:
    """Over real HTTP: no address of a reader is in the log, and nothing that a reader sends ends a line."""
    base = serve(
        log_answers(make_released_app(house.path("released")), tmp_path / "logs", house.project.clock)
    )
    for path in (f"fares/{V2}/fares.csv", "fares/latest/fares.csv", "fares/versions.json", "nothing"):
        requests.get(f"{base}/{path}", timeout=10, headers={"User-Agent": 'one "two" \\ three'})
    requests.head(f"{base}/fares/latest/fares.csv", timeout=10, allow_redirects=True)
    (file,) = (tmp_path / "logs").iterdir()
    # An answer's line is written when all of it is sent: its reader may be here before the line is.
    wait_until(lambda: len(file.read_text("utf-8").splitlines()) >= 7)
    text = file.read_text("utf-8")
    assert len(text.splitlines()) == 7 and "127.0.0.1" not in text
    assert text.splitlines()[0].endswith('"-" "one \\x22two\\x22 \\x5c three"')
    now = dt.datetime.now(dt.UTC)
    with stops(codes.month.NOT_OVER, file.stem.removeprefix("access-")):
        count(house, file.stem.removeprefix("access-"), [file], now)
    monkeypatch.setenv("PRAYA_STORE", str(house.root))
    monkeypatch.setenv("PRAYA_ACCESS_LOGS", str(tmp_path / "logs"))
    told = count(house, file.stem.removeprefix("access-"), [file], now + dt.timedelta(days=32))
    assert told["counts"]["fares"] == {"CSV": 2}
    assert told["left_out"] == {"unreadable": 0, "other_months": 0, "no_data": 4, "not_whole": 1, "robots": 0}


def test_the_command_counts_and_says_what_is_missing(
    house: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_STORE", str(house.root))
    monkeypatch.delenv("PRAYA_ACCESS_LOGS", raising=False)
    run = CliRunner().invoke
    assert "name the logs" in run(app, ["downloads", "2026-10"]).output
    assert "is no month" in run(app, ["downloads", "2026-13"]).output
    log(tmp_path, line(f"/fares/{V2}/fares.csv", "05/Oct/2026:10:00:00 +0800"))
    monkeypatch.setenv("PRAYA_ACCESS_LOGS", str(tmp_path))
    done = run(app, ["downloads", "2026-10"])
    assert done.exit_code == 0, done.output
    assert "2026-10: 1 downloads of 2 datasets, on record" in done.output and "fares: CSV 1" in done.output
    wrong = run(app, ["downloads", "2026-09"])
    assert wrong.exit_code == 1 and "no request of 2026-09" in wrong.output
    on_record = [one for one in Ledger(house) if one.subject == "downloads/2026-10"]
    assert json.loads(json.dumps(on_record[0].body["logs"]))[0]["name"] == "access.log"
