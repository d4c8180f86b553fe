"""Asks a served copy of `released/` for each address, a few at a time."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from praya.errors import IntegrityError
from praya.links.target import Lead, Targets
from praya.outside import quote as describe

AT_ONCE = 8
SECONDS = 30


def ask(base: str, leads: Mapping[str, Lead], targets: Targets) -> list[str]:
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
    with requests.Session() as session, ThreadPoolExecutor(AT_ONCE) as pool:
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=again))

        def answer(path: str) -> tuple[int, int | None] | str:
            """Status and size in bytes, where it is told; or what went wrong."""
            try:
                # Sizes are those of files, so nothing may be packed on the way.
                found = session.head(
                    f"{base}/{quote(path)}",
                    timeout=SECONDS,
                    allow_redirects=True,
                    headers={"Accept-Encoding": "identity"},
                )
            except requests.RequestException as error:
                return describe(error, 200)
            size = found.headers.get("Content-Length", "")
            return found.status_code, int(size) if size.isdigit() else None

        if isinstance(said := answer("catalogue.json"), str):
            raise IntegrityError(f"{base}: nobody answers there: {said}")
        stones = {stone for path in leads if leads[path] is Lead.TOMBSTONE and (stone := targets.stone(path))}
        wanted = {path: leads.get(path, Lead.FILE) for path in sorted({*leads, *stones})}
        answers = dict(zip(wanted, pool.map(answer, wanted), strict=True))
    found = [
        _wrong(f"{base}/{quote(path)}", path, lead, answers[path], targets) for path, lead in wanted.items()
    ]
    return [sentence for sentence in found if sentence]


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
