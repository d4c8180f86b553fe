"""What a release leaves behind lies in packs: fewer files and less space, and everything reads as before."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from made import make_contract, open_store, publish
from praya.assurance.links import follow_links
from praya.assurance.verify import list_findings
from praya.history import latest, versions
from praya.pipeline.measure.warehouse import build_warehouse
from praya.pipeline.release.superseded import KEPT_VERSIONS
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_catalogue
from praya.site.serve.released_app import make_released_app
from praya.store import Store, layout
from praya.store.pack import ENDING

pytestmark = pytest.mark.slow


def day(number: int) -> str:
    return f"2026-01-{number:02}T02:00:00Z"


def publish_days(store: Store, numbers: range) -> list[str]:
    """A release for each day, with rows of its own; gives the versions."""
    for number in numbers:
        rows = "".join(f"{row},name {row}\n" for row in range(100 * number, 100 * number + 60))
        publish(store, make_contract(), f"id,name\n{rows}".encode(), day(number))
        write_catalogue(store)
    return [entry["version"] for entry in versions(store, "sample")]


def plain_versions(store: Store) -> list[str]:
    return [path.parent.name for path in sorted(store.root.glob("released/sample/*/manifest.json"))]


def test_all_but_the_newest_two_versions_are_one_file_each(store: Store) -> None:
    names = publish_days(store, range(1, 6))
    assert plain_versions(store) == names[-KEPT_VERSIONS:]
    for area in ("released", "protected"):
        packs = list(store.root.glob(f"{area}/sample/*{ENDING}"))
        assert len(packs) in (3, 4), (area, packs)
    assert len(list(store.root.glob(f"raw/*{ENDING}"))) == 3
    assert len(list(store.root.glob(f"released/sample/changes/*{ENDING}"))) == 3
    for name in names:
        manifest = store.read_json(f"released/sample/{name}/manifest.json")
        for file in manifest["files"]:
            assert store.sha256(f"released/sample/{name}/{file['name']}") == file["sha256"]
    assert list(list_findings(store)) == []
    assert follow_links(store, [make_contract()]).problems == []


def test_what_a_release_adds_to_the_store_is_a_fraction_of_what_it_writes(store: Store) -> None:
    publish_days(store, range(1, 5))
    before = lying(store)
    publish_days(store, range(5, 6))
    after = lying(store)
    assert len(after) - len(before) <= 10
    version = store.local(f"released/sample/{latest(store, 'sample')['version']}")  # type: ignore[index]
    written = sum(path.stat().st_size for path in version.iterdir())
    assert sum(after.values()) - sum(before.values()) < written


def lying(store: Store) -> dict[Path, int]:
    """Every file on the disk but scratch, with its size."""
    files = (path for path in store.root.rglob("*") if path.is_file())
    return {path: path.stat().st_size for path in files if path.parts[len(store.root.parts)] != "work"}


def test_the_warehouse_can_be_asked_until_it_is_built_again(store: Store) -> None:
    publish_days(store, range(1, 2))
    with store.scratch() as work:
        build_warehouse(store, [make_contract()], {}, work)
    publish_days(store, range(2, 6))
    with duckdb.connect(str(store.local(layout.WAREHOUSE)), read_only=True) as con:
        assert con.sql("select min(id), max(id) from sample").fetchall() == [(100, 159)]


def test_packed_versions_are_served_at_their_addresses(store: Store) -> None:
    first, *_ = publish_days(store, range(1, 5))
    client = TestClient(make_released_app(store.root / "released"))
    for address in (f"sample/{first}/sample.csv", "sample/1.0.0/sample.csv"):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content.endswith(b"159,name 159\r\n")
        assert answer.headers["etag"].strip('"') == store.sha256(f"released/sample/{first}/sample.csv")
    assert "immutable" in client.get(f"sample/{first}/manifest.json").headers["cache-control"]
    missing = client.get(f"sample/{first}/none.csv").json()
    assert any(place.endswith(f"{first}/sample.csv") for place in missing["there"])
    assert not any(ENDING in place for place in missing["there"])
    assert client.get(f"sample/{first}{ENDING}/manifest.json").status_code == 404


def test_a_version_that_becomes_the_latest_again_lies_as_files_again(store: Store) -> None:
    first, *_ = publish_days(store, range(1, 5))
    rollback(store, "sample", first, "Wrong rows.", "Mary Chan")
    write_catalogue(store)
    assert first in plain_versions(store) and not store.path(f"released/sample/{first}{ENDING}").exists()
    assert list(list_findings(store)) == []


def test_a_packed_version_can_be_withdrawn_and_what_it_was_made_from_stays(store: Store) -> None:
    first, second, *_ = publish_days(store, range(1, 6))
    withdraw(store, "sample", second, "Wrong rows.", "Mary Chan")
    write_catalogue(store)
    assert store.children(f"released/sample/{second}") == ["withdrawn.json"]
    assert not store.path(f"released/sample/{second}{ENDING}").exists()
    assert store.exists(f"released/sample/{first}/sample.csv")
    assert list(list_findings(store)) == []


def test_verify_finds_a_file_in_a_pack_that_was_changed_added_or_taken_away(store: Store) -> None:
    first, *_ = publish_days(store, range(1, 4))
    pack = store.path(f"released/sample/{first}{ENDING}")
    good = pack.read_bytes()
    forge(store, pack, first, {"sample.csv": b"id,name\r\n1,forged\r\n"})
    assert any(f"{first}/sample.csv: was changed" in one for one in list_findings(store))
    forge(store, pack, first, {"extra.csv": b"x"})
    assert any(f"{first}/extra.csv: is not named in the manifest" in one for one in list_findings(store))
    pack.write_bytes(good[: len(good) // 2])
    assert any(f"{first}/manifest.json" in one for one in list_findings(store))
    pack.write_bytes(b"x" + good[1:])
    assert any("is not a pack that Praya wrote" in one for one in list_findings(store))
    pack.unlink()
    assert any(first in one and "is not there" in one for one in list_findings(store))
    pack.write_bytes(good)
    assert list(list_findings(store)) == []
    stray = pack.with_name(f"other{ENDING}")
    stray.write_bytes(good)
    assert any("sample/other" in one for one in list_findings(store))


def forge(store: Store, pack: Path, version: str, changes: dict[str, bytes]) -> None:
    """Put another pack in the place of one, with these files changed or added."""
    from praya.store.pack import write_pack

    with store.scratch() as work:
        for path in store.local(f"released/sample/{version}").iterdir():
            (work / "tree").mkdir(exist_ok=True)
            (work / "tree" / path.name).write_bytes(path.read_bytes())
        for name, data in changes.items():
            (work / "tree" / name).write_bytes(data)
        pack.unlink()
        assert write_pack(work / "tree", pack)


@settings(max_examples=4)
@given(
    steps=st.lists(st.sampled_from(("publish", "withdraw")), min_size=2, max_size=5), goes_back=st.booleans()
)
def test_after_any_history_every_version_that_counts_is_whole(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], goes_back: bool
) -> None:
    store = open_store(tmp_path_factory.mktemp("store"))
    publish_days(store, range(1, 5))
    for number, step in enumerate(steps, 5):
        if step == "publish" or len(others(store)) < 2:
            publish_days(store, range(number, number + 1))
        else:
            withdraw(store, "sample", others(store)[0], "Wrong rows.", "Mary Chan")
    if goes_back:
        rollback(store, "sample", others(store)[0], "Wrong rows.", "Mary Chan")
    write_catalogue(store)
    assert list(list_findings(store)) == []
    assert latest(store, "sample")["version"] in plain_versions(store)  # type: ignore[index]


def others(store: Store) -> list[str]:
    """The versions that are published and not the latest, the oldest first."""
    out = latest(store, "sample")["version"]  # type: ignore[index]
    states = {entry["version"]: entry["state"] for entry in versions(store, "sample")}
    return [version for version, state in states.items() if state == "published" and version != out]
