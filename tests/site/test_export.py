"""The released area copied to a folder and to S3, and kept as OCFL: whole, in order, and as others check it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import fsspec
import pytest

from made import make_contract, publish, text
from made.basics import unpack_all
from made.expected import stops
from made.served import DATA, Target, at, served, whole
from praya.errors import codes
from praya.pipeline.release.withdrawal import withdraw
from praya.site.export import ocfl, write_ocfl
from praya.site.portal import write_catalogue
from praya.site.portal.publish import publish_released
from praya.store import Store

pytestmark = pytest.mark.slow

# --- publish ---------------------------------------------------------------------------------------------


def test_the_copy_is_the_released_area_and_a_second_one_writes_nothing(two: Store, target: Target) -> None:
    done = publish_released(two, *target)
    assert at(target) == served(two.path("released")) and done.written == len(at(target))
    again = publish_released(two, *target)
    assert (again.written, again.removed) == (0, 0)


def test_a_withdrawal_reaches_the_copy(two: Store, target: Target) -> None:
    publish_released(two, *target)
    withdraw(two, "sample", "1.0.1", "Wrong.", "mary")
    write_catalogue(two)
    assert publish_released(two, *target).removed > 5
    there = at(target)
    assert there == served(two.path("released")) and whole(there)
    assert not any(b"secret" in data for data in there.values())


def test_a_release_that_is_not_what_its_manifest_says_is_not_published(two: Store, tmp_path: Path) -> None:
    (two.path("released/sample/20260105T020000Z") / "sample.csv").write_text("changed")
    with stops(codes.verify.FILE_CHANGED, "sample.csv"):
        publish_released(two, str(tmp_path / "served"))
    assert not (tmp_path / "served" / "sample" / "20260105T020000Z" / "manifest.json").exists()


def reads(target: Target, patch: pytest.MonkeyPatch) -> list[str]:
    """The keys that copies read back from the target."""
    fs, root = fsspec.core.url_to_fs(target[0], **target[1])
    read, cat_file = list[str](), fs.cat_file

    def reading(path: str, *rest: Any, **options: Any) -> Any:
        read.append(path.removeprefix(f"{root}/"))
        return cat_file(path, *rest, **options)

    patch.setattr(fs, "cat_file", reading)
    return read


def test_what_was_read_back_and_is_as_it_was_is_not_read_again(
    two: Store, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_released(two, *target)
    read = reads(target, monkeypatch)
    publish_released(two, *target)
    assert "sample/changelog.json" in read and "catalogue.json" in read
    read.clear()
    assert publish_released(two, *target).written == 0 and read == []
    publish(two, make_contract(), b"id,name\n1,new\n", "2026-01-07T02:00:00Z")
    write_catalogue(two)
    assert publish_released(two, *target).written > 20
    assert "sample/latest.json" in read and "other/changelog.json" not in read
    copy = at(target)
    unpack_all(two)
    assert copy == served(two.path("released"))


@pytest.mark.parametrize("key", ["sample/changelog.json", "sample/latest.json", "index.html"])
def test_what_something_else_wrote_there_is_mended(two: Store, target: Target, key: str) -> None:
    for _ in range(2):
        publish_released(two, *target)
    fs, root = fsspec.core.url_to_fs(target[0], **target[1])
    size = len(fs.cat_file(f"{root}/{key}"))
    fs.pipe_file(f"{root}/{key}", b"x" * size)
    assert publish_released(two, *target).written == 1
    assert at(target) == served(two.path("released"))


def test_all_that_changes_can_be_read_back(
    two: Store, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        publish_released(two, *target)
    read = reads(target, monkeypatch)
    assert publish_released(two, *target, read_back=True).written == 0
    compared = {*read}
    changing = {
        key for key in at(target) if not key.split("/")[1:2] or not key.split("/")[1].startswith("2026")
    }
    assert compared == changing


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
    assert write_ocfl(two, root) == ["other", "sample"]
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
    write_ocfl(two, root)
    path = root / "sample" / "v1" / "content" / "sample.csv"
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    status, said = validated(root)
    assert status != 0 and "digest" in said.lower(), said


def test_an_export_again_is_the_same_bytes_and_a_withdrawn_version_leaves_its_tombstone(
    two: Store, tmp_path: Path
) -> None:
    root = tmp_path / "ocfl"
    write_ocfl(two, root)
    before = served(root)
    assert write_ocfl(two, root) == [] and served(root) == before
    write_ocfl(two, tmp_path / "other")
    assert served(tmp_path / "other") == before
    withdraw(two, "sample", "1.0.1", "Wrong.", "mary")
    assert write_ocfl(two, root) == ["sample"]
    assert not any(b"secret" in data for data in served(root).values())
    inventory = json.loads((root / "sample" / "inventory.json").read_bytes())
    assert inventory["versions"]["v2"]["message"] == "withdrawn: Wrong."
    assert list(inventory["versions"]["v2"]["state"].values()) == [["withdrawn.json"]]
    status, said = validated(root)
    assert status == 0, said
    publish(two, make_contract(title=text("Another")), DATA, "2026-01-07T02:00:00Z")
    assert write_ocfl(two, root) == ["sample"] and validated(root)[0] == 0
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name or "old" in path.name] == []


def test_an_object_grows_to_the_one_that_is_made_whole(
    two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, read = tmp_path / "ocfl", list[Path]()
    write_ocfl(two, root)
    copy = ocfl._copy
    monkeypatch.setattr(ocfl, "_copy", lambda path, target: read.append(path) or copy(path, target))
    for day in range(7, 10):
        last = publish(two, make_contract(), f"id,name\n1,{day}\n".encode(), f"2026-01-0{day}T02:00:00Z")
        read.clear()
        assert write_ocfl(two, root) == ["sample"]
        assert {path.parent for path in read} == {last}, "versions that stand are not read again"
    write_ocfl(two, tmp_path / "whole")
    assert served(root) == served(tmp_path / "whole") and validated(root)[0] == 0
    with_inventory = {path.parent.name for path in (root / "sample").glob("*/inventory.json")}
    assert with_inventory == {"v1", "v2", "v4", "v5"}
    # What was changed in the inventory is made anew.
    path = root / "sample" / "inventory.json"
    path.write_bytes(path.read_bytes().replace(b"release 1.0.0", b"release 9.0.0"))
    assert write_ocfl(two, root) == ["sample"] and served(root) == served(tmp_path / "whole")


def test_an_export_that_is_killed_leaves_the_object_as_it_was(
    two: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "ocfl"
    write_ocfl(two, root)
    before = served(root)
    publish(two, make_contract(), b"id,name\n1,new\n", "2026-01-07T02:00:00Z")

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    for place in ("_link_versions", "_version", "_swap"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(ocfl, place, kill)
            write_ocfl(two, root)
        assert served(root) == before and validated(root)[0] == 0
    assert write_ocfl(two, root) == ["sample"]


def test_a_folder_with_something_else_in_it_is_left_alone(two: Store, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with stops(codes.evidence.PLACE_NOT_USABLE, tmp_path / "mine"):
        write_ocfl(two, tmp_path / "mine")
    assert served(tmp_path / "mine") == {"letter.txt": b"dear"}
