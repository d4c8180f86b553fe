"""The Airflow connection of a source, as the address that collect takes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from praya.contract import Contract
from praya.contract.source_specs import connection_types
from praya.errors import SourceError, codes
from praya.text.outside import quote as shown
from praya_airflow.settings import read_settings

HTTP, ALLOW_PRIVATE = ("http", "https"), "allow_private"


def read_connections(contract: Contract) -> dict[str, str]:
    """The address of the connection that a contract names, by its name; SourceError where it is of another kind."""
    from airflow.sdk.bases.hook import BaseHook

    name = contract.source.connection
    if name is None:
        return {}
    connection = BaseHook.get_connection(name)
    types = sorted(connection_types(contract.source))
    # A database's password, or the signing key, is no login for a web server, whatever a contract says.
    if connection.conn_type not in types or name == read_settings().signing_connection:
        raise SourceError(
            codes.source.CONNECTION_NOT_USABLE,
            f"{contract.dataset}: the connection '{shown(name)}' is of type '{shown(connection.conn_type)}' or "
            f"holds the signing key; this source needs one of type {' or '.join(types)}",
        )
    return {name: _make_address(connection) if connection.conn_type in HTTP else connection.get_uri()}


def _make_address(connection: Any) -> str:
    """The connection as one address: scheme, login, host, port, and the networks that its extra `allow_private` names.

    The host may also be written as an address with a scheme and a path, as in Airflow's form of HTTP connections; of a
    connection that was given as an address, Airflow keeps the path as its schema.
    """
    scheme, _, host = str(connection.host or "").rpartition("://")
    scheme = scheme or next(
        (name for name in (connection.schema, connection.conn_type) if name in HTTP), "http"
    )
    host, slash, path = host.partition("/")
    if connection.schema and connection.schema not in HTTP:
        slash, path = "/", connection.schema
    login, at, host = host.rpartition("@")
    if connection.password:
        login, at = f"{quote(connection.login or '', safe='')}:{quote(connection.password, safe='')}", "@"
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    if connection.port:
        host = f"{host}:{connection.port}"
    networks = str(connection.extra_dejson.get(ALLOW_PRIVATE) or "")
    query = f"?{urlencode({ALLOW_PRIVATE: networks})}" if networks else ""
    return f"{scheme}://{login}{at}{host}{slash}{path}{query}"
