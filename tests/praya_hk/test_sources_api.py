"""The records API over a real connection: pages, marks, who is let in, and every way of misbehaving."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from made.expected import stops
from praya.errors import codes
from praya_hk.sources import FAULTS, application
from praya_hk.sources.contact_centre import Archive, api_pages, query
from praya_hk.sources.contact_centre.api_settings import from_environment
from praya_hk.sources.contact_centre.generator import KEYS, TABLES
from praya_hk.sources.contact_centre.source_store import Month
from praya_hk.sources.faults import CHANGES, Faults, parse

TOKEN = "only-for-tests"
SCALE = 0.004


class Api:
    """The server of the moment, asked as a client would."""

    def __init__(self, url: str, faults: dict[str, str], cache: Path) -> None:
        self.url, self.faults, self.cache = url + "/1823/v1", faults, cache

    def get(self, path: str, token: str | None = TOKEN, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        url = path if path.startswith("http") else self.url + path
        return requests.get(url, headers=headers, params=more, timeout=20)

    def read(self, table: str, **asked: Any) -> list[dict[str, Any]]:
        """All rows, following the links."""
        answer = self.get(f"/{table}", **asked)
        found: list[dict[str, Any]] = []
        while True:
            assert answer.status_code == 200, answer.text
            found += rows(answer)
            if "next" not in answer.links:
                return found
            answer = self.get(answer.links["next"]["url"])


def rows(answer: requests.Response) -> list[dict[str, Any]]:
    if "csv" in answer.headers["content-type"]:
        return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    return [json.loads(line) for line in answer.content.splitlines()]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def api(
    tmp_path: Path, cache: Path, serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Api]:
    for name, value in {
        "CACHE": str(cache),
        "TOKEN": TOKEN,
        "SCALE": str(SCALE),
        "MONTHS": "2023-01:2023-03",
        "SLOW_SECONDS": "0.3",
    }.items():
        monkeypatch.setenv(f"PRAYA_SOURCES_{name}", value)
    faults: dict[str, str] = {}
    (tmp_path / "a.csv").write_bytes(b"id,name\n1,a\n")
    yield Api(serve(application(tmp_path, faults)), faults, cache)
    archive(cache).reset()


def archive(cache: Path) -> Archive:
    return Archive(cache, scale=SCALE, months=["2023-01", "2023-02", "2023-03"])


def test_months_are_listed_with_their_markers_before_they_are_made(api: Api) -> None:
    told = api.get("/months").json()
    assert told["synthetic"] is True
    assert [one["month"] for one in told["months"]] == ["2023-01", "2023-02", "2023-03"]
    one = api.get("/months/2023-02").json()
    assert one["synthetic"] is True and one["changed"] is False
    assert set(one["tables"]) == set(TABLES)
    assert one["tables"]["calls"]["rows"] == len(api.read("calls", month="2023-02"))
    again = api.get("/months").json()["months"][1]
    assert again == one and one["etag"] == told["months"][1]["etag"]
    assert one["updated_at"] == "2023-04-01T00:00:00+08:00"


def test_every_answer_says_that_it_is_synthetic(api: Api) -> None:
    api.faults["/1823/v1/surveys"] = "503"
    for answer in (
        api.get("/months"),
        api.get("/months", token=None),
        api.get("/nothing"),
        api.get("/no/such/path"),
        api.get("/calls", month="x"),
        api.get("/surveys", month="2023-01"),
        api.get("/truth", month="2023-01"),
        requests.post(api.url + "/calls", timeout=10),
    ):
        assert answer.headers["x-synthetic"] == "true", answer.url


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("table", TABLES)
def test_pages_hold_every_row_once_in_order(api: Api, table: str, form: str) -> None:
    whole = pq.read_table(archive(api.cache).month("2023-01").parquet(table))
    size = max(whole.num_rows // 4, 1)
    got = api.read(table, month="2023-01", limit=size, format=form)
    assert len(got) == whole.num_rows
    keys = [tuple(str(row[name]) for name in KEYS[table]) for row in got]
    expected = [
        tuple(str(row[name]) for name in KEYS[table]) for row in whole.select(list(KEYS[table])).to_pylist()
    ]
    assert keys == expected
    assert list(got[0]) == whole.column_names


def test_values_are_the_records(api: Api) -> None:
    whole = pq.read_table(archive(api.cache).month("2023-01").parquet("cases")).to_pylist()
    for text, typed in zip(
        api.read("cases", month="2023-01"), api.read("cases", month="2023-01", format="jsonl"), strict=True
    ):
        assert {name: value or None for name, value in text.items()} == {
            name: None
            if value is None
            else json.dumps(value).strip('"')
            if not isinstance(value, str)
            else value
            for name, value in typed.items()
        }
    for got, row in zip(api.read("cases", month="2023-01", format="jsonl"), whole, strict=True):
        local = row.pop("received_at").timestamp() + 8 * 3600
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(local)) + "+08:00"
        assert got.pop("received_at") == stamp
        got.pop("updated_at"), row.pop("updated_at")
        assert got == row


def test_a_page_says_how_many_rows_there_are_and_where_to_go_on(api: Api) -> None:
    answer = api.get("/calls", month="2023-01", limit=10)
    total = int(answer.headers["x-total-count"])
    assert len(rows(answer)) == 10 < total
    cursor = answer.headers["x-next-cursor"]
    following = api.get("/calls", month="2023-01", limit=7, cursor=cursor)
    assert len(rows(following)) == 7
    assert rows(following)[0]["call_id"] == "C202301-0000011"
    last = api.get("/calls", month="2023-01", limit=50_000)
    assert "link" not in last.headers and "x-next-cursor" not in last.headers
    assert answer.links["next"]["url"].startswith(api.url + "/calls?month=2023-01&limit=10&cursor=")


def test_an_etag_is_honoured_and_differs_from_page_to_page(api: Api) -> None:
    first = api.get("/cases", month="2023-01", limit=20)
    second = api.get(first.links["next"]["url"])
    assert first.headers["etag"] != second.headers["etag"]
    again = api.get("/cases", month="2023-01", limit=20, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.links == first.links
    assert api.get("/cases", month="2023-01", limit=20).headers["etag"] == first.headers["etag"]


def test_gzip_is_given_to_who_asks_for_it(api: Api) -> None:
    def ask(accepted: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": accepted}
        params = {"month": "2023-01", **more}
        return requests.get(api.url + "/cases", headers=headers, params=params, stream=True, timeout=20)

    plain = ask("identity").raw.read(decode_content=False)
    for limit in (50_000, 30):
        whole = ask("identity", limit=limit)
        packed = ask("gzip, deflate", limit=limit)
        assert "content-encoding" not in whole.headers and packed.headers["content-encoding"] == "gzip"
        assert packed.headers["etag"] != whole.headers["etag"]
        body = packed.raw.read(decode_content=False)
        assert int(packed.headers["content-length"]) == len(body)
        assert gzip.decompress(body) == whole.raw.read(decode_content=False)
    assert ask("identity").raw.read() == plain
    assert "content-encoding" not in ask("gzip;q=0").headers


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer", TOKEN, "Bearer "])
@pytest.mark.parametrize(
    "path", ["/months", "/calls?month=2023-01", "/deleted?table=cases", "/truth?month=2023-01"]
)
def test_nobody_gets_in_without_the_token(api: Api, path: str, header: str | None) -> None:
    answer = api.get(path, token=None, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert "token" in answer.json()["error"]


def test_without_any_token_set_nobody_gets_in(
    api: Api, monkeypatch: pytest.MonkeyPatch, serve: Any, tmp_path: Path
) -> None:
    monkeypatch.delenv("PRAYA_SOURCES_TOKEN")
    url = serve(application(tmp_path))
    for token in ("", "None", TOKEN):
        got = requests.get(url + "/1823/v1/months", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert got.status_code == 401
    assert requests.get(url + "/a.csv", timeout=10).status_code == 200  # files stay open to all


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "month is missing"),
        ({"month": "2023-1"}, "is not a month"),
        ({"month": "2023-04"}, "2023-04 is not on offer; there is 2023-01, 2023-02, 2023-03"),
        ({"month": "../../x"}, "is not a month"),
        ({"month": "2023-01", "limit": "0"}, "from 1 to 50000"),
        ({"month": "2023-01", "limit": "50001"}, "from 1 to 50000"),
        ({"month": "2023-01", "limit": "ten"}, "limit"),
        ({"month": "2023-01", "format": "xml"}, "'xml' is not one of csv, jsonl"),
        ({"month": "2023-01", "updated_since": "yesterday"}, "is not ISO 8601"),
        ({"month": "2023-01", "cursor": "!!"}, "none of ours"),
        ({"month": "2023-01", "cursor": "eyJhIjogMX0"}, "none of ours"),
        ({"month": "2023-01", "page": "2"}, "there is no parameter page"),
    ],
)
def test_a_wrong_question_gets_a_sentence(api: Api, asked: dict[str, str], said: str) -> None:
    answer = api.get("/calls", **asked)
    assert answer.status_code == 400 and said in answer.json()["error"]


def test_a_cursor_is_good_for_its_own_request_only(api: Api) -> None:
    cursor = api.get("/calls", month="2023-01", limit=5).headers["x-next-cursor"]
    for path, asked in (
        ("/calls", {"month": "2023-02"}),
        ("/cases", {"month": "2023-01"}),
        ("/calls", {"month": "2023-01", "format": "jsonl"}),
    ):
        answer = api.get(path, **asked, cursor=cursor)
        assert answer.status_code == 400 and "another request" in answer.json()["error"]
    state = archive(api.cache).month("2023-01").etag
    far = query.Cursor(state, "2023-01", "calls", "csv", None, 9_999_999).text()
    assert "past the end" in api.get("/calls", month="2023-01", cursor=far).json()["error"]
    lost = query.Cursor("0" * 20, "2023-01", "calls", "csv", None, 5).text()
    assert "begin again" in api.get("/calls", month="2023-01", cursor=lost).json()["error"]


@given(text=st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_no_cursor_from_outside_breaks_anything(text: str) -> None:
    with stops(codes.simulator.REQUEST_NOT_VALID, "cursor"):
        query.page("calls", {"month": "2023-01", "cursor": text})


@given(
    offset=st.integers(1, 99_999_999), table=st.sampled_from(TABLES), since=st.none() | st.integers(0, 2**33)
)
def test_a_cursor_comes_back_as_it_went(offset: int, table: str, since: int | None) -> None:
    cursor = query.Cursor("0123456789abcdef0123", "2023-01", table, "csv", since, offset)
    more = {} if since is None else {"updated_since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since))}
    assert query.page(table, {"month": "2023-01", "cursor": cursor.text(), **more}).cursor == cursor


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_limit_cuts_full_pages_at_the_right_rows(full: tuple[Archive, Month], data: Any) -> None:
    found = full[0].pages(full[1], "surveys", "csv")
    calls = full[0].pages(full[1], "calls", "csv")
    assert calls.rows > 4 * api_pages.PAGE_ROWS  # several pages on disk
    offset = data.draw(st.integers(0, calls.rows - 1))
    limit = data.draw(st.integers(1, api_pages.PAGE_ROWS))
    header, *lines = calls.text(offset, limit).decode().splitlines()
    assert header.startswith("call_id,")
    numbers = [int(line[8:15]) for line in lines]
    assert numbers == list(range(offset + 1, min(offset + limit, calls.rows) + 1))
    assert found.text(0, 5).count(b"\n") == 6


def test_full_pages_are_the_bytes_on_disk(full: tuple[Archive, Month]) -> None:
    found = full[0].pages(full[1], "calls", "csv")
    taken = b""
    for offset in range(0, found.rows, api_pages.PAGE_ROWS):
        ready = found.ready(offset, api_pages.PAGE_ROWS)
        assert ready is not None and gzip.decompress(ready) == found.text(offset, api_pages.PAGE_ROWS)
        taken += gzip.decompress(ready).partition(b"\n")[2]
    assert taken.count(b"\n") == found.rows == full[1].state()["rows"]["calls"]
    assert found.ready(1, api_pages.PAGE_ROWS) is None and found.ready(0, 10) is None


def test_updated_since_gives_what_changed(api: Api) -> None:
    assert api.read("cases", month="2023-01", updated_since="2023-03-01T00:00:00+08:00") == []
    empty = api.get("/cases", month="2023-01", updated_since="2023-03-01")
    assert empty.text.startswith("case_no,") and empty.headers["x-total-count"] == "0"
    archive(api.cache).apply("2023-01", "amended")
    touched = archive(api.cache).month("2023-01").state()["changes"][0]["case_nos"]
    for since in (
        "2023-03-01T00:00:00+08:00",
        "2023-02-28T16:00:00Z",
        "2023-03-01",
        "2023-03-01T00:00:00 08:00",
    ):
        got = api.read("cases", month="2023-01", updated_since=since, limit=2)
        assert [row["case_no"] for row in got] == touched
        assert {row["version_no"] for row in got} == {"2"}
    late = "2023-02-10T00:00:00+08:00"
    some = api.read("cases", month="2023-01", updated_since=late)
    assert some == [row for row in api.read("cases", month="2023-01") if row["updated_at"] >= late]
    assert len(some) > 3
    for table, column in (("calls", "ended_at"), ("surveys", "surveyed_at")):
        since = "2023-01-30T00:00:00+08:00"
        everything = api.read(table, month="2023-01")
        assert api.read(table, month="2023-01", updated_since=since) == [
            row for row in everything if row[column] >= since
        ]


def test_views_of_what_changed_do_not_pile_up(api: Api) -> None:
    for day in range(1, 25):
        api.get("/surveys", month="2023-01", updated_since=f"2023-01-{day:02d}")
    kept = archive(api.cache).month("2023-01").folder / "pages"
    assert len(list(kept.glob("surveys-csv-since-*"))) == 16


def test_a_month_that_changes_while_it_is_read_is_read_to_its_end(api: Api) -> None:
    first = api.get("/cases", month="2023-01", limit=100)
    before = api.read("cases", month="2023-01")
    old = api.get("/months/2023-01").json()
    archive(api.cache).apply("2023-01", "deleted", 10)
    rest, answer = rows(first), first
    while "next" in answer.links:
        answer = api.get(answer.links["next"]["url"])
        rest += rows(answer)
    assert rest == before
    now = api.get("/months/2023-01").json()
    assert now["etag"] != old["etag"] and now["updated_at"] > old["updated_at"] and now["changed"]
    assert len(api.read("cases", month="2023-01")) == len(before) - 10
    again = api.get("/cases", month="2023-01", limit=100, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200  # or its link would lead into the old state


def test_deleted_rows_are_told(api: Api) -> None:
    assert api.get("/deleted", table="cases").json()["deleted"] == []
    archive(api.cache).apply("2023-02", "deleted")
    archive(api.cache).apply("2023-02", "merged")
    told = api.get("/deleted", table="cases", since="2023-01-01").json()
    assert told["synthetic"] is True and told["key"] == ["case_no"]
    assert [one["reason"] for one in told["deleted"]] == ["deleted"] * 3 + ["merged"] * 3
    assert all(one["month"] == "2023-02" for one in told["deleted"])
    assert all(one["merged_into"].startswith("N202302-") for one in told["deleted"][3:])
    there = {row["case_no"] for row in api.read("cases", month="2023-02")}
    assert there.isdisjoint(one["case_no"] for one in told["deleted"])
    later = api.get("/deleted", table="cases", since=told["deleted"][3]["deleted_at"]).json()["deleted"]
    assert later == told["deleted"][3:]
    assert {"case_no", "seq"} <= set(api.get("/deleted", table="assignments").json()["deleted"][0])
    assert api.get("/deleted", table="people").status_code == 400


def test_the_truth_is_served(api: Api) -> None:
    told = api.get("/truth", month="2023-01").json()
    assert told["calls"]["received"] == len(api.read("calls", month="2023-01"))
    assert told == archive(api.cache).month("2023-01").truth()


# --- misbehaving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 500), ("503", 503), ("404", 404), ("429", 429), ("html", 200)]
)
def test_a_fault_stands_in_for_the_answer(api: Api, kind: str, status: int) -> None:
    api.faults["/1823/v1/calls"] = kind
    answer = api.get("/calls", month="2023-01")
    assert answer.status_code == status and "call_id" not in answer.text
    assert answer.headers.get("retry-after") == ("1" if kind in ("429", "503") else None)
    assert api.get("/cases", month="2023-01").status_code == 200
    api.faults.clear()
    assert api.get("/calls", month="2023-01").status_code == 200


def test_a_fault_can_stand_at_one_month(api: Api) -> None:
    api.faults["/1823/v1/calls/2023-02"] = "503"
    assert api.get("/calls", month="2023-01").status_code == 200
    assert api.get("/calls", month="2023-02").status_code == 503


@pytest.mark.parametrize("kind", ["cut", "truncated"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_connection_is_cut_in_the_middle_of_a_page(api: Api, kind: str, encoding: str) -> None:
    api.faults["/1823/v1/cases"] = kind
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        api.get("/cases", month="2023-01", headers={"Accept-Encoding": encoding})


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("kind", ["503", "429", "cut"])
def test_the_first_requests_fail_and_then_all_is_well(api: Api, kind: str, times: int) -> None:
    api.faults["/1823/v1/surveys"] = f"{kind}x{times}"

    def fails() -> bool:
        try:
            return api.get("/surveys", month="2023-01").status_code != 200
        except requests.exceptions.RequestException:
            return True

    assert [fails() for _ in range(5)] == [True] * times + [False] * (5 - times)
    api.faults.clear()
    assert not fails()
    api.faults["/1823/v1/surveys"] = f"{kind}x{times}"
    assert fails()  # set again, it counts again


def test_slow_is_slow_and_right(api: Api) -> None:
    usual = api.get("/surveys", month="2023-01").content
    api.faults["/1823/v1/surveys"] = "slow"
    begin = time.monotonic()
    assert api.get("/surveys", month="2023-01").content == usual
    assert time.monotonic() - begin >= 0.3


def test_silence_is_silence(api: Api) -> None:
    api.faults["/1823/v1/surveys"] = "silent"
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(api.url + "/surveys?month=2023-01", timeout=(5, 0.1))


def test_a_page_repeats(api: Api) -> None:
    usual = api.read("calls", month="2023-01", limit=200)
    api.faults["/1823/v1/calls"] = "repeat"
    first = api.get("/calls", month="2023-01", limit=200)
    second = api.get(first.links["next"]["url"])
    assert second.content == first.content
    third = api.get(second.links["next"]["url"])
    assert rows(third) == usual[200:400]
    got = [row["call_id"] for row in api.read("calls", month="2023-01", limit=200)]
    assert len(set(got)) < len(got) and set(got) < {row["call_id"] for row in usual}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_column_is_renamed_and_no_value_is(api: Api, form: str, encoding: str) -> None:
    usual = api.read("cases", month="2023-01", format=form)
    api.faults["/1823/v1/cases"] = "column-renamed"
    got = rows(api.get("/cases", month="2023-01", format=form, headers={"Accept-Encoding": encoding}))
    assert list(got[0]) == ["case_no (new)", *list(usual[0])[1:]]
    assert [list(row.values()) for row in got] == [list(row.values()) for row in usual]


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_can_be_set_where_faults_are_set(api: Api, kind: str) -> None:
    before = api.get("/months/2023-01").json()
    api.faults["/1823/v1/months/2023-01"] = kind
    after = api.get("/months/2023-01").json()
    assert after["etag"] != before["etag"] and after["updated_at"] > before["updated_at"] and after["changed"]
    listed = {one["month"]: one for one in api.get("/months").json()["months"]}
    assert listed["2023-01"]["etag"] == after["etag"] and not listed["2023-02"]["changed"]
    assert len(api.read("cases", month="2023-01")) == after["tables"]["cases"]["rows"]
    api.faults.clear()
    assert api.get("/months/2023-01").json() == before


@pytest.mark.parametrize("kind", ["429", "cut", "slow", "503x1", "429x2", "repeat", "amended"])
def test_files_know_the_new_faults_too(api: Api, kind: str) -> None:
    address = api.url.removesuffix("/1823/v1") + "/a.csv"

    def ask() -> int:
        try:
            return requests.get(address, timeout=10).status_code
        except requests.exceptions.RequestException:
            return 0

    api.faults["/a.csv"] = kind
    expected = {
        "429": [429] * 3,
        "cut": [0] * 3,
        "slow": [200] * 3,
        "503x1": [503, 200, 200],
        "429x2": [429, 429, 200],
        "repeat": [500] * 3,
        "amended": [500] * 3,
    }
    assert [ask() for _ in range(3)] == expected[kind]


def test_the_names_of_faults() -> None:
    assert (
        parse("503x2") == ("503", 2) and parse("html") == ("html", None) and parse("slow") == ("slow", None)
    )
    assert {"503", "503x1", "429x3", "cutx2", "repeat", "column-renamed", *CHANGES} <= set(FAULTS)
    counted = Faults({"/a": "503x1"})
    assert [counted.at("/b", "/a") for _ in range(2)] == ["503", None]


# --- settings -------------------------------------------------------------------------------------------------


def test_the_cache_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PRAYA_SOURCES_CACHE", "PRAYA_HOME", "PRAYA_SOURCES_MONTHS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = from_environment()
    assert made.root.is_relative_to(tmp_path) and made.root.parent.stat().st_mode & 0o077 == 0
    assert made.months[0] == "2023-01" and "2026-10" in made.months, "up to the month that ended last"
    assert made.months[-1] < f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"
    monkeypatch.setenv("PRAYA_HOME", str(tmp_path / "home"))
    assert from_environment().root.parent == tmp_path / "home" / "sources"
    monkeypatch.setenv("PRAYA_SOURCES_CACHE", str(tmp_path / "named"))
    monkeypatch.setenv("PRAYA_SOURCES_MONTHS", "2022-11:2023-02")
    made = from_environment()
    assert made.root.parent == tmp_path / "named"
    assert made.months == ("2022-11", "2022-12", "2023-01", "2023-02")


def test_the_server_starts_without_what_only_the_records_need() -> None:
    script = (
        "import sys, pathlib; from praya_hk.sources import application; application(pathlib.Path('.'), {})\n"
        "print(sorted({'numpy', 'pyarrow', 'duckdb', 'pandas'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"


def test_serve_prints_a_token_where_none_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from praya_hk.sources import server

    ran: list[Any] = []
    monkeypatch.setattr(server.uvicorn, "run", lambda app, **how: ran.append((app, how)))
    monkeypatch.delenv("PRAYA_SOURCES_TOKEN", raising=False)
    server.serve(tmp_path, "127.0.0.1", 0)
    assert "Authorization: Bearer " in capsys.readouterr().out
    monkeypatch.setenv("PRAYA_SOURCES_TOKEN", "secret-of-mine")
    server.serve(tmp_path, "127.0.0.1", 0)
    assert "secret-of-mine" not in capsys.readouterr().out and len(ran) == 2
