"""collect: what the source has now is stored once, as received; when it misbehaves, the last good snapshot stays."""

from __future__ import annotations

import gzip
import hashlib
import socket
import stat
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from made import RECEIVED, SourceServer, make_contract, scratch_left
from made.expected import stops
from praya.contract import Contract
from praya.errors import Code, SourceError, SourceUnavailable, codes
from praya.ledger import Ledger
from praya.pipeline.collect import Collection, collect_source
from praya.pipeline.collect.http_source import ATTEMPTS
from praya.store import Store, layout
from praya.store.states import Collected, MartState

GOOD = b"id,name\n1,a\n"
KEY = hashlib.sha256(GOOD).hexdigest()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses between attempts are noted, not waited."""
    noted: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=noted.append))
    return noted


def over_http(path: str = "/sample.csv", **source: Any) -> Contract:
    return make_contract(source={"url": None, "connection": "department", "path": path, **source})


def take(contract: Contract, store: Store, server: SourceServer) -> Collection:
    return collect_source(contract, store, {"department": server.url})


def age(store: Store, dataset: str = "sample") -> None:
    """Make the last snapshot one that was received long ago."""
    state = store.state(Collected, dataset)
    assert state is not None
    parts = {name: msgspec.structs.replace(part, received_at=RECEIVED) for name, part in state.parts.items()}
    store.set_state(dataset, msgspec.structs.replace(state, parts=parts, received_at=RECEIVED))


def test_bytes_are_stored_as_received_under_their_hash_with_a_receipt_and_a_ledger_line(
    store: Store, source_server: SourceServer
) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    assert take(over_http(), store, source_server).changed is True
    raw = store.path(f"raw/{KEY}")
    assert raw.read_bytes() == GOOD and stat.S_IMODE(raw.stat().st_mode) == 0o600
    (receipt,) = store.path("receipts/sample").iterdir()
    said = store.get_json(store.key(receipt))
    assert said is not None
    assert (said["status"], said["bytes"], said["sha256"]) == (200, len(GOOD), KEY)
    assert said["url"] == f"{source_server.url}/sample.csv" and said["headers"]["etag"]
    (line,) = Ledger(store)
    assert (line.kind, line.subject, line.body["sha256"]) == ("snapshot", "sample", KEY)


def test_the_etag_is_asked_with_and_an_unchanged_source_keeps_its_first_time(
    store: Store, source_server: SourceServer
) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    take(over_http(), store, source_server)
    age(store)
    again = take(over_http(), store, source_server)
    assert source_server.asked[1][1]["if-none-match"] == f'"{KEY}"'
    assert (again.changed, again.state.received_at) == (False, RECEIVED)
    assert len(list(Ledger(store))) == 1


def test_the_same_bytes_without_an_etag_keep_their_first_time(store: Store, tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_bytes(GOOD)
    contract = make_contract(source={"url": f"file://{tmp_path}/sample.csv"})
    collect_source(contract, store, {})
    age(store)
    again = collect_source(contract, store, {})
    assert (again.changed, again.state.received_at) == (False, RECEIVED)


def test_changed_bytes_are_another_snapshot_and_the_old_one_stays(
    store: Store, source_server: SourceServer
) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    take(over_http(), store, source_server)
    age(store)
    (source_server.folder / "sample.csv").write_bytes(GOOD + b"2,b\n")
    again = take(over_http(), store, source_server)
    assert again.changed is True and again.state.received_at > RECEIVED
    assert len(list(store.path("raw").iterdir())) == 2 and len(list(Ledger(store))) == 2


def test_a_snapshot_that_got_lost_is_fetched_again(store: Store, source_server: SourceServer) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    take(over_http(), store, source_server)
    store.path(f"raw/{KEY}").unlink()
    take(over_http(), store, source_server)
    assert "if-none-match" not in source_server.asked[1][1]
    assert store.path(f"raw/{KEY}").read_bytes() == GOOD


@pytest.mark.parametrize(
    ("fault", "asked", "error", "code", "values"),
    [
        ("500", ATTEMPTS, SourceUnavailable, codes.source.STATUS_TEMPORARY, ["500", "4 times"]),
        ("503", ATTEMPTS, SourceUnavailable, codes.source.STATUS_TEMPORARY, ["503", "4 times"]),
        ("404", 1, SourceError, codes.source.STATUS_NOT_EXPECTED, ["404", "200"]),
        ("html", 1, SourceError, codes.source.NO_DATA_IN_BODY, ["CSV"]),
        ("empty", 1, SourceError, codes.source.NO_DATA_IN_BODY, ["empty"]),
        ("truncated", ATTEMPTS, SourceUnavailable, codes.source.BODY_DAMAGED, ["4 times"]),
        ("silent", ATTEMPTS, SourceUnavailable, codes.source.TIMED_OUT, ["0.1 s", "4 times"]),
    ],
)
def test_a_fault_has_its_code_and_the_last_good_snapshot_stays(
    store: Store,
    source_server: SourceServer,
    fault: str,
    asked: int,
    error: type[Exception],
    code: Code,
    values: list[str],
) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    contract = over_http(timeout_seconds=0.1 if fault == "silent" else 5)
    take(contract, store, source_server)
    before = store.state(Collected, "sample")
    source_server.asked.clear()
    source_server.faults["/sample.csv"] = fault
    with stops(code, *values) as caught:
        take(contract, store, source_server)
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"sample: {source_server.url}/sample.csv ")
    assert len(source_server.asked) == asked
    assert store.state(Collected, "sample") == before
    assert [path.name for path in store.path("raw").iterdir()] == [KEY]
    assert scratch_left(store) == []


def test_pauses_grow_with_jitter_and_retry_after_is_kept(
    store: Store, source_server: SourceServer, waits: list[float]
) -> None:
    source_server.faults["/sample.csv"] = "503"
    with stops(codes.source.STATUS_TEMPORARY, "503"):
        take(over_http(), store, source_server)
    assert waits == [1, 1, 1]
    waits.clear()
    source_server.faults["/sample.csv"] = "500"
    with stops(codes.source.STATUS_TEMPORARY, "500"):
        take(over_http(), store, source_server)
    assert all(wait <= limit for wait, limit in zip(waits, [0.5, 1, 2], strict=True)) and len(set(waits)) == 3


def test_a_source_that_recovers_between_attempts_is_taken(
    store: Store, source_server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    source_server.faults["/sample.csv"] = "truncated"
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=lambda _: source_server.faults.clear()))
    assert take(over_http(), store, source_server).state.parts["data"].sha256 == KEY


def test_a_source_that_nobody_answers_for_is_said(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with stops(codes.source.NOT_REACHABLE, f"127.0.0.1:{port}", "refused", "4 times"):
        collect_source(over_http(), store, {"department": f"http://127.0.0.1:{port}"})


def test_an_address_that_is_none_is_said_and_not_asked_again(store: Store, waits: list[float]) -> None:
    with stops(codes.address.MALFORMED, "sample: 'http://'") as caught:
        collect_source(make_contract(source={"url": "http://"}), store, {})
    assert not isinstance(caught.value, SourceUnavailable) and waits == []


def test_a_body_over_the_limit_is_refused(store: Store, source_server: SourceServer) -> None:
    (source_server.folder / "sample.csv").write_bytes(GOOD)
    with stops(codes.source.TOO_LARGE, f"{len(GOOD) - 1} bytes"):
        take(over_http(max_bytes=len(GOOD) - 1), store, source_server)
    assert store.state(Collected, "sample") is None
    assert take(over_http(max_bytes=len(GOOD)), store, source_server).changed


def answer(body: bytes, headers: dict[str, str], status: int = 200, pieces: int = 1) -> Any:
    """An ASGI app with one answer, sent `pieces` times."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        for piece in range(pieces):
            await send({"type": "http.response.body", "body": body, "more_body": piece < pieces - 1})

    return app


def test_a_compressed_body_is_whole_when_its_bytes_on_the_wire_are(
    store: Store, serve: Callable[[Any], str]
) -> None:
    packed = gzip.compress(GOOD * 1000)
    url = serve(answer(packed, {"content-encoding": "gzip", "content-length": str(len(packed))}))
    state = collect_source(over_http(), store, {"department": url}).state
    assert store.path(f"raw/{state.parts['data'].sha256}").read_bytes() == GOOD * 1000


def test_a_damaged_compressed_body_is_said(store: Store, serve: Callable[[Any], str]) -> None:
    packed = gzip.compress(GOOD)[:-12] + b"x" * 12
    url = serve(answer(packed, {"content-encoding": "gzip", "content-length": str(len(packed))}))
    with stops(codes.source.BODY_DAMAGED, f"{url}/sample.csv"):
        collect_source(over_http(), store, {"department": url})


def test_a_compressed_body_is_measured_unpacked(store: Store, serve: Callable[[Any], str]) -> None:
    packed = gzip.compress(b"0" * 10_000_000)
    url = serve(answer(packed, {"content-encoding": "gzip", "content-length": str(len(packed))}))
    with stops(codes.source.TOO_LARGE, "1,000,000 bytes"):
        collect_source(over_http(max_bytes=1_000_000), store, {"department": url})


def test_last_modified_is_asked_with(store: Store, serve: Callable[[Any], str]) -> None:
    asked = []
    moment = "Mon, 05 Jan 2026 02:00:00 GMT"

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(dict(scope["headers"]).get(b"if-modified-since"))
        await answer(GOOD, {"last-modified": moment}, 304 if asked[-1] else 200)(scope, receive, send)

    url = serve(app)
    collect_source(over_http(), store, {"department": url})
    assert collect_source(over_http(), store, {"department": url}).changed is False
    assert asked == [None, moment.encode()]


def test_an_answer_that_is_synthetic_is_refused_where_the_contract_does_not_say_so(
    store: Store, serve: Callable[[Any], str]
) -> None:
    url = serve(answer(GOOD, {"x-synthetic": "true"}))
    with stops(codes.source.SYNTHETIC_NOT_DECLARED, "sample", "`synthetic: true`"):
        collect_source(over_http(), store, {"department": url})
    assert store.state(Collected, "sample") is None
    assert not [*store.path("raw").iterdir(), *store.path("receipts").iterdir(), *Ledger(store)]
    with stops(codes.source.SYNTHETIC_NOT_DECLARED, "sample"):
        collect_source(over_http(path=None, parts={"en": "/en.csv"}), store, {"department": url})


def test_synthetic_stands_in_receipt_ledger_and_state_also_when_nothing_changed(
    store: Store, serve: Callable[[Any], str]
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        same = b"if-none-match" in dict(scope["headers"])
        headers = {"etag": '"1"'} if same else {"etag": '"1"', "x-synthetic": "true"}
        await answer(b"" if same else GOOD, headers, 304 if same else 200)(scope, receive, send)

    base = {"department": serve(app)}
    contract = over_http().model_copy(update={"synthetic": True})
    first = collect_source(contract, store, base).state
    assert first.synthetic and first.parts["data"].synthetic
    (receipt,) = store.path("receipts/sample").iterdir()
    said = store.read_json(store.key(receipt))
    assert said["synthetic"] and said["headers"]["x-synthetic"] == "true"
    assert [line.body["synthetic"] for line in Ledger(store)] == [True]
    assert collect_source(contract, store, base) == Collection(first, changed=False)
    with stops(codes.source.SYNTHETIC_NOT_DECLARED, "sample"):
        collect_source(over_http(), store, base)


def test_an_answer_that_does_not_say_synthetic_is_what_its_contract_says(
    store: Store, serve: Callable[[Any], str]
) -> None:
    base = {"department": serve(answer(GOOD, {"x-synthetic": "false"}))}
    assert collect_source(over_http(), store, base).state.synthetic is False
    assert (
        collect_source(over_http().model_copy(update={"synthetic": True}), store, base).state.synthetic
        is True
    )


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", 7),
        ("86400", 120),
        ("Mon, 05 Jan 2026 02:00:00 GMT", 0.5),
        ("Mon, 05 Jan 2026 02:00:00 -0000", 0.5),
        ("soon", 0.5),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    store: Store, serve: Callable[[Any], str], waits: list[float], asked: str, waited: float
) -> None:
    url = serve(answer(b"busy", {"retry-after": asked}, 429))
    with stops(codes.source.STATUS_TEMPORARY, "429"):
        collect_source(over_http(), store, {"department": url})
    assert waits[0] == waited if waited >= 1 else waits[0] <= waited


def test_a_large_body_is_never_whole_in_memory(store: Store, serve: Callable[[Any], str]) -> None:
    piece, pieces = b"0123456\n" * (1 << 17), 64
    url = serve(answer(piece, {"content-length": str(len(piece) * pieces)}, pieces=pieces))
    tracemalloc.start()
    try:
        state = collect_source(over_http(), store, {"department": url}).state
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert state.parts["data"].bytes == 64 * 1024**2
    assert peak < 16 * 1024**2


def test_parts_are_one_snapshot_and_one_changed_part_is_a_change(
    store: Store, source_server: SourceServer
) -> None:
    contract = over_http(path=None, parts={"en": "/en.csv", "zh-Hant": "/tc.csv"})
    (source_server.folder / "en.csv").write_bytes(GOOD)
    (source_server.folder / "tc.csv").write_bytes(GOOD)
    first = take(contract, store, source_server)
    assert set(first.state.parts) == {"en", "zh-Hant"}
    (source_server.folder / "tc.csv").write_bytes(GOOD + b"2,b\n")
    second = take(contract, store, source_server)
    assert second.changed and second.state.parts["en"] == first.state.parts["en"]


def test_a_part_that_fails_leaves_the_whole_last_snapshot(store: Store, source_server: SourceServer) -> None:
    contract = over_http(path=None, parts={"en": "/en.csv", "zh-Hant": "/tc.csv"})
    for name in ("en.csv", "tc.csv"):
        (source_server.folder / name).write_bytes(GOOD)
    take(contract, store, source_server)
    before = store.state(Collected, "sample")
    (source_server.folder / "en.csv").write_bytes(GOOD + b"2,b\n")
    source_server.faults["/tc.csv"] = "404"
    with stops(codes.source.STATUS_NOT_EXPECTED, "/tc.csv", "404"):
        take(contract, store, source_server)
    assert store.state(Collected, "sample") == before


@pytest.mark.parametrize(("name", "said"), [("none.csv", "No such file"), ("", "Is a directory")])
def test_a_local_file_that_is_not_there_is_said(store: Store, tmp_path: Path, name: str, said: str) -> None:
    with stops(codes.source.FILE_NOT_READABLE, f"{tmp_path}/{name}".rstrip("/"), said):
        collect_source(make_contract(source={"url": f"file://{tmp_path}/{name}"}), store, {})


@pytest.mark.parametrize(
    ("body", "code", "value"),
    [
        (b"", codes.source.NO_DATA_IN_BODY, "empty"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><p>Log in", codes.source.NO_DATA_IN_BODY, "CSV"),
        (b"<!-- moved --><html>", codes.source.NO_DATA_IN_BODY, "CSV"),
        (b"x" * 101, codes.source.TOO_LARGE, "100 bytes"),
    ],
)
def test_a_local_file_is_checked_as_a_download_is(
    store: Store, tmp_path: Path, body: bytes, code: Code, value: str
) -> None:
    (tmp_path / "a b.csv").write_bytes(body)
    with stops(code, "a%20b.csv", value):
        collect_source(
            make_contract(source={"url": f"file://{tmp_path}/a%20b.csv", "max_bytes": 100}), store, {}
        )


def test_a_missing_connection_is_said_with_what_to_do(store: Store) -> None:
    with stops(codes.source.CONNECTION_MISSING, "'department'", "AIRFLOW_CONN_DEPARTMENT"):
        collect_source(over_http(), store, {"another": "http://127.0.0.1"})


def test_a_mart_is_taken_with_its_own_time_and_one_not_computed_is_said(store: Store, tmp_path: Path) -> None:
    contract = make_contract(source={"url": None, "mart": "a_mart", "format": "parquet"})
    with stops(codes.source.MART_NOT_COMPUTED, "'a_mart'"):
        collect_source(contract, store, {})
    store.put_bytes("marts/a_mart/1/mart.parquet", b"PAR1")
    mart = MartState(
        key="1",
        table="marts/a_mart/1/mart.parquet",
        sha256=hashlib.sha256(b"PAR1").hexdigest(),
        rows=1,
        inputs={},
        received_at=RECEIVED,
        synthetic=False,
    )
    store.put_record(layout.mart_state("a_mart"), mart)
    assert collect_source(contract, store, {}).state.received_at == RECEIVED
