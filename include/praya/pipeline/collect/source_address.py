"""Where a source is: the address of each part, what it may lead to, and the login of its Airflow connection."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from praya.contract import Contract
from praya.errors import AddressRefused, SourceError, codes
from praya.outbound import Address, Allowed, Network, parse_address, parse_host, parse_networks, redirected
from praya.outbound.allowed import LOOPBACK
from praya.text.outside import quote


@dataclass(frozen=True)
class Remote:
    """An address to collect from. `login`, a value of the header Authorization, goes to `home` alone: the scheme, host
    and port of the connection."""

    address: Address
    allowed: Allowed
    login: str | None = None
    home: tuple[str, str, int] | None = None

    @property
    def shown(self) -> str:
        """The address with its secrets masked."""
        return self.address.shown

    @property
    def secret_mark(self) -> str | None:
        """The SHA-256 of an address that is shown with its secrets masked; None where nothing is masked."""
        text = str(self.address)
        return None if text == self.shown else hashlib.sha256(text.encode()).hexdigest()

    def is_shown_as(self, url: str) -> bool:
        """Whether an earlier state has this address under `url`; states of before have it as the contract spells it."""
        try:
            return parse_address(url).shown == self.shown
        except AddressRefused:
            return False

    def at(self, address: Address) -> Remote:
        """The same source at another of its addresses."""
        return Remote(address, self.allowed, self.login, self.home)

    def headers(self, address: Address) -> dict[str, str]:
        """The login, where `address` is of the connection itself."""
        return {"Authorization": self.login} if self.login and address.origin == self.home else {}

    def follow(self, current: Address, to: str) -> Address:
        """The address that an answer of `current` leads to. Raises AddressRefused where it may not be asked."""
        address = redirected(current, to)
        if current.scheme == "https" and address.scheme == "http":
            raise AddressRefused(codes.address.REDIRECT_NOT_ALLOWED, "would fall from https to http")
        self.allowed.check(address)
        target = unquote(address.target)
        if address.origin != current.origin and any(
            secret in target for secret in (*self.address.secrets, *current.secrets)
        ):
            raise AddressRefused(
                codes.address.REDIRECT_NOT_ALLOWED,
                "would carry a key of the source's address to another host",
            )
        return address


@dataclass(frozen=True)
class _Connection:
    base: str
    home: Address
    login: str | None
    private: tuple[Network, ...]


def remote(contract: Contract, connections: Mapping[str, str], path: str) -> Remote:
    """Where `path` is, which begins with / at the contract's connection, or else is a whole address of http(s).

    Raises SourceError for an address that may not be asked.
    """
    hosts = [host for text in contract.source.hosts for host in _hosts(contract, text)]
    connection = _connection(contract, connections) if path.startswith("/") else None
    try:
        address = parse_address(f"{connection.base if connection else ''}{path}")
        private = connection.private if connection else ()
        allowed = Allowed.of(address, hosts, private)
        allowed.check(address)
    except AddressRefused as error:
        raise SourceError(
            error.code, f"{contract.subject}: '{quote(path, 120)}' cannot be asked: it {error}"
        ) from error
    if connection is None:
        return Remote(address, allowed)
    return Remote(address, allowed, connection.login, connection.home.origin)


def _connection(contract: Contract, connections: Mapping[str, str]) -> _Connection:
    name = contract.source.connection
    if name is None:
        raise SourceError(
            codes.source.CONNECTION_MISSING,
            f"{contract.dataset}: a path that begins with / needs a connection; name it in `source.connection`",
        )
    if name not in connections:
        raise SourceError(
            codes.source.CONNECTION_MISSING,
            f"{contract.dataset}: there is no connection '{quote(name)}'; "
            f"add it in Airflow (Admin → Connections) or set AIRFLOW_CONN_{quote(name.upper())}",
        )
    try:
        parts = urlsplit(connections[name])
        base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        home = parse_address(base)
        login = _login(parts)
        private = parse_networks(",".join(parse_qs(parts.query).get("allow_private", [])))
    except AddressRefused as error:
        raise SourceError(
            error.code, f"{contract.dataset}: the address of the connection '{quote(name)}' {error}"
        ) from error
    except ValueError:
        raise SourceError(
            codes.source.CONNECTION_NOT_USABLE,
            f"{contract.dataset}: the connection '{quote(name)}' cannot be read; it is an address such as "
            "https://host, its "
            "login is plain text, and `allow_private` are networks such as 10.1.0.0/16",
        ) from None  # the cause quotes what may be a password
    return _Connection(base, home, login, (*private, *_written_out(home)))


def _written_out(home: Address) -> tuple[Network, ...]:
    """The network that the connection allows by its host: one IP address that is written out, or loopback."""
    if home.ip is not None:
        return (ipaddress.ip_network(home.ip),)
    return LOOPBACK if home.host == "localhost" else ()


def _login(parts: SplitResult) -> str | None:
    """The header of a connection's password: a bearer token, or with a user beside it, basic authentication.

    Raises ValueError for a token that no header can hold: the client would quote it.
    """
    if parts.password is None:
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password)
    if not user:
        if not (password.isascii() and password.isprintable()) or password != password.strip():
            raise ValueError("a token is printable ASCII")
        return f"Bearer {password}"
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _hosts(contract: Contract, text: str) -> list[tuple[str, int]]:
    try:
        return parse_host(text)
    except AddressRefused as error:
        raise SourceError(
            error.code, f"{contract.dataset}: source.hosts: '{quote(text, 120)}' {error}"
        ) from error
