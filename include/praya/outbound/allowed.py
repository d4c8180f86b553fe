"""Which hosts a request may go to, and which IP addresses their names may lead to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from praya.errors import AddressRefused, codes
from praya.outbound.address import PORTS, Address, parse_netloc
from praya.outbound.networks import IPAddress, Network, is_in, is_public

LOOPBACK: tuple[Network, ...] = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))
OTHER_HOST = "is on a host that the source may not lead to; where that is right, add it to `source.hosts`"

Host = tuple[str, int]


def parse_host(text: str) -> list[Host]:
    """The hosts that `host` (at the ports of http and https) or `host:port` allows; raises AddressRefused."""
    host, port = parse_netloc(text)
    return [(host, port)] if port else [(host, each) for each in PORTS.values()]


@dataclass(frozen=True)
class Allowed:
    """The hosts that a request and all its redirects may go to, each with its port.

    Names may lead to public IP addresses only; `own`, the source's host, also to those in `private`, which an
    operator's connection allows.
    """

    own: Host
    hosts: frozenset[Host]
    private: tuple[Network, ...] = ()

    @staticmethod
    def of(address: Address, others: Iterable[Host] = (), private: tuple[Network, ...] = ()) -> Allowed:
        """The host of `address` (for http at port 80 also https) and `others`."""
        own = (address.host, address.port)
        upgraded = {(address.host, PORTS["https"])} if address.port == PORTS["http"] else set()
        return Allowed(own, frozenset({own, *upgraded, *others}), private)

    def check(self, address: Address) -> None:
        """Raise AddressRefused for a host that is not allowed, or that is an IP address which is not."""
        host = (address.host, address.port)
        if host not in self.hosts:
            raise AddressRefused(codes.address.HOST_NOT_ALLOWED, OTHER_HOST)
        if address.ip is not None:
            self._check_ip(host, address.ip)

    def resolve(self, host: str, port: int) -> list[str]:
        """The IP addresses of `host`, all of them allowed; raises AddressRefused where one is not, and OSError (as
        socket.getaddrinfo does) where there is none."""
        if (host, port) not in self.hosts:
            raise AddressRefused(codes.address.HOST_NOT_ALLOWED, OTHER_HOST)
        records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(record[4][0]) for record in records))
        for text in addresses:
            self._check_ip((host, port), ipaddress.ip_address(text))
        return addresses

    def _check_ip(self, host: Host, ip: IPAddress) -> None:
        if is_public(ip) or (host == self.own and is_in(ip, self.private)):
            return
        raise AddressRefused(
            codes.address.PRIVATE_NETWORK,
            f"leads to {ip}, which is not on the public internet; where that is right, the source's connection must "
            "say `allow_private`",
        )
