"""The cache of what contracts say to DAGs: always what reading the contracts gives, and never what somebody else put
there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made import contract_dict, field, project
from praya.contract import read_contracts
from praya.project import Project
from praya_airflow import facts_cache
from praya_airflow.dag_facts import read_facts
from praya_airflow.facts_cache import AllFacts, find_cache, read_all_facts

NAMES = ["one", "two", "six"]
CONTENTS = [None, "good", "other", "wrong", "not yaml: [", "refers", "alias", ""]


def here(tmp_path: Path, **changes: object) -> Project:
    folder = tmp_path / "contracts"
    (folder / "hk-dpo").mkdir(parents=True, exist_ok=True)
    return project(contracts=folder, home=tmp_path / "home", **changes)


def put(place: Project, name: str, content: str | None, provider: str = "hk-dpo") -> Path:
    path = place.contracts / provider / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.unlink(missing_ok=True)
        return path
    key = {"fields": ["id"], "reference": {"resource": NAMES[0], "fields": ["id"]}}
    base = contract_dict(field("id", "integer"), dataset=name, provider=provider)
    base |= {
        "good": {},
        "other": {"owner": "others"},
        "wrong": {"frequency": "never"},
        "refers": {"schema": base["schema"] | {"foreignKeys": [key]}},
        "alias": {"aliases": [NAMES[1]]},
    }.get(content, {})
    text = content if content in ("", "not yaml: [") else yaml.safe_dump(base, allow_unicode=True)
    path.write_text(text, "utf-8")
    return path


def read_anew(place: Project) -> AllFacts:
    contracts, problems = read_contracts(place)
    return [read_facts(contract) for contract in contracts], problems


def shown(found: AllFacts) -> tuple[object, ...]:
    facts, problems = found
    return facts, [(problem.code, str(problem)) for problem in problems]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(CONTENTS)), max_size=6))
def test_whatever_is_written_the_cache_says_what_the_contracts_say(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str | None]]
) -> None:
    place = here(tmp_path_factory.mktemp("project"))
    for name, content in changes:
        put(place, name, content)
        wanted = shown(read_anew(place))
        assert shown(read_all_facts(place)) == wanted, "made"
        assert shown(read_all_facts(place)) == wanted, "from the cache"


@pytest.fixture
def place(tmp_path: Path) -> Project:
    """A project of two contracts, one of them wrong, whose cache is there."""
    place = here(tmp_path)
    put(place, "one", "good")
    put(place, "two", "wrong")
    read_all_facts(place)
    return place


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """How often all contracts were read."""
    seen: list[Project] = []

    def counted(given: Project):  # type: ignore[no-untyped-def]
        seen.append(given)
        return read_contracts(given)

    monkeypatch.setattr(facts_cache, "read_contracts", counted)
    return seen


def test_what_has_not_changed_is_not_read_again(place: Project, reads: list[Project]) -> None:
    assert shown(read_all_facts(place)) == shown(read_anew(place))
    assert reads == []
    assert find_cache(place).stat().st_mode & 0o777 == 0o600


def test_a_change_is_seen_although_time_and_size_stay(place: Project, reads: list[Project]) -> None:
    path = place.contracts / "hk-dpo" / "one.yaml"
    before, text = path.stat(), path.read_text("utf-8")
    path.write_text(text.replace("open-data", "open-dora"), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    (facts,), _ = read_all_facts(place)
    assert facts.owner == "open-dora" and len(reads) == 1


def test_a_changed_policy_or_code_list_or_code_is_seen(
    place: Project, reads: list[Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_bytes(place.policy_file.read_bytes() + b"# changed\n")
    read_all_facts(here(tmp_path, policy_file=policy))
    (tmp_path / "lists").mkdir()
    read_all_facts(here(tmp_path, code_lists=tmp_path / "lists"))
    assert len(reads) == 2
    read_all_facts(place)
    monkeypatch.setattr(facts_cache, "version", lambda _: "another")
    read_all_facts(place)
    assert len(reads) == 3, "a process has the code that it has loaded"
    facts_cache.compute_code_key.cache_clear()
    read_all_facts(place)
    facts_cache.compute_code_key.cache_clear()
    assert len(reads) == 4


@pytest.mark.parametrize("cut", [0, 1, 40, 70, 300, -1])
def test_a_damaged_cache_is_made_anew(place: Project, reads: list[Project], cut: int) -> None:
    path = find_cache(place)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    assert shown(read_all_facts(place)) == shown(read_anew(place))
    assert len(reads) == 1 and path.read_bytes() == whole


def test_a_forged_cache_is_not_used(place: Project, reads: list[Project]) -> None:
    path = find_cache(place)
    code, _, body = path.read_bytes().partition(b"\n")
    kept = json.loads(body)
    kept["facts"][0]["owner"], kept["problems"] = "somebody else", []
    path.write_bytes(code + b"\n" + json.dumps(kept).encode())
    assert shown(read_all_facts(place)) == shown(read_anew(place))
    # With a code made by who does not have the secret.
    forged = json.dumps(kept).encode()
    path.write_bytes(facts_cache._sign(forged, b"guessed") + b"\n" + forged)
    assert shown(read_all_facts(place)) == shown(read_anew(place))
    assert len(reads) == 2


@pytest.mark.parametrize("secret", ["", "00", "no hex"])
def test_a_secret_that_was_changed_makes_the_cache_useless(
    place: Project, reads: list[Project], secret: str
) -> None:
    find_cache(place).with_name(facts_cache.SECRET).write_text(secret)
    assert shown(read_all_facts(place)) == shown(read_anew(place))
    assert len(reads) == 1


def test_contracts_are_read_where_nothing_may_be_written(
    place: Project, reads: list[Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    find_cache(place).unlink()
    monkeypatch.setattr(facts_cache, "_make_folder", read_only)
    for _ in range(2):
        assert shown(read_all_facts(place)) == shown(read_anew(place))
    assert len(reads) == 2


def test_a_kill_while_the_cache_is_written_leaves_the_one_before(
    place: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = find_cache(place).read_bytes()
    put(place, "six", "good")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            read_all_facts(place)
    assert find_cache(place).read_bytes() == whole
    assert [facts.dataset for facts in read_all_facts(place)[0]] == ["one", "six"]
