"""HTTP(S) as a source: streamed to disk, retried where that can help, checked before it counts."""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import tenacity

from praya.collect.receipt import Fetched, Unchanged, check_body, too_large, without_login
from praya.contract import Contract
from praya.errors import SourceError, SourceUnavailable
from praya.outside import quote

CHUNK = 1 << 20
ATTEMPTS = 4
CONNECT_SECONDS = 10
LONGEST_WAIT_SECONDS = 120
RETRIED_STATUSES = {408, 425, 429, 500, 502, 503, 504}
KEPT_HEADERS = (
    "content-type",
    "content-length",
    "content-encoding",
    "date",
    "etag",
    "last-modified",
    "server",
    "x-synthetic",
)
AGENT = "Praya (open-data publication)"


class Retryable(SourceUnavailable):
    """A failure that may go away by itself; `after` is how long the source asked to wait, in seconds."""

    def __init__(self, message: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(message)


def fetch(
    contract: Contract,
    url: str,
    validators: Mapping[str, str],
    target: Path,
    session: requests.Session | None = None,
) -> Fetched | Unchanged:
    """Download `url` to `target`, or learn by ETag or Last-Modified that nothing changed.

    A `session` keeps the connection between several downloads. An answer with the header `X-Synthetic: true` is
    generated data, and what is made of it says so.

    Connection failures, time-outs, cut bodies and the statuses 408, 425, 429 and 5xx are tried again with
    growing, jittered pauses (or as Retry-After asks); everything else is final. Raises SourceError.
    """
    address, login = without_login(url), _login(url)
    waits = tenacity.wait_random_exponential(multiplier=0.5, max=20)
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(Retryable),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=lambda state: _asked_wait(state) or waits(state),
        reraise=True,
    )
    get = session.get if session else requests.get
    try:
        return retrying(_once, get, contract, address, login, validators, target)
    except Retryable as error:
        raise SourceUnavailable(f"{error}; tried {ATTEMPTS} times, the last good snapshot stays") from error


def _once(
    get: Callable[..., requests.Response],
    contract: Contract,
    url: str,
    login: dict[str, str],
    validators: Mapping[str, str],
    target: Path,
) -> Fetched | Unchanged:
    where = f"{contract.subject}: {quote(url, 200)}"
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, identity", **login}
    if validators.get("etag"):
        headers["If-None-Match"] = validators["etag"]
    if validators.get("last-modified"):
        headers["If-Modified-Since"] = validators["last-modified"]
    seconds = contract.source.timeout_seconds
    try:
        with get(url, headers=headers, timeout=(CONNECT_SECONDS, seconds), stream=True) as response:
            if response.status_code == 304 and validators:
                return Unchanged(validators, _synthetic(response))
            _check_status(where, response)
            return _download(contract, url, response, target)
    except requests.exceptions.Timeout as error:
        raise Retryable(
            f"{where} kept silent for longer than {seconds:g} s (source.timeout_seconds)"
        ) from error
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
        raise Retryable(f"{where} sent a truncated or damaged body ({_cause(error)})") from error
    except requests.exceptions.ConnectionError as error:
        raise Retryable(f"{where} cannot be reached ({_cause(error)})") from error
    except requests.exceptions.RequestException as error:
        raise SourceError(f"{where} cannot be asked: {_cause(error)}; correct the address") from error


def _check_status(where: str, response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    said = f"{where} answered {status} {quote(response.reason)}".rstrip()
    if status in RETRIED_STATUSES:
        raise Retryable(said, _retry_after(response))
    raise SourceError(f"{said}; expected 200: see whether the address moved or needs a login")


def _download(contract: Contract, url: str, response: requests.Response, target: Path) -> Fetched:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file, ThreadPoolExecutor(1) as other:

        def keep(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(chunk)

        # One piece is hashed and written while the next is received and unpacked; never more than these two.
        writing = None
        for chunk in response.iter_content(CHUNK):
            size += len(chunk)
            if size > contract.source.max_bytes:
                raise too_large(contract, url)
            if writing:
                writing.result()
            writing = other.submit(keep, chunk)
        if writing:
            writing.result()
    promised = response.headers.get("Content-Length")
    if promised and promised.isdigit():
        # Content-Length counts bytes on the wire, before any decompression.
        came = response.raw.tell()
        if came != int(promised):
            raise Retryable(
                f"{contract.dataset}: {quote(url, 200)} sent a truncated body: {came:,} bytes of the "
                f"{int(promised):,} promised"
            )
    check_body(contract, url, target, size)
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    validators: dict[str, str] = {name: kept[name] for name in ("etag", "last-modified") if name in kept}
    return Fetched(
        target,
        url,
        digest.hexdigest(),
        size,
        response.status_code,
        kept,
        validators,
        synthetic=_synthetic(response),
        next=response.links.get("next", {}).get("url"),
    )


def _synthetic(response: requests.Response) -> bool:
    return response.headers.get("X-Synthetic", "").strip().lower() == "true"


def _login(url: str) -> dict[str, str]:
    """The header of a connection's password: a bearer token, or with a user beside it, basic authentication."""
    parts = urlsplit(url)
    if parts.password is None:
        return {}
    user, password = unquote(parts.username or ""), unquote(parts.password)
    if not user:
        return {"Authorization": f"Bearer {password}"}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def _retry_after(response: requests.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    if asked.isdigit():
        return min(float(asked), LONGEST_WAIT_SECONDS)
    try:
        wait = (email.utils.parsedate_to_datetime(asked) - dt.datetime.now(dt.UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, min(wait, LONGEST_WAIT_SECONDS))


def _asked_wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.after or 0.0) if isinstance(error, Retryable) else 0.0


def _cause(error: BaseException) -> str:
    """The innermost cause in a few words; the library's own text nests four of them."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return quote(str(error) or type(error).__name__, 200)
