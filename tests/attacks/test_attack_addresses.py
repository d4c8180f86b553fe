"""Every form of address, by every way on which one reaches the collector: none leads it to where it may not go."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from urllib3.util import parse_url

from attacks.outside import CSV, Internet, Server, servers
from made import field, make_contract, project, scratch_left
from made.expected import refuses, stops
from praya.contract import Contract
from praya.errors import AddressRefused, Code, SourceError, SourceUnavailable, codes
from praya.ledger import Ledger
from praya.outbound import Allowed, is_public, masked, parse_address, parse_host, redirected
from praya.outbound.networks import NOT_PUBLIC_V4, NOT_PUBLIC_V6
from praya.pipeline.collect import collect_source
from praya.pipeline.collect.listed_months import changed
from praya.store import Store, layout
from praya.store.states import Collected, MartState

pytestmark = pytest.mark.slow

SECRET = "s3cret-t0ken"


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    with servers() as begin:
        yield begin


@pytest.fixture
def home(start: Callable[..., Server]) -> Server:
    """The source itself."""
    return start()


@pytest.fixture
def victim(start: Callable[..., Server]) -> Server:
    """A service of the inside: on the same machine, at another port."""
    return start()


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    return Internet(monkeypatch)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)


def contract(**source: Any) -> Contract:
    return make_contract(source={"url": None, **source})


def paged(**source: Any) -> Contract:
    return make_contract(
        field("id", "integer"),
        field("name"),
        partition="month",
        source={"url": None, "connection": "home", "path": "/calls", "pages": "cursor", **source},
    ).at("2026-01")


def nothing_taken(store: Store, subject: str = "sample") -> None:
    assert store.state(Collected, subject) is None
    assert not [*store.path("raw").iterdir(), *store.path("receipts").iterdir(), *Ledger(store)]
    assert not scratch_left(store)


# --- the forms -------------------------------------------------------------------------------------------


def forms(port: int) -> dict[str, str]:
    """Addresses that lead, to one parser or another, to the service at `port` of this machine, or to another inside."""
    at = f":{port}/private"
    return {
        "plain": f"http://127.0.0.1{at}",
        "neighbour": f"http://127.0.0.2{at}",
        "name": f"http://localhost{at}",
        "name with dot": f"http://localhost.{at}",
        "subdomain of localhost": f"http://a.localhost{at}",
        "decimal": f"http://2130706433{at}",
        "octal": f"http://0177.0.0.1{at}",
        "octal in one": f"http://017700000001{at}",
        "hex": f"http://0x7f000001{at}",
        "hex parts": f"http://0x7f.0x0.0x0.0x1{at}",
        "short": f"http://127.1{at}",
        "short of three": f"http://127.0.1{at}",
        "padded": f"http://127.000.000.001{at}",
        "dot at the end": f"http://127.0.0.1.{at}",
        "unspecified": f"http://0.0.0.0{at}",
        "zero": f"http://0{at}",
        "ipv6": f"http://[::1]{at}",
        "ipv6 in full": f"http://[0000:0000:0000:0000:0000:0000:0000:0001]{at}",
        "ipv6 unspecified": f"http://[::]{at}",
        "ipv4-mapped": f"http://[::ffff:127.0.0.1]{at}",
        "ipv4-mapped hex": f"http://[::ffff:7f00:1]{at}",
        "ipv4-compatible": f"http://[::127.0.0.1]{at}",
        "nat64": f"http://[64:ff9b::7f00:1]{at}",
        "local nat64": f"http://[64:ff9b:1::7f00:1]{at}",
        "6to4": f"http://[2002:7f00:1::]{at}",
        "teredo": f"http://[2001:0:7f00:1::80ff:fffe]{at}",
        "zone": f"http://[fe80::1%25lo]{at}",
        "zone, plain": f"http://[fe80::1%lo]{at}",
        "unique local": f"http://[fd00:ec2::254]{at}",
        "user": f"http://data.gov.hk@127.0.0.1{at}",
        "user and password": f"http://data.gov.hk:80@127.0.0.1{at}",
        "two users": f"http://data.gov.hk@a@127.0.0.1{at}",
        "backslash": f"http://127.0.0.1:{port}\\@data.gov.hk/",
        "backslashes": f"http:\\\\127.0.0.1{at}",
        "percent": f"http://%31%32%37.0.0.1{at}",
        "percent dot": f"http://127%2e0%2e0%2e1{at}",
        "full width": f"http://１２７.０.０.１{at}",
        "ideographic dots": f"http://127。0。0。1{at}",
        "circled": f"http://①②⑦.⓪.⓪.①{at}",
        "soft hyphen": f"http://local\u00adhost{at}",
        "tab inside": f"http://127.0.0\t.1{at}",
        "line break": f"http://127.0.0.1\n{at}",
        "two ports": f"http://127.0.0.1:{port}:80/private",
        "capitals": f"HTTP://LOCALHOST{at}",
        "private 10": "http://10.0.0.1/",
        "private 172": "http://172.16.0.1/",
        "private 192": "http://192.168.0.1/",
        "carrier": "http://100.64.0.1/",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "metadata, decimal": "http://2852039166/latest/meta-data/",
        "cloud host": "http://168.63.129.16/",
        "benchmark": "http://198.18.0.1/",
        "multicast": "http://224.0.0.1/",
        "broadcast": "http://255.255.255.255/",
        "reserved": "http://240.0.0.1/",
        "file": "file:///etc/passwd",
        "file, capitals": "FILE:///etc/passwd",
        "file of a host": "file://localhost/etc/passwd",
        "file without slashes": "file:/etc/passwd",
        "environment": "file:///proc/self/environ",
        "mart": "mart:secret",
        "register": "register:metrics",
        "ftp": f"ftp://127.0.0.1{at}",
        "gopher": f"gopher://127.0.0.1{at}",
        "data": "data:text/csv,id%2Cname%0A9%2Cx",
        "scheme only": "http:",
        "no host": "http:///private",
    }


ANY_PORT = 1
NAMES = sorted(forms(ANY_PORT))


# --- the ways --------------------------------------------------------------------------------------------


def by_url(address: str, home: Server, store: Store) -> None:
    collect_source(contract(url=address), store, {"home": home.url})


def by_part(address: str, home: Server, store: Store) -> None:
    collect_source(contract(parts={"en": address}), store, {"home": home.url})


def by_part_beside_a_path(address: str, home: Server, store: Store) -> None:
    parts = {"en": "/en.csv", "tc": address}
    collect_source(contract(connection="home", parts=parts), store, {"home": home.url})


def by_unchecked_contract(address: str, home: Server, store: Store) -> None:
    """As if the contract had never been checked: what collects relies on nobody."""
    one = contract(url="https://data.gov.hk/a.csv")
    collect_source(
        one.model_copy(update={"source": one.source.model_copy(update={"url": address})}),
        store,
        {"home": home.url},
    )


def by_redirect(address: str, home: Server, store: Store, status: int = 302) -> None:
    home.redirect("/sample.csv", address, status)
    collect_source(contract(connection="home", path="/sample.csv"), store, {"home": home.url})


def by_chain(address: str, home: Server, store: Store) -> None:
    home.redirect("/sample.csv", "/second")
    home.redirect("/second", "third", 307)
    home.redirect("/third", address, 308)
    collect_source(contract(connection="home", path="/sample.csv"), store, {"home": home.url})


def by_link(address: str, home: Server, store: Store) -> None:
    home.answers["/calls"] = (200, {"link": f'<{address}>; rel="next"'}, CSV)
    collect_source(paged(), store, {"home": home.url})


def by_second_link(address: str, home: Server, store: Store) -> None:
    home.answers["/calls"] = (200, {"link": '</more>; rel="next"'}, CSV)
    home.answers["/more"] = (200, {"link": f'<{address}>; rel="next"'}, b"id,name\n2,b\n")
    collect_source(paged(), store, {"home": home.url})


def by_link_and_redirect(address: str, home: Server, store: Store) -> None:
    home.answers["/calls"] = (200, {"link": '</more>; rel="next"'}, CSV)
    home.redirect("/more", address)
    collect_source(paged(), store, {"home": home.url})


def by_months(address: str, home: Server, store: Store) -> None:
    home.redirect("/months", address)
    changed([paged(months="/months")], store, {"home": home.url}, ["2026-01"])


def by_marker(address: str, home: Server, store: Store) -> None:
    home.redirect("/months", address)
    collect_source(paged(months="/months"), store, {"home": home.url})


WAYS = [
    by_url,
    by_part,
    by_part_beside_a_path,
    by_unchecked_contract,
    by_redirect,
    by_chain,
    by_link,
    by_second_link,
    by_link_and_redirect,
    by_months,
    by_marker,
]


# What a header cannot carry ends it: the address is another then, and is held to the same, or there is none.
NO_HEADER = {"line break"}


@pytest.mark.parametrize("name", NAMES)
def test_no_form_of_address_leads_inside_on_any_way(
    store: Store, home: Server, victim: Server, internet: Internet, name: str
) -> None:
    store.put_bytes("marts/secret/1/mart.parquet", b"PAR1")
    mart = MartState(
        key="1",
        table="marts/secret/1/mart.parquet",
        sha256="0",
        rows=1,
        inputs={},
        received_at="2026-01-05T02:00:00Z",
        synthetic=False,
    )
    store.put_record(layout.mart_state("secret"), mart)
    internet.names["a.localhost"] = [["127.0.0.1"]]
    address = forms(victim.port)[name]
    for way in WAYS:
        if name in NO_HEADER and "link" in way.__name__:
            continue
        home.answers.clear()
        with pytest.raises((SourceError, ValidationError)) as caught:
            way(address, home, store)
        assert not isinstance(caught.value, SourceUnavailable), f"{way.__name__}: it would be tried again"
        assert victim.asked == [], way.__name__
        assert {port for _, port in internet.connected} <= {home.port}, way.__name__
        assert "root:" not in str(caught.value)
    nothing_taken(store)
    nothing_taken(store, "sample/2026-01")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_status_that_redirects_is_held_to_the_same(
    store: Store, home: Server, victim: Server, status: int
) -> None:
    with stops(codes.address.HOST_NOT_ALLOWED, f"{victim.url}/private"):
        by_redirect(f"{victim.url}/private", home, store, status)
    assert victim.asked == []


def test_what_an_old_state_says_is_the_next_page_is_held_to_the_same(
    store: Store, home: Server, victim: Server
) -> None:
    """The state of a store may be older than these rules, or written by somebody else."""
    home.answers["/calls"] = (200, {"etag": '"1"', "link": '</more>; rel="next"'}, CSV)
    home.answers["/more"] = (200, {"etag": '"2"'}, b"id,name\n2,b\n")
    state = collect_source(paged(), store, {"home": home.url}).state
    for evil, code in (
        (f"{victim.url}/private", codes.address.HOST_NOT_ALLOWED),
        ("file:///etc/passwd", codes.address.SCHEME_NOT_ALLOWED),
        ("mart:secret", codes.address.SCHEME_NOT_ALLOWED),
    ):
        first = msgspec.structs.replace(state.parts["0001"], next=evil)
        parts = state.parts | {"0001": first}
        store.set_state("sample/2026-01", msgspec.structs.replace(state, parts=parts))
        home.answers["/calls"] = (304, {"etag": '"1"'}, b"")
        with stops(code, "page 0001", evil):
            collect_source(paged(), store, {"home": home.url})
    assert victim.asked == []


def test_the_connection_allows_its_own_port_of_its_own_address_and_no_more(
    store: Store, home: Server, victim: Server
) -> None:
    assert collect_source(contract(connection="home", path="/sample.csv"), store, {"home": home.url}).changed
    with stops(codes.address.PRIVATE_NETWORK, "127.0.0.1"):
        collect_source(contract(url=f"{home.url}/sample.csv"), store, {"home": home.url})
    # The author of a contract may name other hosts; only the operator may let one be inside.
    for host in (f"127.0.0.1:{victim.port}", f"localhost:{victim.port}"):
        home.redirect("/moved", f"http://{host}/private")
        with stops(codes.address.PRIVATE_NETWORK, f"http://{host}/private", "127.0.0.1"):
            collect_source(
                contract(connection="home", path="/moved", hosts=[host]), store, {"home": home.url}
            )
    assert victim.asked == []


# --- names -----------------------------------------------------------------------------------------------

INSIDE = [
    *(str(network[-1] if network.num_addresses > 1 else network[0]) for network in NOT_PUBLIC_V4),
    *(str(network[1]) for network in NOT_PUBLIC_V6),
    "::1", "::", "::ffff:93.184.216.34", "64:ff9b::5db8:d822", "fe80::1", "fec0::1", "fd00::1", "ff02::1", "100::1",
    "4000::1", "fe80::1%lo",
]  # fmt: skip


@pytest.mark.parametrize("ip", INSIDE)
@pytest.mark.parametrize("others", [[], ["93.184.216.34"], ["2606:2800:220:1::1"]])
def test_a_name_that_leads_inside_is_not_connected_to(
    store: Store, internet: Internet, ip: str, others: list[str]
) -> None:
    internet.names["data.example"] = [[*others, ip]]
    with stops(codes.address.PRIVATE_NETWORK, "data.example"):
        collect_source(contract(url="http://data.example/a.csv"), store, {})
    assert internet.connected == [] and internet.looked_up == ["data.example"]
    nothing_taken(store)


def test_a_name_that_leads_elsewhere_a_moment_later_is_connected_to_where_it_was_checked(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    source, victim = start(), start()
    internet.host("data.example", source, "93.184.216.34")
    internet.behind["127.0.0.1", 80] = victim
    internet.names["data.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    assert collect_source(contract(url="http://data.example/a.csv"), store, {}).changed
    assert internet.looked_up == ["data.example"]
    assert [ip for ip, _ in internet.connected][:1] == ["93.184.216.34"] and victim.asked == []
    assert source.asked[0][1]["host"] == "data.example"
    # It is looked up anew for a new connection, and held to the same.
    with stops(codes.address.PRIVATE_NETWORK, "127.0.0.1"):
        collect_source(contract(url="http://data.example/a.csv"), store, {})
    assert victim.asked == []


def test_a_name_of_the_inside_needs_the_word_of_the_operator(
    store: Store, home: Server, victim: Server, internet: Internet
) -> None:
    internet.names |= {"files.office.example": [["127.0.0.1"]], "other.office.example": [["127.0.0.1"]]}
    base = f"http://files.office.example:{home.port}"
    one = contract(connection="home", path="/sample.csv")
    with stops(codes.address.PRIVATE_NETWORK, "`allow_private`"):
        collect_source(one, store, {"home": base})
    with stops(codes.address.PRIVATE_NETWORK, "`allow_private`"):
        collect_source(one, store, {"home": f"{base}/?allow_private=10.0.0.0%2F8"})
    assert home.asked == []
    allowing = {"home": f"{base}/?allow_private=10.0.0.0%2F8,127.0.0.0%2F8"}
    assert collect_source(one, store, allowing).changed
    assert (
        home.asked[0][0] == "/sample.csv" and home.asked[0][1]["host"] == f"files.office.example:{home.port}"
    )
    other = f"other.office.example:{victim.port}"
    home.redirect("/sample.csv", f"http://{other}/private")
    with stops(codes.address.HOST_NOT_ALLOWED, other):
        collect_source(one, store, allowing)
    # What the connection allows is for its own host: a contract cannot spread it to others.
    with stops(codes.address.PRIVATE_NETWORK, "127.0.0.1"):
        collect_source(contract(connection="home", path="/sample.csv", hosts=[other]), store, allowing)
    assert victim.asked == []


def test_a_contract_names_its_other_hosts_and_every_hop_is_on_record(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    portal, files = start(), start()
    internet.host("portal.example", portal, "93.184.216.34")
    internet.host("files.example", files, "93.184.216.35")
    portal.redirect("/a.csv", "/b.csv?key=AKIA1234", 301)
    portal.redirect("/b.csv", "http://files.example/c.csv?X-Amz-Signature=abcdef&v=2")
    url = "http://portal.example/a.csv"
    with stops(codes.address.HOST_NOT_ALLOWED, "files.example/c.csv?X-Amz-Signature=(masked)&v=2"):
        collect_source(contract(url=url), store, {})
    assert files.asked == []
    state = collect_source(contract(url=url, hosts=["files.example"]), store, {}).state
    hops = [
        {"url": url, "status": 301, "ip": "93.184.216.34"},
        {"url": "http://portal.example/b.csv?key=(masked)", "status": 302, "ip": "93.184.216.34"},
        {
            "url": "http://files.example/c.csv?X-Amz-Signature=(masked)&v=2",
            "status": 200,
            "ip": "93.184.216.35",
        },
    ]
    (path,) = store.path("receipts/sample").iterdir()
    assert json.loads(path.read_text())["hops"] == hops
    (line,) = Ledger(store)
    assert line.body["hops"] == [{"url": one["url"], "status": one["status"]} for one in hops]
    assert state.parts["data"].url == url
    kept = b"".join(path.read_bytes() for path in store.root.rglob("*") if path.is_file())
    assert b"AKIA1234" not in kept and b"abcdef" not in kept


def test_a_host_of_the_contract_is_one_at_one_port(
    start: Callable[..., Server], internet: Internet, store: Store
) -> None:
    portal, files = start(), start()
    internet.host("portal.example", portal, "93.184.216.34")
    internet.host("files.example", files, "93.184.216.35", 8443)
    portal.redirect("/a.csv", "http://files.example:8443/c.csv")
    url = "http://portal.example/a.csv"
    for hosts in ([], ["files.example"], ["files.example:8444"], ["example"], ["www.files.example:8443"]):
        with stops(codes.address.HOST_NOT_ALLOWED, "files.example:8443"):
            collect_source(contract(url=url, hosts=hosts), store, {})
    assert collect_source(contract(url=url, hosts=["files.example:8443"]), store, {}).changed


@pytest.mark.parametrize(
    "host",
    ["", "*", "*.gov.hk", "http://a.example", "a.example/x", "a@b.example", "a.example:", "a.example:0", "a.example:x",
     "ａ.example", "127.1", "a..b", "a.example.", " a.example", "[::1%lo]", "a.example:99999", "a\\b", "a\n"],
)  # fmt: skip
def test_what_is_no_host_does_not_load(host: str) -> None:
    if host == "a.example:":
        assert parse_host(host) == parse_host("a.example")
        return
    with refuses("source.hosts.0"):
        contract(url="https://data.gov.hk/a.csv", hosts=[host])


# --- credentials -----------------------------------------------------------------------------------------


def with_login(server: Server, user: str = "") -> dict[str, str]:
    return {"home": server.url.replace("://", f"://{user}:{SECRET}@")}


def test_a_login_goes_to_its_own_scheme_host_and_port_alone(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    source, files = start(), start()
    internet.host("source.example", source, "93.184.216.34", 8080)
    internet.host("files.example", files, "93.184.216.35")
    base = {"home": f"http://:{SECRET}@source.example:8080"}
    source.redirect("/a.csv", "/b.csv")
    source.redirect("/b.csv", "http://files.example/c.csv")
    files.redirect("/c.csv", "http://source.example:8080/d.csv")
    collect_source(contract(connection="home", path="/a.csv", hosts=["files.example"]), store, base)
    sent = [(path, headers.get("authorization")) for path, headers in source.asked]
    assert sent == [(path, f"Bearer {SECRET}") for path in ("/a.csv", "/b.csv", "/d.csv")]
    (asked,) = files.asked
    assert not {"authorization", "cookie", "referer", "proxy-authorization"} & {*asked[1]}
    assert SECRET not in str(asked)


def test_a_page_on_another_host_does_not_get_the_login(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    source, files = start(), start()
    internet.host("source.example", source, "93.184.216.34")
    internet.host("files.example", files, "93.184.216.35")
    source.answers["/calls"] = (200, {"link": '<http://files.example/2>; rel="next"'}, CSV)
    files.answers["/2"] = (200, {}, b"id,name\n2,b\n")
    base = {"home": f"http://mary:{SECRET}@source.example"}
    collect_source(paged(hosts=["files.example"]), store, base)
    assert source.asked[0][1]["authorization"].startswith("Basic ")
    assert "authorization" not in files.asked[0][1]


def test_cookies_go_nowhere(store: Store, start: Callable[..., Server], internet: Internet) -> None:
    source = start()
    internet.host("source.gov.example", source, "93.184.216.34")
    source.answers["/a.csv"] = (
        302,
        {"location": "/b.csv", "set-cookie": f"id={SECRET}; Domain=.gov.example"},
        b"",
    )
    collect_source(contract(url="http://source.gov.example/a.csv"), store, {})
    assert [("cookie" in headers) for _, headers in source.asked] == [False, False]


def test_a_key_in_the_address_does_not_go_to_another_host(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    source, files = start(), start()
    internet.host("source.example", source, "93.184.216.34")
    internet.host("files.example", files, "93.184.216.35")
    for to in (f"http://files.example/c.csv?api_key={SECRET}", f"http://files.example/{SECRET}/c.csv"):
        source.redirect("/a.csv", to)
        with stops(codes.address.REDIRECT_NOT_ALLOWED, "files.example") as caught:
            collect_source(
                contract(url=f"http://source.example/a.csv?api-key={SECRET}", hosts=["files.example"]),
                store,
                {},
            )
        assert files.asked == []
        assert "api-key=(masked)" in str(caught.value)


def test_a_key_in_the_address_is_kept_nowhere_and_another_key_is_another_address(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    source = start()
    internet.host("source.example", source, "93.184.216.34")
    source.answers["/a.csv"] = (200, {"etag": '"1"'}, CSV)
    url = "http://source.example/a.csv?token={}&page=1"
    first = collect_source(contract(url=url.format(SECRET)), store, {}).state
    assert first.parts["data"].url == url.format("(masked)")
    collect_source(contract(url=url.format(SECRET)), store, {})
    assert source.asked[-1][1]["if-none-match"] == '"1"'
    collect_source(contract(url=url.format("another")), store, {})
    assert "if-none-match" not in source.asked[-1][1]
    kept = b"".join(path.read_bytes() for path in store.root.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept and b"another" not in kept


def test_a_state_of_before_is_known_by_its_own_spelling(
    store: Store, start: Callable[..., Server], internet: Internet
) -> None:
    source = start()
    internet.host("source.example", source, "93.184.216.34")
    one = contract(url="http://Source.example:80/票價.csv")
    source.answers["/%E7%A5%A8%E5%83%B9.csv"] = (200, {"etag": '"1"'}, CSV)
    state = collect_source(one, store, {}).state
    part = msgspec.structs.replace(state.parts["data"], url=str(one.source.url))
    store.set_state("sample", msgspec.structs.replace(state, parts={"data": part}))
    source.answers["/%E7%A5%A8%E5%83%B9.csv"] = (304, {"etag": '"1"'}, b"")
    again = collect_source(one, store, {})
    assert source.asked[-1][1]["if-none-match"] == '"1"'
    assert (again.changed, again.state.received_at) == (False, state.received_at)


@pytest.mark.parametrize(
    "to", ["http://source.example/b.csv", "http://source.example:443/b.csv", "//source.example:80/"]
)
def test_https_does_not_fall_to_http(
    store: Store, start: Callable[..., Server], internet: Internet, authority: Authority, to: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    secure, plain = start(context=authority.context("source.example")), start()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    internet.host("source.example", secure, "93.184.216.34", 443)
    internet.behind["93.184.216.34", 80] = plain
    secure.redirect("/a.csv", to)
    with pytest.raises(SourceError) as caught:
        collect_source(
            contract(connection="home", path="/a.csv", hosts=["source.example"] * to.startswith("http")),
            store,
            {"home": f"https://:{SECRET}@source.example"},
        )
    assert caught.value.code in (codes.address.REDIRECT_NOT_ALLOWED, codes.address.HOST_NOT_ALLOWED)
    assert plain.asked == [] and len(secure.asked) == 1


# --- certificates ----------------------------------------------------------------------------------------


class Authority:
    """A certificate authority of its own, for servers on loopback."""

    def __init__(self, folder: Path) -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID

        self._folder, self._x509, self._hashes, self._serialization, self._ec = (
            folder,
            x509,
            hashes,
            serialization,
            ec,
        )
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self._key = ec.generate_private_key(ec.SECP256R1())
        made = self._certificate(self._name, self._key.public_key(), x509.BasicConstraints(True, None), [])
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        self.asked_for: list[str | None] = []

    def _certificate(self, name: Any, public: Any, constraints: Any, hosts: list[str]) -> Any:
        now = dt.datetime.now(dt.UTC)
        builder = (
            self._x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(self._x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(constraints, critical=True)
        )
        if hosts:
            names = [self._x509.DNSName(host) for host in hosts]
            builder = builder.add_extension(self._x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, self._hashes.SHA256())

    def context(self, host: str) -> ssl.SSLContext:
        """What a server needs that is certified as `host`; the names that clients ask for are kept in `asked_for`."""
        key = self._ec.generate_private_key(self._ec.SECP256R1())
        made = self._certificate(
            self._x509.Name([]), key.public_key(), self._x509.BasicConstraints(False, None), [host]
        )
        file = self._folder / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                self._serialization.Encoding.PEM,
                self._serialization.PrivateFormat.PKCS8,
                self._serialization.NoEncryption(),
            )
            + made.public_bytes(self._serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.sni_callback = lambda _, name, __: self.asked_for.append(name)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    folder = tmp_path / "authority"
    folder.mkdir()
    return Authority(folder)


def test_the_certificate_is_held_against_the_name_and_not_against_the_address(
    store: Store,
    start: Callable[..., Server],
    internet: Internet,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right, wrong = (
        start(context=authority.context("data.example")),
        start(context=authority.context("evil.example")),
    )
    internet.host("data.example", right, "93.184.216.34", 443)
    one = contract(url="https://data.example/a.csv")
    with stops(codes.source.NOT_REACHABLE, "certificate verify failed"):
        collect_source(one, store, {})
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    assert project().ca_bundle == str(authority.bundle)
    assert collect_source(one, store, {}).changed and authority.asked_for[-1] == "data.example"
    assert right.asked[0][1]["host"] == "data.example"
    internet.host("data.example", wrong, "93.184.216.34", 443)
    with stops(codes.source.NOT_REACHABLE, "certificate verify failed"):
        collect_source(one, store, {})
    assert wrong.asked == []


# --- what the machine's surroundings say -----------------------------------------------------------------


def test_neither_proxies_nor_netrc_of_the_environment_play_a_part(
    store: Store, home: Server, victim: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login mary password {SECRET}\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, victim.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    collect_source(contract(connection="home", path="/a.csv"), store, {"home": home.url})
    assert victim.asked == [] and "authorization" not in home.asked[0][1]


# --- limits ----------------------------------------------------------------------------------------------


def test_redirects_in_a_circle_end(store: Store, home: Server) -> None:
    home.redirect("/a.csv", "/b.csv")
    home.redirect("/b.csv", "/a.csv")
    with stops(codes.address.REDIRECT_NOT_ALLOWED, "10 times"):
        collect_source(contract(connection="home", path="/a.csv"), store, {"home": home.url})
    assert len(home.asked) == 11


def test_the_body_of_a_redirect_is_not_read(store: Store, start: Callable[..., Server]) -> None:
    source = start()
    source.answers["/a.csv"] = (302, {"location": "/b.csv", "transfer-encoding": "x"}, b"x" * 10_000_000)
    assert collect_source(
        contract(connection="home", path="/a.csv", max_bytes=100), store, {"home": source.url}
    ).changed


def test_pages_without_an_end_are_given_up(
    store: Store, home: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        link = f'</calls/{number + 1}>; rel="next"'
        home.answers[f"/calls/{number}" if number else "/calls"] = (
            200,
            {"link": link},
            b"id,name\n%d,a\n" % number,
        )
    with stops(codes.source.TOO_LARGE, "100 bytes"):
        collect_source(paged(max_bytes=100), store, {"home": home.url})
    monkeypatch.setattr("praya.pipeline.collect.taking.MOST_PAGES", 50)
    with stops(codes.source.TOO_MANY_PAGES, "50 pages"):
        collect_source(paged(), store, {"home": home.url})
    nothing_taken(store, "sample/2026-01")


@pytest.mark.parametrize(
    ("body", "code", "value"),
    [
        (b"[" * 100_000, codes.source.MONTH_LIST_NOT_VALID, "/months"),
        (b'{"months": [' + b" " * 5_000_000 + b"]}", codes.source.TOO_LARGE, "4,194,304 bytes"),
    ],
)
def test_a_list_of_months_cannot_harm(
    store: Store, home: Server, body: bytes, code: Code, value: str
) -> None:
    home.answers["/months"] = (200, {}, body)
    one = paged(months="/months")
    with stops(code, value):
        changed([one], store, {"home": home.url}, ["2026-01"])


def test_a_month_that_is_none_in_a_list_of_months_is_not_asked_for(store: Store, home: Server) -> None:
    home.answers["/months"] = (200, {}, b'{"months": [{"month": "../../x", "etag": "1"}]}')
    assert changed([paged(months="/months")], store, {"home": home.url}, ["2026-01"]) == {}


# --- the operator's connection ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "base",
    ["", "127.0.0.1", "ftp://a.example", "file:///srv", "http://", "http://127.1:80", "http://a b", "http://a.example.",
     "http://x?allow_private=ten", "http://x?allow_private=10.0.0.1/8", f"http://:{SECRET}%0d%0aX:1@a.example",
     f"http://:{SECRET}\u00e9@a.example"],
)  # fmt: skip
def test_a_connection_that_cannot_be_read_is_said_without_its_login(store: Store, base: str) -> None:
    with pytest.raises(SourceError) as caught:
        collect_source(contract(connection="home", path="/a.csv"), store, {"home": base})
    assert caught.value.code.area in ("ADDRESS", "SOURCE") and "'home'" in str(caught.value)
    assert not isinstance(caught.value, SourceUnavailable) and SECRET not in str(caught.value)


# --- links, asked of a served copy -----------------------------------------------------------------------


def test_a_served_copy_that_redirects_inside_is_not_followed(
    start: Callable[..., Server], store: Store
) -> None:
    from praya.assurance.links.served_copy import ask
    from praya.assurance.links.target import Lead, Targets
    from praya.assurance.verify.ledger_facts import Known

    copy, victim = start(), start()
    copy.redirect("/a/data.csv", f"{victim.url}/private")
    copy.redirect("/b/data.csv", "file:///etc/passwd")
    store.put_bytes("released/catalogue.json", CSV)
    targets = Targets(store, Known.whole(store))
    leads = dict.fromkeys(("a/data.csv", "b/data.csv"), Lead.TOMBSTONE)
    found = ask(copy.url, leads, targets)
    assert (
        len(found) == 2 and "redirects to another host" in found[0] and "neither http nor https" in found[1]
    )
    assert victim.asked == []
    with stops(codes.address.SCHEME_NOT_ALLOWED, "file:///etc"):
        ask("file:///etc", leads, targets)


# --- properties ------------------------------------------------------------------------------------------


def spellings(ip: ipaddress.IPv4Address) -> list[str]:
    a, b, c, d = ip.packed
    number = int(ip)
    return [
        str(ip),
        str(number),
        f"{number:#x}",
        f"0{number:o}",
        f"{a}.{(b << 16) + (c << 8) + d}",
        f"{a}.{b}.{(c << 8) + d}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{ip}.",
        f"[::ffff:{ip}]",
        f"[::{ip}]",
        f"[64:ff9b::{ip}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        "".join(chr(0xFF10 + int(each)) if each.isdigit() else each for each in str(ip)),
        str(ip).replace(".", "。"),
        f"user@{ip}",
    ]


@settings(deadline=None)
@given(st.sampled_from(NOT_PUBLIC_V4).flatmap(lambda n: st.integers(int(n[0]), int(n[-1]))))
def test_no_spelling_of_an_inner_address_passes(number: int) -> None:
    for text in spellings(ipaddress.IPv4Address(number)):
        with pytest.raises(AddressRefused):
            address = parse_address(f"http://{text}/")
            Allowed.of(address).check(address)


@settings(deadline=None)
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_counts_as_public_is_nothing_special(ip: Any) -> None:
    if is_public(ip):
        special = (
            ip.is_private,
            ip.is_loopback,
            ip.is_link_local,
            ip.is_multicast,
            ip.is_reserved,
            ip.is_unspecified,
        )
        assert not any(special)
        assert ip.version == 4 or not (ip.ipv4_mapped or ip.sixtofour or ip.teredo)


PIECES = st.sampled_from(
    [*"/\\@:?#[]%.,;&=~ \t\r\n\0-_|^{}<>\"'`", "//", "http:", "https:", "HTTP://", "file:", "mart:", "data.example",
     "evil.example", "127.0.0.1", "localhost", "[::1]", "%2e", "%2f", "%40", "%5c", "%00", "..", "0x7f", "é", "。", "①",
     "\u202e", "\u2028", "xn--", "80", "443", "8080", "user", ":pw@"]
)  # fmt: skip
ODD = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join)


@settings(deadline=None)
@given(ODD)
def test_every_parser_reads_what_is_asked_as_what_was_checked(text: str) -> None:
    """Whatever a header says: it is refused, or all parsers see one host, one port and no login in what is asked."""
    current = parse_address("https://data.example/folder/file?x=1")
    try:
        address = redirected(current, text)
    except AddressRefused:
        return
    url = str(address)
    assert url.isascii() and url.isprintable() and "\\" not in url and " " not in url
    plain, other = urlsplit(url), parse_url(url)
    assert plain.username is None and plain.password is None and other.auth is None
    assert (plain.hostname, plain.port or {"http": 80, "https": 443}[plain.scheme]) == (
        address.host,
        address.port,
    )
    assert other.host is not None and other.host.strip("[]") == address.host
    assert plain.scheme == other.scheme == address.scheme
    assert http.client.HTTPConnection(other.netloc or "").host == address.host
    assert parse_address(url) == address


@settings(deadline=None)
@given(ODD)
def test_what_is_shown_of_an_address_has_no_login(text: str) -> None:
    shown = masked(f"https://mary:{SECRET}@data.example/{text}?token={SECRET}")
    assert f":{SECRET}@" not in shown
    assert f"token={SECRET}" not in shown.partition("#")[0] or "?" in text or "#" in text
