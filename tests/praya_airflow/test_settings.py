"""The embedded Airflow's settings: loopback only, secrets for their owner, nothing of another Airflow."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from praya_airflow import settings
from praya_airflow.local.addresses import Addresses, find_free_port
from praya_airflow.local.airflow_environment import make_environment
from praya_airflow.local.credentials import USERS, read_credentials
from praya_airflow.local.places import Places, read_places


@pytest.fixture
def place(tmp_path: Path) -> Places:
    made = Places(home=tmp_path / "var", store=tmp_path / "store")
    made.make()
    return made


def of(place: Places, host: str = "127.0.0.1", **more: Any) -> dict[str, str]:
    return make_environment(place, read_credentials(place.airflow), Addresses(host, 1234, 1235), **more)


def test_only_this_machine_reaches_the_ui_unless_told_otherwise(place: Places) -> None:
    found = of(place)
    assert found["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:1234/execution/"
    assert found["AIRFLOW_CONN_PRAYA_SOURCES"] == "http://127.0.0.1:1235"


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "127.0.0.1"), ("192.0.2.7", "192.0.2.7")])
def test_tasks_reach_the_api_server_wherever_it_listens(place: Places, host: str, url: str) -> None:
    found = of(place, host=host)
    assert found["AIRFLOW__API__HOST"] == host
    assert found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://{url}:1234/execution/"


def test_sqlite_unless_a_database_is_named(place: Places) -> None:
    assert (
        of(place)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{place.airflow}/airflow.db?timeout=60"
    )
    url = "postgresql+psycopg2://me@db/praya"
    assert of(place, database=url)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == url


def test_every_setting_is_one_that_airflow_knows(place: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(place.airflow))  # importing Airflow makes that folder
    from airflow.configuration import conf

    known = {
        f"AIRFLOW__{section}__{key}".upper()
        for section, options in conf.configuration_description.items()
        for key in options["options"]
    }
    assert {key for key in of(place) if key.startswith("AIRFLOW__")} <= known


def test_secrets_are_made_once_and_readable_by_their_owner_only(place: Places) -> None:
    first = read_credentials(place.airflow)
    assert read_credentials(place.airflow) == first
    assert set(first.passwords) == set(USERS)
    assert len({*first.passwords.values(), *first.keys.values()}) == 7
    for path in place.airflow.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (place.airflow, place.logs, place.state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_missing_secret_is_added_and_the_others_stay(place: Places) -> None:
    first = read_credentials(place.airflow)
    first.passwords_file.write_text(json.dumps({"admin": first.passwords["admin"]}))
    again = read_credentials(place.airflow)
    assert again.passwords["admin"] == first.passwords["admin"]
    assert again.passwords["viewer"] != first.passwords["viewer"]


def test_a_damaged_secrets_file_is_told_by_name(place: Places) -> None:
    (place.airflow / "keys.json").write_text("{")
    with pytest.raises(SystemExit, match=r"keys\.json"):
        read_credentials(place.airflow)


def test_another_airflow_in_the_shell_is_left_alone() -> None:
    shell = {
        "AIRFLOW_HOME": "/other",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://other",
        "AIRFLOW_CONN_MINE": "http://mine",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_PROXY": "intranet",
    }
    found = settings.make_process_environment({"AIRFLOW_HOME": "/ours"}, shell)
    assert found["AIRFLOW_HOME"] == "/ours"
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" not in found
    assert "PYTHONDONTWRITEBYTECODE" not in found
    assert found["AIRFLOW_CONN_MINE"] == "http://mine"
    assert found["no_proxy"].split(",") == ["intranet", "127.0.0.1", "localhost"]


def test_a_task_has_its_share_of_processors_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for processors, share in ((1, "1"), (2, "1"), (4, "1"), (8, "2"), (64, "16")):
        monkeypatch.setattr("os.cpu_count", lambda number=processors: number)
        assert settings.make_process_environment({}, {})["PRAYA_DUCKDB_THREADS"] == share
        said = settings.make_process_environment({}, {"PRAYA_DUCKDB_THREADS": "3"})
        assert said["PRAYA_DUCKDB_THREADS"] == "3"


def test_a_port_that_is_taken_is_not_offered() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert find_free_port("127.0.0.1", port) != port
    assert find_free_port("127.0.0.1", port) == port


def test_places_follow_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRAYA_HOME", "here")
    monkeypatch.delenv("PRAYA_STORE", raising=False)
    assert read_places().home == tmp_path / "here"
    assert read_places().store == tmp_path / "here" / "store"


def test_airflow_takes_moments_without_a_zone_for_hong_kongs(place: Places) -> None:
    assert of(place)["AIRFLOW__CORE__DEFAULT_TIMEZONE"] == "Asia/Hong_Kong"


def test_settings_follow_the_environment_and_an_empty_variable_is_none(place: Places) -> None:
    found = settings.read_settings(
        {
            "PRAYA_HOST": "0.0.0.0",
            "PRAYA_PORT": "8090",
            "PRAYA_MONTHS": "2023-03, 2023-04",
            "PRAYA_LOG": "json",
            "PRAYA_DATABASE": "postgresql+psycopg2://me@db/praya",
            "PRAYA_SIGNING_CONNECTION": "signing",
            "MAKELEVEL": "1",
        }
    )
    assert found == settings.Settings(
        "signing", "postgresql+psycopg2://me@db/praya", "0.0.0.0", "8090", ("2023-03", "2023-04"), True, True
    )
    empty = settings.read_settings({"PRAYA_HOST": "", "PRAYA_PORT": "", "PRAYA_LOG": "text"})
    assert empty == settings.Settings("", "", "127.0.0.1", "8080", ("2023-01",), False, False)
    assert len(settings.read_settings({"FULL": "1"}).months) == 12


def test_logs_of_airflows_processes_are_json_where_that_was_asked_for(place: Places) -> None:
    key = "AIRFLOW__LOGGING__JSON_LOGS"
    assert key not in of(place) and of(place, json_logs=True)[key] == "True"
