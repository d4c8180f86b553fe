"""Previews: the would-be release for who holds a token, from a moment until a moment, on record; and nobody else."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner, Result

from made import accept, contract_dict, field, make_contract, project, publish
from made.expected import stops
from praya.assurance.verify import list_findings
from praya.cli.app import app
from praya.errors import codes
from praya.history.grants import Grant, end, list_grants, of_token
from praya.ledger import Ledger
from praya.pipeline.current import TodaysRules
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.preview import grant_preview
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import write_calendar, write_catalogue
from praya.site.serve import make_previews_app
from praya.store import Store

pytestmark = pytest.mark.slow

EMBARGO = {"embargo_until": "2099-01-01T00:00:00+08:00"}
FORMATS = {"formats": ["csv", "json", "xlsx", "parquet"]}
OLD, NEW = b"id,name\n1,a\n", b"id,name\n1,a\n2,Zanzibar\n"
SECRET = "Zanzibar"
AFTER = dt.datetime(2099, 1, 2, tzinfo=dt.UTC)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
HOUR = dt.timedelta(hours=1)
# What a release has that nobody can say before it: its statement, and who has looked until then.
DIFFERS = {"provenance.json", "manifest.json"}


def held() -> Any:
    return make_contract(release=EMBARGO | FORMATS)


def rules(store: Store) -> TodaysRules:
    return TodaysRules(store, project().suites)


def granted(store: Store, to: str = "Secretary's office", **changes: Any) -> tuple[Grant, str]:
    """A version is out, another waits for its time, and somebody may look at it."""
    if not store.exists("released/sample/latest.json"):
        publish(store, make_contract(release=FORMATS), OLD)
        write_catalogue(store)
    accept(store, held(), NEW, "2026-01-06T02:00:00Z")
    terms: dict[str, Any] = {"start": NOW - HOUR, "until": NOW + HOUR, "reason": "Briefing.", "by": "mary"}
    terms["checks"] = rules(store)
    return grant_preview(protect_table(held(), store), held(), store, to=to, **(terms | changes))


class Clock:
    """The time that the app is told."""

    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the store."""
    clock = Clock()
    monkeypatch.setattr("made.basics.now", clock)
    return clock


@pytest.fixture
def base(store: Store, clock: Clock, serve: Callable[[Any], str]) -> str:
    return serve(make_previews_app(store))


def get(base: str, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{base}/preview/{path}", headers=headers, allow_redirects=False, timeout=20)


def test_it_is_the_release_byte_for_byte(store: Store, base: str) -> None:
    grant, token = granted(store)
    names = sorted(path.name for path in grant.files(store).iterdir())
    shown = {name: get(base, f"{token}/{name}").content for name in names if not name.endswith(".html")}
    pages = {name: (grant.files(store) / name).read_bytes() for name in names if name.endswith(".html")}
    version = publish_release(protect_table(held(), store), held(), store, now=AFTER).version
    folder = store.path(f"released/sample/{version}")
    assert version == grant.version
    assert {path.name for path in folder.iterdir()} == {*names, "provenance.json"}
    for name, body in (shown | pages).items():
        if name not in DIFFERS:
            assert body == (folder / name).read_bytes(), name
    before, after = json.loads(shown["manifest.json"]), json.loads((folder / "manifest.json").read_bytes())
    assert after.pop("pre_release_access") and before.pop("pre_release_access") == []
    assert before == after and SECRET.encode() in shown["sample.csv"]


def test_it_is_marked_kept_by_no_cache_and_read_by_no_other_page(store: Store, base: str) -> None:
    grant, token = granted(store)
    listed = get(base, f"{token}/")
    for words in ("Preview, not released", "預覽，尚未發布", "预览，尚未发布", "Secretary&#39;s office"):
        assert words in listed.text
    links = set(re.findall(r'href="([^"]+)"', listed.text))
    assert links == {path.name for path in grant.files(store).iterdir()}
    for path in ("", "sample.csv", "dictionary-tc.html", "manifest.json", "nothing.csv"):
        headers = get(base, f"{token}/{path}").headers
        assert headers["cache-control"] == "no-store" and headers["x-praya-preview"] == "not released"
        assert headers["x-robots-tag"].startswith("noindex") and headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers and headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
    page = get(base, f"{token}/dictionary-tc.html").text
    plain = (grant.files(store) / "dictionary-tc.html").read_text()
    assert "預覽，尚未發布" in page and "預覽" not in plain
    assert re.sub(r"\n<p style.*?</p>", "", page, count=1, flags=re.DOTALL) == plain
    assert get(base, f"{token}/sample.csv").headers["content-type"] == "text/csv; charset=utf-8"
    assert get(base, f"{token}/sample.parquet", range="bytes=0-3").content == b"PAR1"
    assert get(base, token).status_code == 308


def test_before_its_start_after_its_end_and_without_a_token_there_is_nothing(
    store: Store, base: str, clock: Clock
) -> None:
    grant, token = granted(store, start=NOW + HOUR, until=NOW + 2 * HOUR)
    answers = {}
    for name, now in {
        "early": NOW + HOUR - dt.timedelta(seconds=1),
        "open": NOW + HOUR,
        "last": NOW + 2 * HOUR - dt.timedelta(seconds=1),
        "late": NOW + 2 * HOUR,
    }.items():
        clock.now = now
        answers[name] = get(base, f"{token}/sample.csv")
    assert [one.status_code for one in answers.values()] == [403, 200, 200, 410]
    assert answers["early"].json()["title"].startswith("This preview opens at ")
    assert answers["late"].json()["title"].startswith("This preview ended at ")
    clock.now = NOW + HOUR
    for other in (token[:-1], token + "x", token.swapcase(), grant.id, grant.token_sha256, "%00"):
        answer = get(base, f"{other}/sample.csv")
        assert answer.status_code == 404, other
        assert answer.json()["title"] == "There is no such preview."
    assert SECRET not in "".join(one.text for one in (answers["early"], answers["late"]))


@pytest.mark.parametrize(
    "path",
    ["..%2fgrant.json", "%2e%2e/grant.json", "../grant.json", "..%2f..%2f..%2fledger%2fledger.jsonl", "looks.jsonl"],
)  # fmt: skip
def test_a_token_opens_nothing_but_the_files(store: Store, base: str, path: str) -> None:
    _, token = granted(store)
    answer = requests.Request("GET", f"{base}/preview/{token}/").prepare()
    answer.url = f"{base}/preview/{token}/{path}"
    assert requests.Session().send(answer, timeout=20).status_code == 404


def test_released_files_are_not_served_by_it(store: Store, base: str) -> None:
    granted(store)
    for path in (
        "",
        "catalogue.json",
        "sample/latest.json",
        "released/catalogue.json",
        "preview",
        "preview/",
    ):
        assert requests.get(f"{base}/{path}", timeout=20).status_code == 404, path


def test_only_the_hash_of_the_token_is_kept_and_nobody_else_may_read_it(store: Store) -> None:
    grant, token = granted(store)
    everything = [path for path in store.root.rglob("*") if path.is_file()]
    assert [path for path in everything if token.encode() in path.read_bytes()] == []
    holding = [path for path in everything if grant.token_sha256.encode() in path.read_bytes()]
    assert [store.key(path) for path in holding] == [f"previews/{grant.id}/grant.json"]
    assert grant.token_sha256 == hashlib.sha256(token.encode()).hexdigest() and len(token) >= 40
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path("previews").stat().st_mode) == 0o700
    assert of_token(store, token) == grant and of_token(store, token + " ") is None


def test_nothing_of_it_shows_before_the_release(store: Store, base: str) -> None:
    def served() -> dict[str, bytes]:
        area = store.path("released")
        return {store.key(path): path.read_bytes() for path in sorted(area.rglob("*")) if path.is_file()}

    publish(store, make_contract(release=FORMATS), OLD)
    write_catalogue(store)
    before = served()
    grant, token = granted(store)
    get(base, f"{token}/sample.csv")
    with stops(codes.release.WAITS_FOR_TIME, "sample"):
        publish_release(protect_table(held(), store), held(), store)
    write_calendar(store, [make_contract(release=FORMATS)], dt.date(2026, 1, 7))
    write_catalogue(store)
    after = served()
    telling = [grant.id, grant.token_sha256, token, grant.version, "Secretary", "preview", SECRET]
    telling += [
        one["sha256"] for one in json.loads((grant.files(store) / "manifest.json").read_bytes())["files"]
    ]
    telling = [each for each in telling if each.encode() not in b"".join(before.values())]
    assert grant.version in telling and SECRET in telling and len(telling) > 10
    for name, body in after.items():
        assert [each for each in telling if each.encode() in body] == [], name
    assert list(list_findings(store)) == []


def test_who_looked_at_what_and_when_is_on_record_and_the_release_says_so(
    store: Store, base: str, clock: Clock
) -> None:
    _, token = granted(store)
    granted(store, "Nobody who looks")
    for path in ("", "sample.csv", "sample.csv", "nothing.csv", "notes-en.html"):
        get(base, f"{token}/{path}")
    first, second = list_grants(store, "sample")
    one = first if first.to == "Secretary's office" else second
    log = [
        json.loads(line) for line in store.path(f"previews/{one.id}/looks.jsonl").read_bytes().splitlines()
    ]
    assert [look["file"] for look in log] == ["(list of files)", "sample.csv", "sample.csv", "notes-en.html"]
    lines = [line.body for line in Ledger(store) if line.kind == "preview" and "looked_at" in line.body]
    assert [(body["to"], body["looked_at"]) for body in lines] == [
        ("Secretary's office", "(list of files)"),
        ("Secretary's office", "sample.csv"),
        ("Secretary's office", "notes-en.html"),
    ]
    version = publish_release(protect_table(held(), store), held(), store, now=AFTER).version
    manifest = store.read_json(f"released/sample/{version}/manifest.json")
    seen = {each["to"]: each for each in manifest["pre_release_access"]}
    assert [look["file"] for look in seen["Secretary's office"]["looked"]] == [
        "(list of files)", "sample.csv", "notes-en.html"
    ]  # fmt: skip
    assert seen["Secretary's office"]["until"] == (NOW + HOUR).isoformat()
    assert seen["Nobody who looks"]["looked"] == [] and list(list_findings(store)) == []


def test_with_the_release_it_is_over_and_says_where_it_is(store: Store, base: str) -> None:
    grant, token = granted(store)
    publish_release(protect_table(held(), store), held(), store, now=AFTER)
    answer = get(base, f"{token}/sample.csv")
    assert answer.status_code == 410
    assert answer.json()["title"] == f"sample {grant.version} has been released; this preview is over."


def test_what_is_taken_back_opens_nothing_and_its_files_are_gone(store: Store, base: str) -> None:
    grant, token = granted(store)
    get(base, f"{token}/sample.csv")
    line = end(store, grant, "The briefing is off.", "mary")
    answer = get(base, f"{token}/sample.csv")
    assert (answer.status_code, answer.json()["title"]) == (410, "This preview was taken back.")
    assert not grant.files(store).exists() and line.body["ended"] is True
    version = publish_release(protect_table(held(), store), held(), store, now=AFTER).version
    (seen,) = store.read_json(f"released/sample/{version}/manifest.json")["pre_release_access"]
    assert seen["until"] < grant.until.isoformat() and seen["looked"][0]["file"] == "sample.csv"


def test_files_of_previews_that_are_over_do_not_lie_about(store: Store) -> None:
    over, _ = granted(store)
    publish_release(protect_table(held(), store), held(), store, now=AFTER)
    accept(store, held(), NEW + b"3,c\n", "2026-01-07T02:00:00Z")
    terms: dict[str, Any] = {"start": NOW, "until": NOW + HOUR, "reason": "x", "by": "mary"}
    terms["checks"] = rules(store)
    new, _ = grant_preview(protect_table(held(), store), held(), store, to="Secretary", **terms)
    assert not over.files(store).exists() and new.files(store).is_dir()


@pytest.mark.parametrize("step", ["on_record", "keep"])
def test_killed_before_its_terms_stand_it_opens_nothing_and_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"praya.pipeline.release.preview.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            granted(store)
    assert list(list_grants(store)) == [] and len(list(store.path("previews").iterdir())) == 1
    grant, _ = granted(store)
    assert [path.name for path in store.path("previews").iterdir()] == [grant.id]


def test_what_release_would_refuse_is_no_preview_either(store: Store) -> None:
    terms: dict[str, Any] = {"to": "x", "start": NOW, "until": NOW + HOUR, "reason": "x", "by": "mary"}
    terms["checks"] = rules(store)
    publish(store, make_contract(), OLD)
    contract = make_contract()
    with stops(codes.release.PREVIEW_NOT_POSSIBLE, "20260105T020000Z"):
        grant_preview(protect_table(contract, store), contract, store, **terms)
    folder = publish(store, contract, NEW, "2026-01-06T02:00:00Z")
    withdraw(store, "sample", folder.name, "Wrong.", "mary")
    with stops(codes.release.REPEATS_TAKEN_BACK, folder.name):
        grant_preview(protect_table(contract, store), contract, store, **terms)
    accept(store, contract, NEW + b"3,c\n", "2026-01-07T02:00:00Z")
    table = protect_table(contract, store)
    with stops(codes.release.PREVIEW_NOT_POSSIBLE, "sample"):
        grant_preview(table, contract, store, **(terms | {"until": NOW - HOUR}))
    other = make_contract(field("id", "integer", constraints={"minimum": 0}), field("name"))
    with stops(codes.release.CHANGED_SINCE_CHECKED, "sample"):
        grant_preview(table, other, store, **terms)
    assert not any(store.path("previews").iterdir())


def test_a_change_that_waits_for_its_notice_can_be_looked_at(store: Store) -> None:
    publish(store, make_contract(), OLD)
    notice = {"notice": "2099-01-01", "reason": {"en": "The name goes.", "zh-Hant": "刪除名稱。"}}
    contract = make_contract(field("id", "integer"), release={"breaking": notice})
    accept(store, contract, b"id\n1\n2\n", "2026-01-06T02:00:00Z")
    table = protect_table(contract, store)
    with stops(codes.release.WAITS_FOR_NOTICE, "2099-01-01"):
        publish_release(table, contract, store)
    grant, _ = grant_preview(
        table,
        contract,
        store,
        to="x",
        start=NOW,
        until=NOW + HOUR,
        reason="x",
        by="mary",
        checks=rules(store),
    )
    assert json.loads((grant.files(store) / "manifest.json").read_bytes())["number"] == "2.0.0"


# --- the command -----------------------------------------------------------------------------------------


def praya(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def house(store: Store, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Store:
    clock.now = NOW + 24 * HOUR
    path = tmp_path / "contracts" / "hk-dpo" / "sample.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(contract_dict(release=EMBARGO | FORMATS)))
    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    monkeypatch.setenv("PRAYA_CONTRACTS", str(tmp_path / "contracts"))
    accept(store, held(), NEW)
    return store


TERMS = ("--until", "2098-12-31T16:30", "--reason", "Briefing.", "--by", "mary")


def test_the_command_gives_an_address_once_lists_and_ends(house: Store, base: str) -> None:
    said = praya("preview", "sample", "--to", "Secretary", *TERMS, "--address", base)
    assert said.exit_code == 0, said.output
    (address,) = re.findall(rf"{base}/preview/\S+/", said.output)
    assert SECRET in requests.get(f"{address}sample.csv", timeout=20).text
    (grant,) = list_grants(house, "sample")
    assert (grant.to, grant.until.isoformat()) == ("Secretary", "2098-12-31T08:30:00+00:00")
    listed = praya("preview", "sample").output
    assert "Secretary: 20260105T020000Z" in listed and "looked 1 times, at 1 files" in listed
    assert address.rstrip("/").rpartition("/")[2] not in listed
    ended = praya("preview", "sample", "--end", "--to", "Secretary", "--reason", "Off.", "--by", "mary")
    assert ended.exit_code == 0 and "no longer sees sample" in ended.output
    assert requests.get(f"{address}sample.csv", timeout=20).status_code == 410
    again = praya("preview", "sample", "--end", "--to", "Secretary", "--reason", "Off.")
    assert again.exit_code == 1 and "'Secretary'" in again.output


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        (("--to", "x"), 2, "--reason is missing"),
        (("--to", "x", "--reason", "y"), 2, "--until is missing"),
        (("--end",), 2, "--reason is missing"),
        (("--to", "x", "--until", "2020-01-01", "--reason", "y"), 1, "is never open"),
    ],
)
def test_what_is_missing_is_a_sentence(
    house: Store, options: tuple[str, ...], status: int, sentence: str
) -> None:
    done = praya("preview", "sample", *options)
    assert (done.exit_code, sentence in done.output) == (status, True), done.output
    assert list(list_grants(house)) == []


def test_the_log_of_looks_is_its_owners_alone(house: Store, base: str) -> None:
    said = praya("preview", "sample", "--to", "Secretary", *TERMS, "--address", base).output
    requests.get(re.findall(rf"{base}/preview/\S+/", said)[0], timeout=20)
    (grant,) = list_grants(house)
    log = house.path(f"previews/{grant.id}/looks.jsonl")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
