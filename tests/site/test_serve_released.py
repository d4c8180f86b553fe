"""The released area over real HTTP: files as any server hands them out, and the addresses that are computed."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from made import make_contract, open_store, publish
from praya.pipeline.release import data_files as release_files
from praya.pipeline.release.output_format import output_formats
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_catalogue
from praya.site.serve import make_released_app
from praya.site.serve.respond import media_type
from praya.store import Store
from waiting import wait_until

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n2,b\n"
MORE = DATA + b"3,c\n"
FORMATS = {"formats": ["csv", "json", "jsonl", "xml", "xlsx", "parquet"]}
Get = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a dataset that had another id once, under which one was released."""
    store = open_store(tmp_path_factory.mktemp("serve") / "store")
    publish(store, make_contract(dataset="old-sample"), DATA)
    contract = make_contract(aliases=["old-sample"], release=FORMATS)
    publish(store, contract, DATA, "2026-01-06T02:00:00Z")
    publish(store, contract, MORE, "2026-01-07T02:00:00Z")
    write_catalogue(store)
    return store.root


@pytest.fixture
def released(made: Path, tmp_path: Path) -> Store:
    """A copy of it, which a test may change."""
    shutil.copytree(made, tmp_path / "made")
    return open_store(tmp_path / "made")


@pytest.fixture
def base(released: Store, serve: Callable[[Any], str]) -> str:
    return serve(make_released_app(released.path("released")))


@pytest.fixture
def get(base: str) -> Get:
    def ask(path: str, method: str = "GET", follow: bool = False, **headers: str) -> requests.Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(method, f"{base}{path}", headers=names, allow_redirects=follow, timeout=20)

    return ask


FIRST, LAST = "20260106T020000Z", "20260107T020000Z"


def leads_to(answer: requests.Response) -> str:
    """Where a redirect goes, by a client's own reckoning."""
    return urlsplit(requests.compat.urljoin(answer.url, answer.headers["location"])).path


# --- files -----------------------------------------------------------------------------------------------


def test_every_file_is_served_whole_and_as_what_it_is(released: Store, get: Get) -> None:
    served = released.path("released")
    paths = [path for path in sorted(served.rglob("*")) if path.is_file()]
    for path in paths:
        name = path.relative_to(served).as_posix()
        answer = get(f"/{name}")
        if answer.status_code == 308:
            assert name.startswith("old-sample/") and name.count("/") == 1
            continue
        assert (answer.status_code, answer.content) == (200, path.read_bytes()), name
        assert answer.headers["content-type"] != "application/octet-stream", name
        assert answer.headers["etag"].strip('"') == hashlib.sha256(answer.content).hexdigest(), name
    assert len(paths) > 60


def test_types_are_those_that_manifests_and_standards_name(get: Get) -> None:
    for name, kind in {
        "sample.csv": "text/csv; charset=utf-8",
        "sample.jsonl": "application/x-ndjson",
        "sample.parquet": "application/vnd.apache.parquet",
        "dcat.ttl": "text/turtle; charset=utf-8",
        "dcat.jsonld": "application/ld+json",
        "dictionary-tc.html": "text/html; charset=utf-8",
        "manifest.json": "application/json",
    }.items():
        assert get(f"/sample/{LAST}/{name}").headers["content-type"] == kind
    for name, kind in {
        "/feed-tc.atom": "application/atom+xml; charset=utf-8",
        "/catalogue.ttl": "text/turtle; charset=utf-8",
        "/keys/checkpoint": "text/plain; charset=utf-8",
        "/": "text/html; charset=utf-8",
    }.items():
        assert get(name).headers["content-type"] == kind
    for one in output_formats().values():
        assert media_type(f"unlisted.{one.suffix}") == one.media_type


def test_the_etag_of_a_versions_file_is_the_manifests_hash_and_saves_the_second_time(get: Get) -> None:
    manifest = get(f"/sample/{LAST}/manifest.json").json()
    sha256 = {file["name"]: file["sha256"] for file in manifest["files"]}["sample.csv"]
    first = get(f"/sample/{LAST}/sample.csv")
    assert first.headers["etag"] == f'"{sha256}"'
    assert "immutable" in first.headers["cache-control"]
    again = get(f"/sample/{LAST}/sample.csv", if_none_match=f'"other", W/"{sha256}"')
    assert (again.status_code, again.content) == (304, b"") and again.headers["etag"] == f'"{sha256}"'
    assert get(f"/sample/{LAST}/sample.csv", if_none_match='"other"').status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/catalogue.json", "/sample/latest.json", "/sample/versions.json", "/feed-en.atom"]
)
def test_what_changes_is_never_kept_without_asking(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.headers["cache-control"] == "no-cache"
    assert get(path, if_none_match=answer.headers["etag"]).status_code == 304


def test_parts_of_a_file_and_its_head(released: Store, get: Get) -> None:
    whole = released.path(f"released/sample/{LAST}/sample.parquet").read_bytes()
    part = get(f"/sample/{LAST}/sample.parquet", range="bytes=4-9")
    assert (part.status_code, part.content) == (206, whole[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(whole)}"
    etag = part.headers["etag"]
    tail = get(f"/sample/{LAST}/sample.parquet", range="bytes=-4", if_range=etag)
    assert (tail.status_code, tail.content) == (206, b"PAR1")
    changed = get(f"/sample/{LAST}/sample.parquet", range="bytes=-4", if_range='"another"')
    assert (changed.status_code, changed.content) == (200, whole)
    assert get(f"/sample/{LAST}/sample.parquet", range=f"bytes={len(whole)}-").status_code == 416
    head = get(f"/sample/{LAST}/sample.parquet", "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole))
    assert get("/sample/latest/sample.csv", "HEAD").status_code == 302


def test_a_gzipped_file_is_the_file_that_the_manifest_names(
    store: Store, serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_files, "GZIP_ABOVE", 10)
    folder = publish(store, make_contract(), DATA)
    base = serve(make_released_app(store.path("released")))
    answer = requests.get(f"{base}/sample/latest/sample.csv.gz", timeout=20)
    assert answer.headers["content-type"] == "application/gzip" and "content-encoding" not in answer.headers
    assert gzip.decompress(answer.content) == (folder / "sample.csv").read_bytes()


def test_duckdb_reads_parquet_by_ranges_from_the_stable_address(base: str) -> None:
    import pyarrow.parquet as pq
    from fsspec.implementations.http import HTTPFileSystem

    with HTTPFileSystem().open(f"{base}/sample/latest/sample.parquet", block_size=64) as file:
        assert pq.ParquetFile(file).metadata.num_rows == 3


# --- addresses that are computed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/sample/latest/sample.csv", f"/sample/{LAST}/sample.csv"),
        ("/sample/latest/dictionary-tc.html", f"/sample/{LAST}/dictionary-tc.html"),
        ("/sample/latest/", f"/sample/{LAST}/manifest.json"),
        ("/sample/latest", f"/sample/{LAST}/manifest.json"),
        ("/sample/1/sample.json", f"/sample/{LAST}/sample.json"),
        ("/sample/1.*/sample.json", f"/sample/{LAST}/sample.json"),
        ("/sample/1.0/sample.json", f"/sample/{LAST}/sample.json"),
        ("/sample/1.0.*/sample.json", f"/sample/{LAST}/sample.json"),
        ("/sample/1.0.0/sample.json", f"/sample/{FIRST}/sample.json"),
        ("/sample/20260106-1000/sample.csv", f"/sample/{FIRST}/sample.csv"),
        ("/sample/20260107-1000/manifest.json", f"/sample/{LAST}/manifest.json"),
    ],
)
def test_stable_addresses_lead_to_the_file_of_the_version_that_they_name_now(
    get: Get, path: str, leads: str
) -> None:
    answer = get(path)
    assert (answer.status_code, leads_to(answer)) == (302, leads)
    assert answer.headers["cache-control"] == "no-cache" and get(path, follow=True).status_code == 200


def test_they_move_with_the_pointer(released: Store, get: Get) -> None:
    rollback(released, "sample", None, "Being checked.", "mary")
    assert leads_to(get("/sample/latest/sample.csv")) == f"/sample/{FIRST}/sample.csv"
    assert leads_to(get("/sample/1.0/sample.csv")) == f"/sample/{FIRST}/sample.csv"
    assert leads_to(get("/sample/20260107-1000/sample.csv")) == f"/sample/{LAST}/sample.csv"


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/old-sample/latest/old-sample.csv", "/sample/latest/sample.csv"),
        ("/old-sample/latest.json", "/sample/latest.json"),
        ("/old-sample/versions.json", "/sample/versions.json"),
        ("/old-sample/feed-en.atom", "/sample/feed-en.atom"),
        ("/old-sample/2/old-sample-2023.json", "/sample/2/sample-2023.json"),
        (f"/old-sample/{LAST}/old-sample.csv", f"/sample/{LAST}/sample.csv"),
        ("/old-sample", "/old-sample/"),
    ],
)
def test_an_old_id_leads_to_the_new_one_for_good(get: Get, path: str, leads: str) -> None:
    answer = get(path)
    assert (answer.status_code, leads_to(answer)) == (308, leads)


def test_what_was_released_under_an_old_id_stays_and_its_page_leads_on(get: Get) -> None:
    assert get("/old-sample/20260105T020000Z/old-sample.csv").status_code == 200
    assert "sample/changelog-en.html" in get("/old-sample/").text
    assert get("/old-sample/alias.json").json()["dataset"] == "sample"
    assert get("/old-sample/latest/old-sample.csv", follow=True).content.endswith(b"3,c\r\n")


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/sample/latest/sample.doc", f"../../sample/{LAST}/sample.csv"),
        (f"/sample/{LAST}/sample.doc", f"../../sample/{LAST}/sample.csv"),
        ("/sample/9/sample.csv", "../../sample/latest/"),
        ("/sample/20250101T000000Z/sample.csv", "../../sample/versions.json"),
        ("/sample/", "../sample/latest.json"),
        ("/other/latest/other.csv", "../../catalogue.json"),
    ],
)
def test_what_is_not_there_says_so_and_what_is(base: str, get: Get, path: str, there: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    told = answer.json()
    assert told["title"].startswith("There is nothing at ") and set(told["titles"]) == {
        "en", "zh-Hant", "zh-Hans"
    }  # fmt: skip
    assert there in told["there"]
    for each in told["there"]:
        assert requests.get(requests.compat.urljoin(f"{base}{path}", each), timeout=20).status_code == 200
    page = get(path, accept="text/html,*/*")
    assert page.status_code == 404 and 'lang="zh-Hant"' in page.text and f'href="{there}"' in page.text


def test_a_name_in_a_missing_address_is_text_and_no_markup(get: Get) -> None:
    page = get("/sample/latest/%3Cscript%3Ealert(1)%3C/script%3E", accept="text/html")
    assert page.status_code == 404 and "<script>" not in page.text and "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    "path",
    [
        f"/sample/{LAST}/sample.csv",
        f"/sample/{LAST}/manifest.json",
        f"/sample/{LAST}/",
        "/sample/1.0.1/sample.csv",
        "/sample/20260107-1000/sample.csv",
        f"/sample/changes/{FIRST}--{LAST}/changes.json",
    ],
)
def test_what_was_withdrawn_is_gone_with_its_tombstone(released: Store, get: Get, path: str) -> None:
    withdraw(released, "sample", LAST, "Holds <figures> of another fund.", "mary")
    answer = get(path)
    assert answer.status_code == 410
    stone = answer.json()["tombstone"]
    assert stone == get(f"/sample/{LAST}/withdrawn.json").json() and stone["version"] == LAST
    assert "withdrawn: Holds <figures>" in answer.json()["title"]
    assert "Holds &lt;figures&gt;" in get(path, accept="text/html").text
    assert leads_to(get("/sample/latest/sample.csv")) == f"/sample/{FIRST}/sample.csv"


def test_when_all_is_withdrawn_the_latest_is_gone_too(released: Store, get: Get) -> None:
    for version in (LAST, FIRST):
        withdraw(released, "sample", version, "Wrong from the start.", "mary")
    answer = get("/sample/latest/sample.csv")
    assert answer.status_code == 410 and answer.json()["tombstone"]["version"] == FIRST


# --- what is not served, and how -------------------------------------------------------------------------


def raw(base: str, path: str) -> int:
    """Ask for a path as it is: requests would tidy it up."""
    host = urlsplit(base)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=20)
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    "path",
    [
        "/../ledger/ledger.jsonl",
        "/%2e%2e/ledger/ledger.jsonl",
        "/..%2fledger%2fledger.jsonl",
        "/sample/../../ledger/ledger.jsonl",
        "/sample/latest/../../../ledger/ledger.jsonl",
        "/sample/latest/%2e%2e%2f%2e%2e%2f%2e%2e%2fledger%2fledger.jsonl",
        "//etc/passwd",
        "/etc/passwd",
        "/%00",
        "/sample%5c..%5c..%5cledger",
        "/" + "a" * 3000,
        "/linked/ledger.jsonl",
        "/linked-file",
        "/loop",
        "/.hidden",
        "/sample/.git/config",
        "/sample/half.csv.part",
        "/sample/latest/half.csv.part",
        "/backup~",
    ],
)  # fmt: skip
def test_nothing_beside_the_released_area_is_reached(released: Store, base: str, path: str) -> None:
    served = released.path("released")
    (served / "linked").symlink_to(released.path("ledger"))
    (served / "linked-file").symlink_to(released.path("ledger/ledger.jsonl"))
    (served / "loop").symlink_to(served / "loop")
    (served / "sample" / ".git").mkdir()
    for name in (".hidden", "sample/.git/config", "sample/half.csv.part", "backup~"):
        (served / name).write_text("half")
    assert raw(base, path) == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_only_reading_is_allowed(get: Get, method: str) -> None:
    answer = get("/catalogue.json", method)
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/sample/latest/sample.csv", "/nothing", f"/sample/{LAST}/sample.csv"])
def test_every_answer_is_safe_and_open(get: Get, path: str) -> None:
    headers = get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "object-src 'none'" in headers["content-security-policy"]
    assert headers["access-control-allow-origin"] == "*"
    before = get(path, "OPTIONS", origin="https://example.org", access_control_request_method="GET")
    assert before.status_code == 204 and before.headers["access-control-allow-methods"] == "GET, HEAD"
    assert "Range" in before.headers["access-control-allow-headers"]


def test_a_copy_of_the_released_area_is_served_alike(
    released: Store, tmp_path: Path, serve: Callable[[Any], str]
) -> None:
    from praya.site.portal.publish import publish_released

    publish_released(released, str(tmp_path / "copy"))
    base = serve(make_released_app(tmp_path / "copy"))
    assert requests.get(f"{base}/sample/latest/sample.csv", timeout=20).content.endswith(b"3,c\r\n")


def test_readers_by_the_stable_address_see_whole_files_while_releases_come(released: Store, get: Get) -> None:
    wrong, seen, stop = list[str](), set[bytes](), threading.Event()

    def reading() -> None:
        while not stop.is_set():
            answer = get("/sample/latest/sample.csv", follow=True)
            sha256 = hashlib.sha256(answer.content).hexdigest()
            if answer.status_code != 200 or answer.headers["etag"] != f'"{sha256}"':
                wrong.append(f"{answer.status_code} {answer.url}")
            seen.add(answer.content)

    readers = [threading.Thread(target=reading, daemon=True) for _ in range(4)]
    for reader in readers:
        reader.start()
    contract = make_contract(aliases=["old-sample"], release=FORMATS)
    for number in range(4, 9):
        publish(released, contract, MORE + b"%d,d\n" % number, f"2026-01-{number + 4:02}T02:00:00Z")
        row = b"%d,d\r\n" % number
        wait_until(lambda row=row: bool(wrong) or any(content.endswith(row) for content in [*seen]))
    stop.set()
    for reader in readers:
        reader.join(20)
    assert wrong == [] and len(seen) >= 5


def test_versions_json_is_what_it_goes_by(released: Store, get: Get) -> None:
    index = json.loads(released.path("released/sample/versions.json").read_bytes())
    for line, version in {**index["lines"], **index["archive"]}.items():
        assert leads_to(get(f"/sample/{line}/sample.csv")) == f"/sample/{version}/sample.csv"
