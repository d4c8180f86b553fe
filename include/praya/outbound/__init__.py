"""Requests to other machines: which addresses they may go to, and a session that goes nowhere else."""

from praya.outbound.address import Address, masked, parse_address, redirected
from praya.outbound.allowed import Allowed, Host, parse_host
from praya.outbound.networks import Network, is_public, parse_networks
from praya.outbound.session import OutboundSession, open_session

__all__ = [
    "Address",
    "Allowed",
    "Host",
    "Network",
    "OutboundSession",
    "is_public",
    "masked",
    "open_session",
    "parse_address",
    "parse_host",
    "parse_networks",
    "redirected",
]
