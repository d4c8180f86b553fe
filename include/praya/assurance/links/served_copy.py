"""Asks a served copy of `released/` for each address, a few at a time."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import quote

import requests
from urllib3.util import Retry

from praya.assurance.links.target import Lead, Targets
from praya.errors import AddressRefused, IntegrityError, codes
from praya.outbound import (
    Address,
    Allowed,
    OutboundSession,
    masked,
    open_session,
    parse_address,
    parse_networks,
    redirected,
)
from praya.text.outside import quote as describe

AT_ONCE = 8
SECONDS = 30
MOST_REDIRECTS = 5
# Who asks names the address: a copy may be served on this machine or within an office. Only redirects are held to it.
ANYWHERE = parse_networks("0.0.0.0/0, ::/0")


def ask(base: str, leads: Mapping[str, Lead], targets: Targets, ca_bundle: str | None = None) -> list[str]:
    """A sentence for each address below `base` that is not answered as the store would have it: a file in its size,
    and of what is withdrawn the tombstone and not the file. Raises IntegrityError where nobody answers at all."""
    base = base.rstrip("/")
    again = Retry(
        total=2,
        backoff_factor=0.2,
        status_forcelist=(502, 503, 504),
        allowed_methods=("HEAD",),
        raise_on_status=False,
    )
    try:
        allowed = Allowed.of(parse_address(base), private=ANYWHERE)
    except AddressRefused as error:
        raise IntegrityError(
            error.code, f"'{describe(masked(base), 120)}' cannot be asked: it {error}"
        ) from error
    with (
        open_session(allowed, ca_bundle, AT_ONCE, again) as session,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):

        def answer(path: str) -> tuple[int, int | None] | str:
            """Status and size in bytes, where it is told; or what went wrong."""
            try:
                response = _head(session, allowed, parse_address(f"{base}/{quote(path)}"))
            except (requests.RequestException, AddressRefused) as error:
                return describe(error, 200)
            size = response.headers.get("Content-Length", "")
            return response.status_code, int(size) if size.isdigit() else None

        if isinstance(said := answer("catalogue.json"), str):
            raise IntegrityError(codes.verify.SERVER_NOT_REACHABLE, f"{base}: nobody answers there: {said}")
        stones = {stone for path in leads if leads[path] is Lead.TOMBSTONE and (stone := targets.stone(path))}
        wanted = {path: leads.get(path, Lead.FILE) for path in sorted({*leads, *stones})}
        answers = dict(zip(wanted, pool.map(answer, wanted), strict=True))
    problems = [
        _wrong(f"{base}/{quote(path)}", path, lead, answers[path], targets) for path, lead in wanted.items()
    ]
    return [sentence for sentence in problems if sentence]


def _head(session: OutboundSession, allowed: Allowed, address: Address) -> requests.Response:
    """The answer to HEAD, after redirects within the host. Raises AddressRefused where one leads elsewhere."""
    for _ in range(MOST_REDIRECTS):
        # Sizes are those of files, so nothing may be packed on the way.
        headers = {"Accept-Encoding": "identity"}
        response = session.head(str(address), timeout=SECONDS, allow_redirects=False, headers=headers)
        if not response.is_redirect:
            return response
        after = redirected(address, response.headers["location"])
        if after.scheme == "http" and address.scheme == "https":
            raise AddressRefused(codes.address.REDIRECT_NOT_ALLOWED, "redirects from https to http")
        if (after.host, after.port) not in allowed.hosts:
            raise AddressRefused(
                codes.address.HOST_NOT_ALLOWED, f"redirects to another host, '{describe(after.netloc, 120)}'"
            )
        address = after
    raise AddressRefused(codes.address.REDIRECT_NOT_ALLOWED, f"redirects more than {MOST_REDIRECTS} times")


def _wrong(
    address: str, path: str, lead: Lead, answer: tuple[int, int | None] | str, targets: Targets
) -> str | None:
    if isinstance(answer, str):
        return f"{address}: was not answered: {answer}"
    status, size = answer
    if lead is Lead.TOMBSTONE:
        return f"{address}: was withdrawn and is still served" if status == HTTPStatus.OK else None
    if status != HTTPStatus.OK:
        return f"{address}: was answered with status {status}, and the store has the file"
    if size is not None and size != targets.size(path):
        return f"{address}: {size:,} bytes are served, and the store has {targets.size(path):,}"
    return None
