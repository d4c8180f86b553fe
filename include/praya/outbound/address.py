"""An address of the web in one spelling. What another parser could read as another host is refused.

A request is made from the parsed parts and not from the text, so that what was checked is what is asked.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from praya.errors import AddressRefused, codes
from praya.text.outside import MASKED

MAX_ADDRESS = 8192
PORTS = {"http": 80, "https": 443}
# What is sent as it is; all else is percent-encoded, as it would be by the client.
IN_PATH = "/%:@!$&'()*+,;=~"
IN_QUERY = f"{IN_PATH}?[]"
# Names of parameters whose values open something, without `-`, `_` and `.`.
SECRET_NAMES = frozenset({
    "accesskey", "accesskeyid", "accesstoken", "apikey", "apitoken", "appkey", "appsecret", "auth", "authkey",
    "authorization", "authtoken", "awsaccesskeyid", "bearer", "clientsecret", "credential", "credentials",
    "googleaccessid", "hmac", "idtoken", "jwt", "key", "licensekey", "oauthtoken", "pass", "passcode", "passwd",
    "password", "pwd", "refreshtoken", "sas", "secret", "secretkey", "securitytoken", "sessionid", "sessiontoken",
    "sig", "signature", "subscriptionkey", "token", "usertoken", "xamzcredential", "xamzsecuritytoken", "xamzsignature",
    "xapikey", "xgoogcredential", "xgoogsignature",
})  # fmt: skip
# Shorter values are in other texts by chance.
LEAST_SECRET = 4

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")
_PORT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True)
class Address:
    """An address without login and fragment: `host` is an ASCII name in lower case, or an IP address in its one
    spelling (IPv6 without brackets); `target` is path and query as they are sent."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials belong to: scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The host where it is an IP address, else None."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    def with_query(self, query: str) -> Address:
        """The same address with `query` added to its own."""
        return replace(self, target=f"{self.target}{'&' if '?' in self.target else '?'}{query}")

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.target}"

    @property
    def shown(self) -> str:
        """The form that is shown and kept: secrets in the query are masked."""
        return masked(str(self))

    @property
    def secrets(self) -> list[str]:
        """The values in the query that open something."""
        pairs = parse_qsl(urlsplit(self.target).query)
        return [value for name, value in pairs if _is_secret(name) and len(value) >= LEAST_SECRET]


def parse_address(text: str) -> Address:
    """The address in `text`; raises AddressRefused, which says what is wrong with it and not the text itself."""
    if len(text) > MAX_ADDRESS:
        raise AddressRefused(codes.address.MALFORMED, f"is longer than {MAX_ADDRESS:,} characters")
    if _FORBIDDEN.search(text):
        raise AddressRefused(codes.address.MALFORMED, "holds a control character or a backslash")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise AddressRefused(codes.address.MALFORMED, "has a host that cannot be read") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise AddressRefused(codes.address.SCHEME_NOT_ALLOWED, "is neither http nor https")
    if "@" in parts.netloc:
        raise AddressRefused(
            codes.address.LOGIN_IN_ADDRESS, "holds a user or a password, which belong into the connection"
        )
    host, port = _host_and_port(parts.netloc)
    path = parts.path if parts.path.startswith("/") or not parts.path else f"/{parts.path}"
    target = quote(path, safe=IN_PATH) + (f"?{quote(parts.query, safe=IN_QUERY)}" if parts.query else "")
    secure: Literal["http", "https"] = "https" if scheme == "https" else "http"
    return Address(secure, host, port or PORTS[scheme], target)


def parse_netloc(text: str) -> tuple[str, int | None]:
    """Host and port of `host` or `host:port`; the port is None where none is there. Raises AddressRefused."""
    if _FORBIDDEN.search(text) or "@" in text or "/" in text:
        raise AddressRefused(codes.address.MALFORMED, "is no host")
    return _host_and_port(text)


def redirected(current: Address, to: str) -> Address:
    """The address that a response at `current` names, absolute or relative. Raises AddressRefused."""
    if _FORBIDDEN.search(to):
        raise AddressRefused(codes.address.MALFORMED, "holds a control character or a backslash")
    text = to.strip(" ")
    if text.startswith("///"):
        raise AddressRefused(
            codes.address.MALFORMED, "begins with three slashes, which some read as another host"
        )
    try:
        # One with a scheme is whole, and not completed as `http:file` could be.
        return parse_address(text if urlsplit(text).scheme else urljoin(str(current), text))
    except ValueError as error:
        raise AddressRefused(codes.address.MALFORMED, "cannot be read") from error


def masked(text: str) -> str:
    """An address as it may be shown and kept: without user and password, the secrets of its query masked."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text.partition("?")[0].rpartition("@")[2]
    query = "&".join(_masked_pair(pair) for pair in parts.query.split("&"))
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment="")
    return urlunsplit(bare)


def _masked_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}={MASKED}" if equals and value and _is_secret(unquote(name)) else pair


def _is_secret(name: str) -> bool:
    return re.sub(r"[-_.]", "", name).lower() in SECRET_NAMES


def _host_and_port(netloc: str) -> tuple[str, int | None]:
    if netloc.startswith("["):
        host, bracket, rest = netloc[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise AddressRefused(codes.address.MALFORMED, "has a host that cannot be read")
        return _ipv6(host), _port(rest[1:]) if rest[1:] else None
    host, _, port = netloc.partition(":")
    return _name(host), _port(port) if port else None


def _port(text: str) -> int:
    if not _PORT.fullmatch(text) or not 0 < int(text) < 1 << 16:
        raise AddressRefused(codes.address.MALFORMED, "has a port that is none")
    return int(text)


def _ipv6(text: str) -> str:
    if "%" in text:
        raise AddressRefused(codes.address.MALFORMED, "names a network interface (zone)")
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError as error:
        raise AddressRefused(codes.address.MALFORMED, "has a host that is no IPv6 address") from error


def _name(text: str) -> str:
    """A host name or a dotted IPv4 address. Names that end in a number are addresses to some resolvers, in decimal,
    octal, hexadecimal or short form: only the plain form of four is taken."""
    host = text.lower()
    if not text.isascii():
        raise AddressRefused(
            codes.address.MALFORMED, "has a host that is not ASCII: write an international name as xn--…"
        )
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused(
            codes.address.MALFORMED,
            "has a host that is no name: empty, with a dot at its end, or with other characters",
        )
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise AddressRefused(
                codes.address.MALFORMED, "has a host that ends in a number and is no plain IPv4 address"
            ) from error
    return host
