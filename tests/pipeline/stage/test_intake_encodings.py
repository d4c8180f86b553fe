"""A compressed body that is cut is no snapshot, however the server frames it; a whole one is read as zlib reads it."""

from __future__ import annotations

import gzip
import http.server
import random
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import make_contract
from made.expected import stops
from praya.errors import codes
from praya.pipeline.collect import collect_source, encodings
from praya.pipeline.collect.encodings import BodyDamaged, EncodingUnknown, decode
from praya.store import Store
from praya.store.states import Collected

DRAWN = random.Random(7)
ROWS = "".join(f"{number},{DRAWN.random()}\n" for number in range(2_000))
GOOD = f"id,name\n{ROWS}".encode()
FRAMES = ("length", "chunked", "close")


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "members": ("gzip", lambda data: gzip.compress(data[:9_000]) + gzip.compress(data[9_000:])),
    "padded": ("gzip", lambda data: gzip.compress(data) + bytes(300)),
    "zlib": ("deflate", zlib.compress),
    "raw": ("deflate", raw_deflate),
    "twice": ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
}


class Server(http.server.ThreadingHTTPServer):
    """Answers every request with `body` under `headers`, framed as `frame` says."""

    body, encoding, frame = b"", "", "length"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        self.send_response(200)
        if server.encoding:
            self.send_header("Content-Encoding", server.encoding)
        if server.frame == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
        elif server.frame == "length":
            self.send_header("Content-Length", str(len(server.body)))
        self.close_connection = server.frame == "close"
        self.end_headers()
        if server.frame != "chunked":
            self.wfile.write(server.body)
            return
        for at in range(0, len(server.body), 1_000):
            piece = server.body[at : at + 1_000]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def handle_one_request(self) -> None:
        with suppress(ConnectionError):  # whoever refuses a body hangs up
            super().handle_one_request()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as one:
        thread = threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def take(store: Store, server: Server, body: bytes, encoding: str, frame: str) -> bytes:
    """What is stored of the body."""
    server.body, server.encoding, server.frame = body, encoding, frame
    contract = make_contract(source={"url": None, "connection": "department", "path": "/x.csv"})
    state = collect_source(contract, store, {"department": f"http://127.0.0.1:{server.server_port}"}).state
    return store.path(f"raw/{state.parts['data'].sha256}").read_bytes()


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("packer", PACKERS)
def test_a_whole_body_is_stored_unpacked(store: Store, server: Server, packer: str, frame: str) -> None:
    encoding, pack = PACKERS[packer]
    assert take(store, server, pack(GOOD), encoding, frame) == GOOD


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("packer", ["gzip", "members", "zlib", "raw", "twice"])
@pytest.mark.parametrize("left", ["half", "all but the trailer", "all but a byte"])
def test_a_body_that_is_cut_is_refused_and_the_last_good_one_stays(
    store: Store, server: Server, packer: str, frame: str, left: str
) -> None:
    encoding, pack = PACKERS[packer]
    whole = pack(GOOD)
    trailer = {"zlib": 4, "raw": 1}.get(packer, 8)
    cut = {"half": len(whole) // 2, "all but the trailer": -trailer, "all but a byte": -1}[left]
    take(store, server, GOOD, "", frame)
    before = store.state(Collected, "sample")
    with stops(codes.source.BODY_DAMAGED, f"127.0.0.1:{server.server_port}"):
        take(store, server, whole[:cut], encoding, frame)
    assert store.state(Collected, "sample") == before


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_wrong_checksum_and_what_follows_the_end_are_damage(
    store: Store, server: Server, encoding: str
) -> None:
    whole = gzip.compress(GOOD) if encoding == "gzip" else zlib.compress(GOOD)
    for damaged in (whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:], whole + b"<p>Internal error"):
        with stops(codes.source.BODY_DAMAGED, f"127.0.0.1:{server.server_port}"):
            take(store, server, damaged, encoding, "length")


def test_a_body_that_ends_before_its_frame_does_is_cut(store: Store, server: Server) -> None:
    """Both are what urllib3 finds; that it does is held here."""

    class Cut(Handler):
        def do_GET(self) -> None:
            self.close_connection = True
            frame = b"Content-Length: 100" if server.frame == "length" else b"Transfer-Encoding: chunked"
            body = b"id,name\n" if server.frame == "length" else b"8\r\nid,name\n\r\n"
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + frame + b"\r\n\r\n" + body)

    server.RequestHandlerClass = Cut
    try:
        for frame in ("length", "chunked"):
            with stops(codes.source.BODY_DAMAGED, f"127.0.0.1:{server.server_port}"):
                take(store, server, b"", "", frame)
    finally:
        server.RequestHandlerClass = Handler


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br"])
def test_an_encoding_that_nobody_asked_for_is_named(store: Store, server: Server, encoding: str) -> None:
    with stops(codes.source.COMPRESSION_NOT_SUPPORTED, f"'{encoding.rpartition(' ')[2]}'"):
        take(store, server, b"\x1b\x00\x00\x04", encoding, "length")


def test_a_name_that_is_no_encoding_leaves_the_bytes_alone(store: Store, server: Server) -> None:
    assert take(store, server, GOOD, "utf-8", "length") == GOOD


@settings(max_examples=60)
@given(data=st.binary(max_size=4_000), size=st.integers(1, 60), packer=st.sampled_from(sorted(PACKERS)))
def test_what_is_unpacked_piece_by_piece_is_what_was_packed(data: bytes, size: int, packer: str) -> None:
    encoding, pack = PACKERS[packer]
    whole = pack(data * 20)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert b"".join(decode(pieces, encoding)) == data * 20


@settings(max_examples=60)
@given(data=st.binary(min_size=1, max_size=400), cut=st.floats(0, 1, exclude_max=True), at=st.integers(1, 60))
def test_a_stream_that_is_cut_anywhere_is_refused(data: bytes, cut: float, at: int) -> None:
    for encoding, pack in (PACKERS["gzip"], PACKERS["zlib"]):
        whole = pack(data)
        part = whole[: max(1, int(cut * len(whole)))]
        with pytest.raises(BodyDamaged):
            list(decode([part[:at], part[at:]], encoding))


def test_a_few_bytes_that_stand_for_many_are_unpacked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "PIECE", 1_000)
    for encoding, pack in PACKERS.values():
        pieces = list(decode([pack(bytes(100_000))], encoding))
        assert b"".join(pieces) == bytes(100_000) and max(map(len, pieces)) <= 1_000


def test_an_unknown_encoding_is_said_before_a_byte_is_taken() -> None:
    with pytest.raises(EncodingUnknown, match="br"):
        decode(iter([b"x"]), "br")
