"""An Airflow connection as the address that collect takes: scheme, login, host, port, and what it allows."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import Connection

from made import make_contract
from made.expected import stops
from praya.errors import codes
from praya_airflow.source_connection import _make_address, read_connections


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({"host": "data.gov.hk"}, "http://data.gov.hk"),
        ({"conn_type": "https", "host": "data.gov.hk"}, "https://data.gov.hk"),
        ({"schema": "https", "host": "data.gov.hk", "port": 8443}, "https://data.gov.hk:8443"),
        ({"host": "https://data.gov.hk"}, "https://data.gov.hk"),
        ({"host": "https://data.gov.hk/api", "port": 8443}, "https://data.gov.hk:8443/api"),
        ({"host": "https://data.gov.hk", "password": "s3/cret"}, "https://:s3%2Fcret@data.gov.hk"),
        ({"host": "data.gov.hk", "login": "mary", "password": "x@y"}, "http://mary:x%40y@data.gov.hk"),
        ({"host": "::1", "port": 80}, "http://[::1]:80"),
        ({"host": "[::1]", "port": 80}, "http://[::1]:80"),
        (
            {"host": "files.office", "extra": '{"allow_private": "10.1.0.0/16, fd00::/8"}'},
            "http://files.office?allow_private=10.1.0.0%2F16%2C+fd00%3A%3A%2F8",
        ),
        ({"host": "data.gov.hk", "extra": '{"timeout": 3}'}, "http://data.gov.hk"),
    ],
)
def test_a_connection_is_one_address(said: dict[str, Any], address: str) -> None:
    assert _make_address(Connection(conn_id="x", **({"conn_type": "http"} | said))) == address


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("http://127.0.0.1:8023", "http://127.0.0.1:8023"),
        ("http://:t0ken@127.0.0.1:8023", "http://:t0ken@127.0.0.1:8023"),
        ("https://data.gov.hk/base/path", "https://data.gov.hk/base/path"),
        (
            "http://files.office:80/?allow_private=10.1.0.0%2F16",
            "http://files.office:80?allow_private=10.1.0.0%2F16",
        ),
    ],
)
def test_an_address_in_the_environment_means_the_same_in_airflow_and_without(uri: str, address: str) -> None:
    assert _make_address(Connection.from_uri(uri, conn_id="x")) == address


def test_a_password_that_is_no_login_for_a_web_server_goes_to_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract may name any connection; a database's password and the signing key stay where they are."""
    contract = make_contract(source={"url": None, "connection": "mine", "path": "/a.csv"})
    monkeypatch.setenv("AIRFLOW_CONN_MINE", "postgres://mary:s3cret@db.office:5432/airflow")
    with stops(codes.source.CONNECTION_NOT_USABLE, "'mine'", "http or https") as caught:
        read_connections(contract)
    assert "s3cret" not in str(caught.value)
    monkeypatch.setenv("AIRFLOW_CONN_MINE", "http://:s3cret@data.gov.hk")
    assert read_connections(contract) == {"mine": "http://:s3cret@data.gov.hk"}
    monkeypatch.setenv("PRAYA_SIGNING_CONNECTION", "mine")
    with stops(codes.source.CONNECTION_NOT_USABLE, "'mine'", "'http'"):
        read_connections(contract)
