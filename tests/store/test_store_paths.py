"""The path of a key: links are found part by part, with the answer that resolving the whole path gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.errors import IntegrityError
from praya.store.regular import path_below

PARTS = ["folder", "file", "inside", "outside", "loop", "dangling", "none", "..", ".", "x" * 300, "nul\0"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a folder, a file, and links within it, out of it, to themselves and to nothing."""
    root = tmp_path_factory.mktemp("paths").resolve() / "store"
    for folder in (root, root / "folder", root.parent / "away"):
        folder.mkdir()
        (folder / "file").write_text("x")
    for folder in (root, root / "folder"):
        (folder / "inside").symlink_to(root / "folder")
        (folder / "outside").symlink_to(root.parent / "away")
        (folder / "loop").symlink_to("loop")
        (folder / "dangling").symlink_to(root / "nothing")
    return root


def resolved(root: Path, key: str) -> Path | None:
    """The path where no link is on the way to it, by resolving all of it."""
    path = root / key
    try:
        return path if path.resolve() == path else None
    except (OSError, RuntimeError, ValueError):
        return path


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("/".join))
def test_a_key_has_a_path_where_resolving_it_meets_no_link(root: Path, key: str) -> None:
    try:
        found = path_below(root, key)
    except IntegrityError:
        found = None
    assert found == resolved(root, key)


def test_a_store_that_became_a_link_has_no_paths(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "away")
    with pytest.raises(IntegrityError):
        path_below(tmp_path / "store", "state/x")
