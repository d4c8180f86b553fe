"""Personal records month by month: paged, pseudonymised at stage, measured together, never released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from made import accept, field, make_contract, open_store, put_snapshot, rows_of
from made.expected import refuses, stops
from made.records_api import Api, paged, records
from praya.assurance.status import pending, summary
from praya.assurance.verify import list_findings
from praya.contract import Contract
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.collect import collect_source, http_source
from praya.pipeline.protect import protect_table
from praya.pipeline.retention import purge_snapshots
from praya.pipeline.stage import stage_table
from praya.store import Store
from praya.store.states import Collected, Staged

PHONE, NAME = "51234567", "Chan Tai Man (made up)"


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def base(api: Api, serve: Callable[[Any], str]) -> dict[str, str]:
    return {"api": serve(api.app()).replace("://", "://:s3cret@")}


def test_all_pages_of_a_month_are_followed_and_staged_as_one(
    store: Store, api: Api, base: dict[str, str]
) -> None:
    january = paged().at("2023-01")
    state = collect_source(january, store, base).state
    assert sorted(state.parts) == ["0001", "0002"]
    staged = stage_table(january, store)
    assert (staged.rows_in, staged.rows_out) == (3, 3)
    assert [row[0] for row in rows_of(store.path(staged.table))] == [1, 2, 3]
    assert store.state(Staged, "the-calls/2023-01") and store.state(Staged, "the-calls") is None


def test_the_token_goes_to_the_source_and_nowhere_else(store: Store, base: dict[str, str]) -> None:
    collect_source(paged().at("2023-01"), store, base)
    kept = [path.read_bytes() for path in store.root.rglob("*") if path.is_file()]
    assert kept and not any(b"s3cret" in text for text in kept)
    with stops(codes.source.STATUS_NOT_EXPECTED, "the-calls/2023-02", "401") as caught:
        collect_source(paged().at("2023-02"), store, {"api": base["api"].replace("s3cret", "wr0ng")})
    assert "wr0ng" not in str(caught.value)


def test_pages_that_did_not_change_are_not_sent_again(store: Store, api: Api, base: dict[str, str]) -> None:
    january = paged().at("2023-01")
    first = collect_source(january, store, base)
    again = collect_source(january, store, base)
    assert not again.changed and again.state.received_at == first.state.received_at
    assert all(etag for _, etag in api.asked[2:]) and len(api.asked) == 4
    api.pages["2023-01"][1] = b"id,caller,name,score\n2,51234568,B,1\n"
    assert collect_source(january, store, base).changed
    assert not collect_source(paged().at("2023-01"), store, base).changed


@pytest.mark.parametrize("following", [lambda number: 0, lambda number: 1])
def test_a_source_that_repeats_a_page_is_told_and_nothing_is_taken(
    store: Store, api: Api, base: dict[str, str], following: Callable[[int], int]
) -> None:
    api.next = following
    with stops(codes.source.PAGES_REPEAT, "the-calls/2023-01: page 000"):
        collect_source(paged().at("2023-01"), store, base)
    assert store.state(Collected, "the-calls/2023-01") is None


def test_a_page_that_fails_leaves_nothing_of_those_before_it(
    store: Store, api: Api, base: dict[str, str]
) -> None:
    collect_source(paged().at("2023-02"), store, base)
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    api.pages["2023-01"][1] = b"<html>log in"
    with stops(codes.source.NO_DATA_IN_BODY, "the-calls", "cursor=1", "CSV"):
        collect_source(paged().at("2023-01"), store, base)
    assert {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()} == before


def test_all_pages_of_a_month_come_over_one_connection(store: Store, serve: Callable[[Any], str]) -> None:
    clients = set()
    inner = Api()
    inner.pages["2023-01"] = [b"id,caller,name,score\n%d,,,\n" % number for number in range(20)]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        clients.add(scope["client"])
        await inner.app()(scope, receive, send)

    state = collect_source(
        paged().at("2023-01"), store, {"api": serve(app).replace("://", "://:s3cret@")}
    ).state
    assert (len(state.parts), len(clients)) == (20, 1)


def test_a_page_with_other_columns_is_named(store: Store, api: Api, base: dict[str, str]) -> None:
    api.pages["2023-01"][1] = b"id,caller,name,rating\n2,51234568,B,4\n"
    january = paged().at("2023-01")
    collect_source(january, store, base)
    with stops(codes.stage.COLUMNS_DIFFER_BETWEEN_PAGES, "the-calls/2023-01", "page 2"):
        stage_table(january, store)


def test_personal_fields_are_dropped_or_become_keyed_hashes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    january = records().at("2023-01")
    data = (
        f"id,caller,name,score\n1,{PHONE},{NAME},5\n2,{PHONE},{NAME},4\n3,,,1\n4,51111111,{NAME},1\n".encode()
    )
    put_snapshot(store, january, data)
    rows = rows_of(store.path(stage_table(january, store).table))
    assert [len(row) for row in rows] == [3] * 4
    pseudonyms = [row[1] for row in rows]
    assert pseudonyms[0] == pseudonyms[1] != pseudonyms[3] and pseudonyms[2] is None
    assert len(pseudonyms[0]) == 32 and (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "other key"))
    other = open_store(tmp_path / "other store")
    put_snapshot(other, january, data)
    assert rows_of(other.path(stage_table(january, other).table))[0][1] != pseudonyms[0]


def test_nothing_personal_leaves_the_raw_area_also_when_rows_are_bad(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    contract = records(quality={"max_quarantined_rows": 0}).at("2023-01")
    put_snapshot(store, contract, f"id,caller,name,score\n1,{PHONE},{NAME},9\n1,{PHONE},{NAME}\n".encode())
    with stops(codes.stage.ROWS_OUTSIDE_LIMITS, "the-calls/2023-01") as caught:
        stage_table(contract, store)
    assert PHONE not in str(caught.value) and NAME not in str(caught.value)
    state = store.state(Staged, contract.subject)
    assert state and state.rows_quarantined == 2
    quarantined = rows_of(store.path(state.quarantine))
    assert "9" in [row[3] for row in quarantined], "what is not personal is shown"
    for path in store.root.rglob("*"):
        if path.is_file() and not path.is_relative_to(store.path("raw")):
            text = path.read_bytes()
            assert PHONE.encode() not in text and NAME.encode() not in text, path
    assert PHONE not in str(quarantined) and NAME not in str(quarantined)


def test_personal_records_are_never_released(store: Store) -> None:
    contract = records()
    accept(store, contract.at("2023-01"), b"id,caller,name,score\n1,,,1\n")
    for one in (contract, contract.at("2023-01")):
        with stops(codes.disclosure.PERSONAL_RECORDS, "the-calls"):
            protect_table(one, store)
    assert not list(store.path("released").glob("*"))


def test_the_months_of_a_dataset_are_one_row_of_the_summary(store: Store, tmp_path: Path) -> None:
    contract = records()
    for month in ("2023-01", "2023-02"):
        accept(store, contract.at(month), b"id,caller,name,score\n1,,,1\n2,,,\n")
    (row,) = summary([contract], store, tmp_path)
    assert (row.rows_in, row.quarantined, row.release) == (4, 0, "– (2 months)")
    behind = pending([contract], store, tmp_path, tmp_path)
    tables = {name for name, why in behind.items() if "validated" in why}
    assert tables == {"the-calls/2023-01", "the-calls/2023-02"}


def test_raw_records_are_purged_when_their_time_is_over(store: Store, base: dict[str, str]) -> None:
    january = paged().at("2023-01")
    state = collect_source(january, store, base).state
    stage_table(january, store)
    received = dt.datetime.fromisoformat(state.received_at)
    assert purge_snapshots(store, [paged()], received + dt.timedelta(days=29)) == []
    gone = purge_snapshots(store, [paged()], received + dt.timedelta(days=30))
    assert {one.sha256 for one in gone} == {part.sha256 for part in state.parts.values()}
    assert list(store.path("raw").iterdir()) == []
    lines = [line for line in Ledger(store) if line.kind == "purge"]
    assert [line.subject for line in lines] == ["the-calls/2023-01"] * 2
    assert lines[0].body["raw_days"] == 30 and "purpose" in lines[0].body["ground"]
    assert purge_snapshots(store, [paged()], received + dt.timedelta(days=31)) == []
    assert list(list_findings(store)) == [] and stage_table(january, store).rows_out == 3, (
        "what was staged stays"
    )


def test_bytes_that_another_dataset_received_too_are_kept(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_bytes(b"id,caller,name,score\n1,,,1\n")
    kept = {"source": {"url": source.as_uri()}}
    private, public = records(**kept), make_contract(dataset="public", **kept)
    for contract in (private.at("2023-01"), public):
        collect_source(contract, store, {})
    assert purge_snapshots(store, [private, public], dt.datetime(2999, 1, 1, tzinfo=dt.UTC)) == []
    assert len(list(store.path("raw").iterdir())) == 1


def aggregated(**more: Any) -> Contract:
    return make_contract(
        field("month"),
        field("calls", "integer"),
        field("answered", "integer"),
        field("answered_pct", "number", decimals=1),
        field("seconds", "number", decimals=1),
        dataset="service-levels",
        disclosure={
            "class": "aggregated counts",
            "reason": "counts of calls",
            "counts": ["calls", "answered"],
            "rates": [{"field": "answered_pct", "numerator": "answered", "denominator": "calls"}],
            "means": [{"field": "seconds", "count": "answered"}],
        },
        **more,
    )


def test_rates_and_means_are_withheld_where_few_stand_behind_them(store: Store) -> None:
    data = (
        b"month,calls,answered,answered_pct,seconds\n"
        b"a,100,50,50.0,12.5\nb,100,95,95.0,11.0\nc,100,9,9.0,10.0\nd,9,9,100.0,3.0\n"
    )
    accept(store, aggregated(), data)
    rows = {row[0]: row[1:] for row in rows_of(protect_table(aggregated(), store).path)}
    assert [str(value) for value in rows["a"]] == ["100", "F", "50", "F", "50.0", "F", "12.5", "F"]
    assert rows["b"][4:] == (None, "C", rows["b"][6], "F"), "five calls were not answered: too few to tell"
    assert rows["c"][2:] == (None, "C", None, "C", None, "C")
    assert rows["d"] == (None, "C", None, "C", None, "C", None, "C")
    (line,) = [line for line in Ledger(store) if line.kind == "disclosure"]
    assert line.body["suppressed_cells"] == 8


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"retention": None}, "disclosure.class", "`retention`"),
        (
            {"disclosure": {"class": "public facts", "reason": "not at all public"}},
            "schema.fields.1.personal",
            "public facts",
        ),
        ({"schema": {"primaryKey": ["name"]}}, "schema.primaryKey.0", "name"),
        ({"source": {"pages": "cursor"}}, "source.pages", "`partition`"),
    ],
)
def test_what_contradicts_itself_does_not_load(changes: dict[str, Any], key: str, value: str) -> None:
    with refuses(key, value):
        records(**changes)


def test_a_retry_also_carries_the_token(
    store: Store, api: Api, base: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, str]] = []
    real = http_source.requests.Session.get

    def first_fails(session: Any, url: str, **options: Any) -> Any:
        sent.append(options["headers"])
        if len(sent) == 1:
            raise http_source.requests.exceptions.ConnectionError("cut")
        return real(session, url, **options)

    monkeypatch.setattr(http_source.requests.Session, "get", first_fails)
    monkeypatch.setattr(http_source.tenacity.nap.time, "sleep", lambda _: None)
    collect_source(paged().at("2023-02"), store, base)
    assert [headers["Authorization"] for headers in sent] == ["Bearer s3cret"] * 2
