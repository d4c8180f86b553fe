"""The changelog takes from the one that stands what has not changed, and is the one that is made whole."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from made import make_contract, publish
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.withdrawal import withdraw
from praya.site.portal import changelog, write_catalogue
from praya.site.portal.change_pages import publish_changes
from praya.site.portal.changelog import NOTHING, make_changelog, read_changelog, write_changelog
from praya.store import Store, layout

DATASET = "sample"
TITLE: Any = {"en": "A sample", "zh-Hant": "標題", "zh-Hans": "标题"}


def released(store: Store, day: int) -> Path:
    received_at = f"2026-01-{day:02}T02:00:00Z"
    return publish(store, make_contract(), f"id,name\n1,{day}\n".encode(), received_at)


@pytest.fixture
def presented(store: Store) -> Store:
    for day in range(5, 9):
        released(store, day)
    write_catalogue(store)
    return store


def hashes(store: Store) -> dict[str, str]:
    folder = store.path(layout.dataset(DATASET))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("changelog*")}


def rendered(store: Store, known: dict[str, str], patch: pytest.MonkeyPatch) -> list[str]:
    """The versions of which an article is rendered, where the changelog goes on from the one that stands; what it is
    must be what is made whole."""
    standing = read_changelog(store, DATASET, known)
    log = make_changelog(store, DATASET, TITLE, False, standing)
    whole = make_changelog(store, DATASET, TITLE, False, NOTHING)
    assert log == whole
    made, render = list[str](), changelog.render

    def rendering(template: str, **values: Any) -> str:
        made.append(values["one"]["version"])
        return render(template, **values)

    with patch.context() as watched:
        watched.setattr(changelog, "render", rendering)
        gone_on = write_changelog(log, standing)
    assert gone_on == write_changelog(whole, NOTHING)
    return sorted(set(made))


def test_a_release_renders_its_own_version_only(presented: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    known = hashes(presented)
    assert rendered(presented, known, monkeypatch) == []
    last = released(presented, 10)
    publish_changes(presented, DATASET)
    assert rendered(presented, known, monkeypatch) == [last.name]


def test_what_became_of_a_version_renders_it_again(presented: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    known = hashes(presented)
    correct(presented, DATASET, "1.0.1", "Wrong <sum>", "Mary Chan")
    assert rendered(presented, known, monkeypatch) == ["20260106T020000Z"]
    withdraw(presented, DATASET, "1.0.1", "Wrong", "Mary Chan")
    assert rendered(presented, known, monkeypatch) == ["20260106T020000Z", "20260107T020000Z"]


@pytest.mark.parametrize("name", ["changelog.json", "changelog-en.html", "changelog-sc.html"])
def test_a_changelog_that_something_else_wrote_is_made_whole(
    presented: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = hashes(presented)
    key = f"{layout.dataset(DATASET)}/{name}"
    presented.put_bytes(key, presented.read_bytes(key).replace(b"1.0.1", b"9.0.1"))
    assert len(rendered(presented, known, monkeypatch)) == 4


def test_changes_that_are_gone_are_made_again(presented: Store) -> None:
    key = layout.change(DATASET, "20260105T020000Z", "20260106T020000Z")
    there = presented.read_bytes(f"{key}/changes.json")
    presented.discard(key)
    write_catalogue(presented)
    assert presented.read_bytes(f"{key}/changes.json") == there
