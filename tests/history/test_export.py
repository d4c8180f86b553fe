"""The released area copied to a folder and to S3, and kept as OCFL: whole, in order, and as others check it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from made import make_contract, publish, text
from praya.errors import IntegrityError
from praya.export import ocfl
from praya.portal import catalogue
from praya.portal import publish as module
from praya.portal.publish import publish as copy_to
from praya.release.withdraw import withdraw
from praya.store import Store

DATA = b"id,name\n1,a\n2,b\n"
BUCKET = "open-data"


@pytest.fixture
def two(store: Store) -> Store:
    publish(store, make_contract(), DATA)
    publish(store, make_contract(), DATA + b"3,secret\n", "2026-01-06T02:00:00Z")
    publish(store, make_contract(dataset="other", aliases=["older"]), DATA)
    catalogue(store)
    return store


def served(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# --- publish ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """An S3 server on loopback; gives the options with which fsspec reaches it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    for name, value in {
        "ACCESS_KEY_ID": "x",
        "SECRET_ACCESS_KEY": "x",
        "DEFAULT_REGION": "us-east-1",
    }.items():
        patch.setenv(f"AWS_{name}", value)
    yield {"endpoint_url": f"http://{host}:{port}"}
    patch.undo()
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """Where to publish to, and fsspec's options: a folder, or a bucket that nobody has used yet."""
    if request.param == "folder":
        return str(tmp_path / "served"), {}
    import s3fs

    options = request.getfixturevalue("s3")
    name = f"{BUCKET}-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]}"
    s3fs.S3FileSystem(**options, skip_instance_cache=True).mkdir(name)
    return f"s3://{name}/praya", options


def at(target: tuple[str, dict[str, Any]]) -> dict[str, bytes]:
    import fsspec

    fs, root = fsspec.core.url_to_fs(target[0], **target[1])
    fs.invalidate_cache()
    return {name.removeprefix(f"{root}/"): fs.cat_file(name) for name in fs.find(root)}


def whole(there: dict[str, bytes]) -> bool:
    """Whether everything that a reader reaches from the catalogue or a pointer is there as its manifest says."""
    for key, data in there.items():
        if key.endswith("/latest.json"):
            latest = json.loads(data)
            folder = f"{latest['dataset']}/{latest['version']}"
            manifest = there[f"{folder}/manifest.json"]
            assert hashlib.sha256(manifest).hexdigest() == latest["manifest_sha256"]
            for file in json.loads(manifest)["files"]:
                assert hashlib.sha256(there[f"{folder}/{file['name']}"]).hexdigest() == file["sha256"]
    for dataset in json.loads(there.get("catalogue.json", b'{"datasets": []}'))["datasets"]:
        for file in [*dataset["files"], dataset["manifest"]]:
            assert hashlib.sha256(there[file["path"]]).hexdigest() == file["sha256"]
    return True


def test_the_copy_is_the_released_area_and_a_second_one_writes_nothing(two: Store, target: Any) -> None:
    done = copy_to(two, *target)
    assert at(target) == served(two.path("released")) and done.written == len(at(target))
    again = copy_to(two, *target)
    assert (again.written, again.removed) == (0, 0)


def test_a_withdrawal_reaches_the_copy(two: Store, target: Any) -> None:
    copy_to(two, *target)
    withdraw(two, "sample", "1.0.1", "Wrong.", "mary")
    catalogue(two)
    assert copy_to(two, *target).removed > 5
    there = at(target)
    assert there == served(two.path("released")) and whole(there)
    assert not any(b"secret" in data for data in there.values())


def test_at_every_write_a_reader_of_the_copy_finds_all_that_is_named(
    two: Store, target: Any, monkeypatch: Any
) -> None:
    copy_to(two, *target)
    publish(two, make_contract(), DATA + b"4,new\n", "2026-01-07T02:00:00Z")
    withdraw(two, "sample", "1.0.1", "Wrong.", "mary")
    catalogue(two)
    real, looked = module._put, []

    def put_and_look(*arguments: Any) -> None:
        real(*arguments)
        looked.append(whole(at(target)))

    monkeypatch.setattr(module, "_put", put_and_look)
    copy_to(two, *target)
    assert len(looked) > 15 and at(target) == served(two.path("released"))


def test_killed_at_any_write_the_next_copy_completes(two: Store, tmp_path: Path, monkeypatch: Any) -> None:
    real = module._put
    for death in range(0, 60, 3):
        target, count = tmp_path / f"served-{death}", 0

        def dying(*arguments: Any, death: int = death) -> None:
            nonlocal count
            count += 1
            if count > death:
                raise KeyboardInterrupt
            real(*arguments)

        monkeypatch.setattr(module, "_put", dying)
        with pytest.raises(KeyboardInterrupt):
            copy_to(two, str(target))
        if target.exists():
            assert whole(served(target))
        monkeypatch.setattr(module, "_put", real)
        copy_to(two, str(target))
        assert served(target) == served(two.path("released"))


def test_a_release_that_is_not_what_its_manifest_says_is_not_published(two: Store, tmp_path: Path) -> None:
    (two.path("released/sample/20260105T020000Z") / "sample.csv").write_text("changed")
    with pytest.raises(IntegrityError, match=r"sample\.csv: is not what its manifest says"):
        copy_to(two, str(tmp_path / "served"))
    assert not (tmp_path / "served" / "sample" / "20260105T020000Z" / "manifest.json").exists()


# --- OCFL ------------------------------------------------------------------------------------------------


def validated(root: Path) -> tuple[int, str]:
    """What ocfl-py's own command says of a storage root, and of each object in it (of a root it looks at no digest)."""
    command = shutil.which("ocfl-validate.py", path=str(Path(sys.executable).parent))
    assert command, "ocfl-py has its command beside Python"
    objects = [str(path.parent) for path in sorted(root.glob("*/0=ocfl_object_1.1"))]
    assert objects
    done = subprocess.run(
        [sys.executable, command, str(root), *objects], capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_the_export_is_a_storage_root_that_an_ocfl_validator_accepts(two: Store, tmp_path: Path) -> None:
    root = tmp_path / "ocfl"
    assert ocfl(two, root) == ["other", "sample"]
    status, said = validated(root)
    assert status == 0, said
    inventory = json.loads((root / "sample" / "inventory.json").read_bytes())
    assert (inventory["id"], inventory["head"]) == ("sample", "v2")
    for place, version in enumerate(("20260105T020000Z", "20260106T020000Z"), 1):
        block = inventory["versions"][f"v{place}"]
        assert block["message"] == f"release 1.0.{place - 1}"
        state = {name: digest for digest, names in block["state"].items() for name in names}
        source = two.path(f"released/sample/{version}")
        assert set(state) == {path.name for path in source.iterdir()}
        for name, digest in state.items():
            data = (root / "sample" / inventory["manifest"][digest][0]).read_bytes()
            assert data == (source / name).read_bytes() and hashlib.sha512(data).hexdigest() == digest
    # The dictionary is the same in both versions, and is kept once.
    assert not (root / "sample" / "v2" / "content" / "dictionary-en.csv").exists()


def test_the_validator_would_find_a_changed_byte(two: Store, tmp_path: Path) -> None:
    root = tmp_path / "ocfl"
    ocfl(two, root)
    path = root / "sample" / "v1" / "content" / "sample.csv"
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    status, said = validated(root)
    assert status != 0 and "digest" in said.lower(), said


def test_an_export_again_is_the_same_bytes_and_a_withdrawn_version_leaves_its_tombstone(
    two: Store, tmp_path: Path
) -> None:
    root = tmp_path / "ocfl"
    ocfl(two, root)
    before = served(root)
    assert ocfl(two, root) == [] and served(root) == before
    ocfl(two, tmp_path / "other")
    assert served(tmp_path / "other") == before
    withdraw(two, "sample", "1.0.1", "Wrong.", "mary")
    assert ocfl(two, root) == ["sample"]
    assert not any(b"secret" in data for data in served(root).values())
    inventory = json.loads((root / "sample" / "inventory.json").read_bytes())
    assert inventory["versions"]["v2"]["message"] == "withdrawn: Wrong."
    assert list(inventory["versions"]["v2"]["state"].values()) == [["withdrawn.json"]]
    status, said = validated(root)
    assert status == 0, said
    publish(two, make_contract(title=text("Another")), DATA, "2026-01-07T02:00:00Z")
    assert ocfl(two, root) == ["sample"] and validated(root)[0] == 0
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name or "old" in path.name] == []


def test_a_folder_with_something_else_in_it_is_left_alone(two: Store, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(IntegrityError, match="holds something else"):
        ocfl(two, tmp_path / "mine")
    assert served(tmp_path / "mine") == {"letter.txt": b"dear"}
