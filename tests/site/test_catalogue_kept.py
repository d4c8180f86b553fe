"""A catalogue that goes on from the last one is the one that is made anew, after any history."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from full import by_level
from made import make_contract, open_store, publish
from praya.contract import Contract
from praya.errors import HarvestError, ReleaseRefused
from praya.history import versions
from praya.pipeline.release.corrections import correct
from praya.pipeline.release.withdrawal import rollback, withdraw
from praya.site.portal import write_catalogue
from praya.site.portal.kept_parts import program_of, read_kept
from praya.store import Store, layout

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
BY = "Mary Chan"
DATASETS = ("alpha", "beta", "gamma")
EVENTS = st.sampled_from(
    ("release", "release", "release", "withdraw", "rollback", "correct", "rename", "break")
)


def contract(dataset: str, **more: Any) -> Contract:
    """A dataset of three, of which one is generated."""
    said = {"synthetic": True} if dataset == "gamma" else {}
    return make_contract(dataset=dataset, release={"formats": ["csv"]}, **(said | more))


def released(store: Store) -> dict[str, bytes]:
    """Every file of the released area but those with a time of signing."""
    keys = [key for key in store.keys(layout.RELEASED) if "/keys/" not in key and "signed" not in key]
    return {key: store.read_bytes(key) for key in keys}


def present(store: Store, **how: bool) -> None:
    """Write the catalogue; a harvest file that would delete a dataset stays, however it was made."""
    with suppress(HarvestError):
        write_catalogue(store, NOW, **how)


def assert_as_made_anew(store: Store) -> None:
    present(store)
    there = released(store)
    present(store)
    assert released(store) == there

    present(store, anew=True)

    anew = released(store)
    assert {key for key in anew if anew[key] != there.get(key)} == set()
    assert there.keys() == anew.keys()


def happen(store: Store, event: str, dataset: str, number: int) -> None:
    """One event in the history of a dataset; what cannot happen then does not."""
    listed = [entry["version"] for entry in versions(store, dataset)]
    chosen = listed[number % len(listed)] if listed else None
    try:
        if event == "release" or chosen is None:
            day = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC) + dt.timedelta(number)
            received_at = day.isoformat().replace("+00:00", "Z")
            publish(store, contract(dataset), f"id,name\n1,{number}\n".encode(), received_at)
        elif event == "withdraw":
            withdraw(store, dataset, chosen, f"Wrong {number}", BY)
        elif event == "rollback":
            rollback(store, dataset, None, f"Wrong {number}", BY)
        elif event == "correct":
            correct(store, dataset, chosen, f"Wrong {number}", BY)
        elif event == "rename":
            renamed = contract(f"{dataset}-new", aliases=[dataset])
            publish(store, renamed, f"id,name\n1,{number}\n".encode(), "2026-03-01T02:00:00Z")
        else:
            change = {
                "recorded": f"2026-02-{number % 27 + 1:02}",
                "dataset": dataset,
                "change": "breaking change",
                "after": "2026-04-01",
                "reason": {"en": f"Another {number}", "zh-Hant": "另一", "zh-Hans": "另一"},
            }
            there = store.get_json(layout.CALENDAR) or {
                "as_of": "",
                "datasets": [],
                "releases": [],
                "changes": [],
            }
            store.put_json(layout.CALENDAR, there | {"changes": [*there["changes"], change]})
    except ReleaseRefused:
        pass


@pytest.mark.slow
@settings(max_examples=by_level(4, 20, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(EVENTS, st.sampled_from(DATASETS), st.booleans()), min_size=3, max_size=9))
def test_after_any_history_the_catalogue_is_the_one_that_is_made_anew(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, str, bool]]
) -> None:
    store = open_store(tmp_path_factory.mktemp("store"))
    for number, (event, dataset, is_presented) in enumerate(history):
        happen(store, event, dataset, number)
        if is_presented:
            present(store)
    assert_as_made_anew(store)


@pytest.fixture
def presented(store: Store) -> Store:
    """Two real datasets and a generated one, in a catalogue."""
    for dataset in DATASETS:
        happen(store, "release", dataset, 1)
    write_catalogue(store, NOW)
    return store


def test_only_the_dataset_that_changed_is_made(presented: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    from praya.site.portal import folder_parts

    make = folder_parts.make_dataset_parts
    monkeypatch.setattr(
        folder_parts,
        "make_dataset_parts",
        lambda store, dataset, *rest: made.append(dataset) or make(store, dataset, *rest),
    )
    happen(presented, "release", "beta", 2)

    write_catalogue(presented, NOW)

    assert made == ["beta"]
    assert_as_made_anew(presented)


@pytest.mark.parametrize(
    "name",
    [
        "catalogue.json",
        "catalogue.jsonld",
        "catalogue.ttl",
        "index.html",
        "psi-data-hk-dpo.json",
        "_redirects",
    ],
)
def test_a_whole_file_that_something_else_wrote_is_made_anew(presented: Store, name: str) -> None:
    key = f"{layout.RELEASED}/{name}"
    there = presented.read_bytes(key)
    presented.put_bytes(key, there + b" ")

    assert write_catalogue(presented, NOW)["changed"] is True

    assert presented.read_bytes(key) == there


@pytest.mark.parametrize("name", ["changelog.json", "changelog-tc.html", "feed-en.atom"])
@pytest.mark.parametrize("is_changed", [True, False])
def test_a_file_of_a_dataset_that_is_gone_or_replaced_is_made_anew(
    presented: Store, name: str, is_changed: bool
) -> None:
    key = f"{layout.dataset('alpha')}/{name}"
    there = presented.read_bytes(key)
    if is_changed:
        presented.put_bytes(key, b"other")
    else:
        presented.discard(key)

    write_catalogue(presented, NOW)

    assert presented.read_bytes(key) == there


@pytest.mark.parametrize("damage", [b"", b"{}", b"not JSON", b'{"program": "\xff"}'])
def test_a_damaged_record_is_made_anew(presented: Store, damage: bytes) -> None:
    presented.put_bytes(layout.CATALOGUE_PARTS, damage)

    assert_as_made_anew(presented)

    assert read_kept(presented, program_of(presented)).folders.keys() >= set(DATASETS)


def test_a_record_of_another_program_is_not_used(presented: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAYA_BASE_URL", "https://other.example.gov.hk")

    assert_as_made_anew(presented)

    assert b"https://other.example.gov.hk/alpha" in presented.read_bytes("released/catalogue.ttl")


def test_a_kill_before_the_record_is_written_loses_nothing(
    presented: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    happen(presented, "release", "beta", 2)
    monkeypatch.setattr("praya.site.portal.catalogue_files.write_kept", kill)
    with pytest.raises(KeyboardInterrupt):
        write_catalogue(presented, NOW)
    monkeypatch.undo()

    assert_as_made_anew(presented)


def test_events_that_are_gone_make_room_for_older_ones(
    presented: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("feed", "news", "whole_files"):
        monkeypatch.setattr(f"praya.site.portal.{name}.LENGTH", 2)
    write_catalogue(presented, NOW, anew=True)
    presented.discard(layout.dataset("gamma"))

    assert_as_made_anew(presented)
