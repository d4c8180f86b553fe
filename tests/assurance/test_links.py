"""links: each kind of broken address is named by itself, on the store and where it is served."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from made import contract_dict, field, make_contract, open_store, publish, text
from made.expected import stops
from praya.assurance.links import follow_links
from praya.assurance.links.target import Lead, Targets
from praya.assurance.verify.ledger_facts import Known
from praya.cli.app import app
from praya.errors import HarvestError, codes
from praya.ledger import Ledger
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import write_calendar, write_catalogue
from praya.store import Store

DATA = b"id,name\n1,a\n2,b\n"
FIRST, GONE, LAST = "20260105T020000Z", "20260106T020000Z", "20260107T020000Z"
FARES = make_contract(dataset="fares", aliases=["hk-effo-fares"])
OLD = make_contract(dataset="hk-effo-fares")
Spoil = Callable[[Path], Any]


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that was renamed, changed and withdrawn in part."""
    store = open_store(tmp_path_factory.mktemp("links") / "store")
    publish(store, OLD, DATA)
    publish(store, FARES, DATA)
    publish(store, FARES, DATA + b"3,c\n", "2026-01-06T02:00:00Z")
    withdraw(store, "fares", GONE, "One too many.", "mary")
    publish(store, FARES, DATA + b"4,d\n", "2026-01-07T02:00:00Z")
    write_calendar(store, [FARES], dt.date(2026, 1, 9))
    write_catalogue(store)
    checked = follow_links(store, [FARES])
    assert checked.problems == [] and checked.files > 100 and checked.tombstones > 20
    return store.root


@pytest.fixture
def store(_served: Path, tmp_path: Path) -> Store:
    shutil.copytree(_served, tmp_path / "store")
    return open_store(tmp_path / "store")


def without(key: str) -> Spoil:
    return lambda released: (released / key).unlink()


def changed(key: str, before: str, after: str) -> Spoil:
    def spoil(released: Path) -> None:
        text = (released / key).read_text("utf-8")
        assert before in text
        (released / key).write_text(text.replace(before, after, 1), "utf-8")

    return spoil


def told(key: str, change: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoil(released: Path) -> None:
        value = json.loads((released / key).read_text("utf-8"))
        change(value)
        (released / key).write_text(json.dumps(value), "utf-8")

    return spoil


SPOILT: dict[str, tuple[Spoil, str]] = {
    "a file of a version": (
        without(f"fares/{FIRST}/fares.csv"),
        f"fares/{FIRST}/fares.csv: leads to no file and no tombstone; it was given by ",
    ),
    "a manifest": (without(f"fares/{LAST}/manifest.json"), f"fares/{LAST}/manifest.json: leads to no file"),
    "a statement": (
        without(f"fares/{FIRST}/provenance.json"),
        f"fares/{FIRST}/provenance.json: leads to no file and no tombstone; it was given by fares/{FIRST}/dcat",
    ),
    "a tombstone": (
        without(f"fares/{GONE}/withdrawn.json"),
        f"fares/{GONE}/fares.csv: leads to no file and no tombstone; it was given by line",
    ),
    "a tombstone that leaves a file out": (
        told(f"fares/{GONE}/withdrawn.json", lambda stone: stone["files"].pop("fares.csv")),
        f"fares/{GONE}/fares.csv: leads to no file and no tombstone",
    ),
    "the pointer to the latest": (without("fares/latest.json"), "fares/latest.json: leads to no file"),
    "the index of versions": (without("fares/versions.json"), "fares/versions.json: leads to no file"),
    "a version in the index": (
        told("fares/versions.json", lambda index: index["versions"].pop(0)),
        "fares 1.0.0: its number leads nowhere: versions.json has no such version",
    ),
    "a line": (
        told("fares/versions.json", lambda index: index["lines"].pop("1")),
        "fares 1.*: leads nowhere in versions.json, and 1.0.0 is published",
    ),
    "a line that leads to what is withdrawn": (
        told("fares/versions.json", lambda index: index["lines"].update({"1.0": GONE})),
        "fares 1.0.*: leads nowhere in versions.json",
    ),
    "an archive name": (
        told("fares/versions.json", lambda index: index["archive"].pop("20260105-1000")),
        f"fares 20260105-1000: the archive name leads nowhere in versions.json, and {FIRST} is there",
    ),
    "an index that is none": (
        lambda released: (released / "fares/versions.json").write_text("[1]"),
        "fares/versions.json: cannot be read, so that no number leads to a version",
    ),
    "an old id's pointer": (
        without("hk-effo-fares/alias.json"),
        "hk-effo-fares/alias.json: leads to no file and no tombstone; it was given by ",
    ),
    "where an old id leads": (
        told("hk-effo-fares/alias.json", lambda pointer: pointer.update(latest="../fare/latest.json")),
        "fare/latest.json: leads to no file and no tombstone; it was given by hk-effo-fares/alias.json",
    ),
    "where an old id's page goes by itself": (
        changed("hk-effo-fares/index.html", "url=../fares/", "url=../fare/"),
        "fare/changelog-en.html: leads to no file and no tombstone; it was given by hk-effo-fares/index.html",
    ),
    "a redirect": (
        changed("redirects.json", f'"to": "fares/{LAST}/"', '"to": "fares/20260107T020001Z/"'),
        "fares/20260107T020001Z/manifest.json: leads to no file and no tombstone; it was given by redirects.json for ",
    ),
    "a redirect of an old id's file": (
        changed("redirects.json", '"to": "fares/latest/fares.csv"', '"to": "fares/latest/fairs.csv"'),
        f"fares/{LAST}/fairs.csv: leads to no file and no tombstone; it was given by redirects.json for hk-effo-fares/",
    ),
    "an old id's place on the first page": (
        changed("index.html", 'id="hk-effo-fares"', ""),
        "index.html#hk-effo-fares: the page has no such place; it was given by hk-effo-fares/",
    ),
    "an entry of a feed": (
        changed("feed-tc.atom", "fares/changelog-tc.html", "fares/changelog-tw.html"),
        "fares/changelog-tw.html: leads to no file and no tombstone; it was given by feed-tc.atom",
    ),
    "the place of a feed's entry": (
        changed("fares/feed-en.atom", f"#v{LAST}", "#v20260107T020001Z"),
        "fares/changelog-en.html#v20260107T020001Z: the page has no such place; it was given by fares/feed-en.atom",
    ),
    "a feed": (without("fares/feed-sc.atom"), "fares/feed-sc.atom: leads to no file"),
    "a path in the catalogue": (
        changed("catalogue.json", f"fares/{LAST}/fares.parquet", f"fares/{LAST}/fares.parket"),
        f"fares/{LAST}/fares.parket: leads to no file and no tombstone; it was given by catalogue.json",
    ),
    "an address in DCAT": (
        changed("catalogue.ttl", f"/{LAST}/fares.json>", f"/{LAST}/fares.jsn>"),
        f"fares/{LAST}/fares.jsn: leads to no file and no tombstone; it was given by catalogue.ttl",
    ),
    "a resource of the harvest": (
        changed("psi-data-hk-dpo.json", f"/{LAST}/fares.csv", f"/{LAST}/fare.csv"),
        f"fares/{LAST}/fare.csv: leads to no file and no tombstone; it was given by psi-data-hk-dpo.json",
    ),
    "a resource of the harvest on another host": (
        changed("psi-data-hk-dpo.json", "http://127.0.0.1:8000/fares", "http://elsewhere.example/fares"),
        f"http://elsewhere.example/fares/{LAST}/fares.csv: is not where releases are served",
    ),
    "a link of a released page": (
        changed(
            f"fares/{FIRST}/dictionary-en.html", 'href="dictionary-tc.html"', 'href="dictionary-zh.html"'
        ),
        f"fares/{FIRST}/dictionary-zh.html: leads to no file and no tombstone; it was given by fares/{FIRST}/dic",
    ),
    "a picture of a released page": (
        changed(f"fares/{FIRST}/notes-en.html", "</body>", '<img src="seal.png" alt=""></body>'),
        f"fares/{FIRST}/seal.png: leads to no file and no tombstone; it was given by fares/{FIRST}/notes-en.html",
    ),
    "a relative address of a data package": (
        changed(f"fares/{FIRST}/datapackage.json", '"path": "fares.csv"', '"path": "fares.tsv"'),
        f"fares/{FIRST}/fares.tsv: leads to no file and no tombstone; it was given by fares/{FIRST}/datapackage.json",
    ),
    "metadata that cannot be read": (
        lambda released: (released / f"fares/{FIRST}/schema-org.jsonld").write_text("{"),
        f"fares/{FIRST}/schema-org.jsonld: cannot be read, so that nobody can follow its links",
    ),
    "a page that nothing names any more": (
        without("calendar.ics"),
        "calendar.ics: leads to no file and no tombstone; it was given by ",
    ),
    "the page of what changed": (
        lambda released: shutil.rmtree(released / "fares" / "changes"),
        f"fares/changes/{FIRST}--{LAST}/changes.csv: leads to no file and no tombstone",
    ),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_each_kind_of_broken_address_is_named(store: Store, kind: str) -> None:
    spoil, sentence = SPOILT[kind]
    spoil(store.path("released"))
    found = follow_links(store, [FARES]).problems
    assert [problem for problem in found if problem.startswith(sentence)], found


def test_two_entries_of_a_feed_with_one_id_are_named(store: Store) -> None:
    feed = store.path("released/fares/feed-en.atom")
    text = feed.read_text("utf-8")
    feed.write_text(
        text.replace("</feed>", f"{text[text.index('<entry>') : text.index('</entry>')]}</entry></feed>")
    )
    (problem,) = follow_links(store).problems
    assert problem.startswith("fares/feed-en.atom: 2 entries have the one id urn:uuid:")


def test_what_was_served_once_is_looked_for_ever_after(store: Store) -> None:
    """Also where every page that named it is gone with it."""
    shutil.rmtree(store.path("released/hk-effo-fares"))
    store.put_bytes("released/old.html", b"<p>")
    assert not [one for one in follow_links(store).problems if one.startswith("old.html")]
    named = [one for one in follow_links(store).problems if one.startswith("hk-effo-fares/alias.json: ")]
    assert named and "what was served here before" in named[0]
    store.path("released/old.html").unlink()


def test_all_parts_together_look_at_every_version(store: Store) -> None:
    store.path(f"released/fares/{FIRST}/schema.json").unlink()
    whole = follow_links(store)
    parts = [follow_links(store, part=(number, 5)) for number in range(5)]
    named = [one.problems for one in parts if one.problems]
    assert len(named) == 1 and named[0][0].startswith(f"fares/{FIRST}/schema.json: ")
    assert [one.split(":")[0] for one in whole.problems] == [one.split(":")[0] for one in named[0]]
    assert max(one.files for one in parts) < whole.files


def test_a_broken_ledger_is_said_first(store: Store) -> None:
    path = Ledger(store).path
    path.write_bytes(path.read_bytes().replace(b"fares", b"fairs", 1))
    with stops(codes.ledger.LINES_CHANGED, "ledger.jsonl:1"):
        follow_links(store)


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(store.root / "served"))
    ) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        shutil.copytree(store.path("released"), store.root / "served")
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_served_copy_is_held_against_the_store(store: Store, address: str) -> None:
    assert follow_links(store, base=address).problems == []
    served = store.root / "served"
    (served / f"fares/{FIRST}/fares.csv").unlink()
    (served / "index.html").write_text("short")
    (served / f"fares/{GONE}/fares.csv").write_bytes(DATA)
    (served / f"hk-effo-fares/{FIRST}/notes-en.html").write_bytes(b"")
    assert follow_links(store, base=f"{address}/").problems == sorted(
        [
            f"{address}/fares/{FIRST}/fares.csv: was answered with status 404, and the store has the file",
            f"{address}/fares/{GONE}/fares.csv: was withdrawn and is still served",
            f"{address}/hk-effo-fares/{FIRST}/notes-en.html: 0 bytes are served, and the store has "
            f"{store.path(f'released/hk-effo-fares/{FIRST}/notes-en.html').stat().st_size:,}",
            f"{address}/index.html: 5 bytes are served, and the store has "
            f"{store.path('released/index.html').stat().st_size:,}",
        ]
    )


def test_where_nobody_answers_it_is_one_sentence(store: Store) -> None:
    with stops(codes.verify.SERVER_NOT_REACHABLE, "http://127.0.0.1:9"):
        follow_links(store, base="http://127.0.0.1:9")


def test_the_command_says_what_is_broken(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "contracts" / "hk-dpo" / "fares.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(contract_dict(dataset="fares", aliases=["hk-effo-fares", "older"])))
    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    monkeypatch.setenv("PRAYA_CONTRACTS", str(tmp_path / "contracts"))
    done = CliRunner().invoke(app, ["links"])
    assert done.exit_code == 1
    assert (
        "older/alias.json: leads to no file and no tombstone; it was given by the contract of fares"
        in done.output
    )
    found = json.loads(CliRunner().invoke(app, ["links", "--json"]).stdout)
    assert found["problems"][0]["where"] == "older/alias.json" and found["tombstones"] > 20
    path.write_text(json.dumps(contract_dict(dataset="fares", aliases=["hk-effo-fares"])))
    done = CliRunner().invoke(app, ["links"])
    assert done.exit_code == 0 and "addresses lead to a file" in done.output
    done = CliRunner().invoke(app, ["links", "--base", "http://127.0.0.1:9"])
    assert done.exit_code == 1 and "nobody answers there" in done.output


def test_a_new_column_keeps_every_address(store: Store) -> None:
    wider = make_contract(field("id", "integer"), field("name"), field("more"), dataset="fares")
    publish(store, wider, b"id,name,more\n1,a,x\n", "2026-01-08T02:00:00Z")
    write_catalogue(store)
    assert follow_links(store, [FARES]).problems == []


def test_stable_addresses_that_the_portal_harvests_lead_to_what_is_there_now(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.example.gov.hk/open")
    write_catalogue(store)
    harvested = store.path("released/psi-data-hk-dpo.json").read_text("utf-8")
    assert "/open/fares/latest/fares.csv" in harvested
    before = follow_links(store, [FARES])
    assert before.problems == []
    csv_only = make_contract(
        dataset="fares",
        release={"formats": ["csv"], "breaking": {"notice": "2026-01-08", "reason": text("Enough.")}},
    )
    publish(store, csv_only, DATA + b"5,e\n", "2026-01-09T02:00:00Z")
    found = follow_links(store).problems
    gone = "leads to no file and no tombstone; it was given by psi-data-hk-dpo.json"
    assert found == [f"fares/latest/fares.{suffix}: {gone}" for suffix in ("json", "parquet")]
    version = store.read_json("released/fares/latest.json")["version"]
    assert store.path(f"released/fares/{version}/fares.csv").is_file()
    write_catalogue(store)  # the portal learns that the formats are gone, which was announced
    assert follow_links(store).problems == []


def test_stable_addresses_of_what_was_withdrawn_lead_to_its_tombstone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the old id too."""
    monkeypatch.setenv("PRAYA_BASE_URL", "https://data.example.gov.hk/open")
    write_catalogue(store)
    assert follow_links(store).problems == []
    for version in (FIRST, LAST):
        withdraw(store, "fares", version, "Wrong from the start.", "mary")
    with suppress(HarvestError):  # the portal would delete it, for which the policy has no reason
        write_catalogue(store)
    checked = follow_links(store)
    assert checked.problems == []
    catalogued = Targets(store, Known.whole(store))
    for path in ("fares/latest/fares.csv", "hk-effo-fares/latest/hk-effo-fares.csv"):
        assert catalogued.stone(path) == f"fares/{LAST}/withdrawn.json"
    assert catalogued.lead("fares/latest/fares.dbf") is Lead.TOMBSTONE
    assert catalogued.lead("fares/9/fares.csv") is Lead.NOWHERE
