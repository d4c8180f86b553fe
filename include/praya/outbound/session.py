"""A session of requests that connects to the IP addresses that were checked, and to no others.

A name is resolved once for each connection, and the connection goes to the address that was checked: what the name
leads to a moment later changes nothing. Host header, SNI and certificate are still those of the name. Proxies, `.netrc`
and cookies play no part, and redirects are left to the caller.
"""

from __future__ import annotations

import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import Retry
from urllib3.util.connection import create_connection

from praya.errors import AddressRefused, codes
from praya.outbound.allowed import Allowed, Host
from praya.text.outside import quote


class OutboundSession(requests.Session):
    """A session that follows no redirect by itself, and knows which IP address each host was reached at last."""

    def __init__(self, connected: dict[Host, str]) -> None:
        super().__init__()
        self.connected = connected

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """None: requests would else read the body of a redirect, however long, to prepare the next request."""
        return None


def open_session(
    allowed: Allowed, ca_bundle: str | None = None, connections: int = 1, retries: Retry | int = 0
) -> OutboundSession:
    """A session that reaches the hosts in `allowed` only; `ca_bundle` is a file of certificates to trust (default:
    certifi's). `connections` to a host are kept open."""
    connected: dict[Host, str] = {}
    session = OutboundSession(connected)
    session.trust_env = False
    session.verify = ca_bundle or True
    session.cookies.set_policy(_no_cookies())
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(allowed, connected, connections, retries))
    return session


def _no_cookies() -> Any:
    from http.cookiejar import DefaultCookiePolicy

    return DefaultCookiePolicy(allowed_domains=())


class _Adapter(HTTPAdapter):
    def __init__(
        self, allowed: Allowed, connected: dict[Host, str], connections: int, retries: Retry | int
    ) -> None:
        self._pools = _pools(allowed, connected)
        super().__init__(pool_maxsize=connections, max_retries=retries)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *_args: Any, **_kwargs: Any) -> Any:
        raise AddressRefused(
            codes.address.PROXY_CONFIGURED,
            "would go through a proxy, which decides by itself where a name leads",
        )


def _pools(allowed: Allowed, connected: dict[Host, str]) -> dict[str, type[HTTPConnectionPool]]:
    """The pools of a session by scheme: urllib3 makes connections by class, so each session has its own."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed, connected)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed, connected)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(connection: HTTPConnection, allowed: Allowed, connected: dict[Host, str]) -> socket.socket:
    """A socket to the first of the host's addresses that answers, when all of them are allowed."""
    host, port = connection.host.strip("[]"), connection.port
    try:
        addresses = allowed.resolve(host, port)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    problem: Exception | None = None
    for ip in addresses:
        try:
            sock = create_connection(
                (ip, port), connection.timeout, connection.source_address, connection.socket_options
            )
        except TimeoutError as error:
            problem = ConnectTimeoutError(connection, f"{host} ({ip}) did not answer in time")
            problem.__cause__ = error
        except OSError as error:
            problem = NewConnectionError(connection, f"{host} ({ip}): {quote(error)}")
            problem.__cause__ = error
        else:
            connected[host, port] = ip
            return sock
    raise problem or NewConnectionError(connection, f"{host} has no address")
