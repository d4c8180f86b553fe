"""HTTP(S) as a source: streamed to disk, retried where that can help, checked before it counts."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
import tenacity
import urllib3

from praya.contract import Contract
from praya.errors import AddressRefused, Code, SourceError, SourceUnavailable, codes
from praya.observe import get_logger
from praya.outbound import Address, masked, redirected
from praya.pipeline.collect.encodings import BodyDamaged, EncodingUnknown, decode
from praya.pipeline.collect.receipt import Fetched, Hop, Unchanged, check_body, too_large
from praya.pipeline.collect.sessions import Sessions
from praya.pipeline.collect.source_address import Remote
from praya.text.outside import quote

log = get_logger(__name__)

CHUNK = 1 << 20
ATTEMPTS = 4
CONNECT_SECONDS = 10
LONGEST_WAIT_SECONDS = 120
REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 10
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

    def __init__(self, code: Code, message: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(code, message)


def fetch(
    contract: Contract,
    remote: Remote,
    validators: Mapping[str, str],
    target: Path,
    sessions: Sessions,
    limit: int | None = None,
) -> Fetched | Unchanged:
    """Download what is at `remote` to `target`, or learn by ETag or Last-Modified that nothing changed.

    The `sessions` keep connections between several downloads. `limit` is the largest body in bytes, where not the
    contract's. An answer with the header `X-Synthetic: true` is generated data, and what
    is made of it says so. Redirects are followed to the source's own hosts only, and each is kept as a hop.

    Connection failures, time-outs, cut bodies and the statuses 408, 425, 429 and 5xx are tried again with
    growing, jittered pauses (or as Retry-After asks); everything else is final. Raises SourceError.
    """
    waits = tenacity.wait_random_exponential(multiplier=0.5, max=20)
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(Retryable),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=lambda state: _asked_wait(state) or waits(state),
        before_sleep=_log_retry,
        reraise=True,
    )
    asking = _Asking(contract, remote, validators, target, sessions, limit or contract.source.max_bytes)
    try:
        answer = retrying(asking.follow)
    except Retryable as error:
        raise SourceUnavailable(
            error.code, f"{error}; tried {ATTEMPTS} times, the last good snapshot stays"
        ) from error
    if isinstance(answer, Unchanged):
        log.info("source says that nothing has changed", address=remote.address.shown)
    else:
        log.info(
            "source answered", address=remote.address.shown, bytes=answer.size, redirects=len(answer.hops) - 1
        )
    return answer


@dataclass(frozen=True)
class _Asking:
    """One download: what is asked for, and where the answer goes."""

    contract: Contract
    remote: Remote
    validators: Mapping[str, str]
    target: Path
    sessions: Sessions
    limit: int

    def follow(self) -> Fetched | Unchanged:
        """Ask, and follow redirects, until there is an answer."""
        address, hops = self.remote.address, list[Hop]()
        while len(hops) <= MOST_REDIRECTS:
            answer = self._ask(address, hops)
            if not isinstance(answer, Address):
                return answer
            address = answer
        raise SourceError(
            codes.address.REDIRECT_NOT_ALLOWED,
            f"{self.contract.subject}: {self.remote.address.shown} redirects more than {MOST_REDIRECTS} times; nothing "
            "was taken, ask the source",
        )

    def _ask(self, address: Address, hops: list[Hop]) -> Fetched | Unchanged | Address:
        """The answer at `address`, or where it redirects to; adds the hop."""
        where = f"{self.contract.subject}: {address.shown}"
        seconds = self.contract.source.timeout_seconds
        session = self.sessions.get(self.remote.allowed)
        try:
            with session.get(
                str(address),
                headers=self._headers(address),
                timeout=(CONNECT_SECONDS, seconds),
                stream=True,
                allow_redirects=False,
            ) as response:
                ip = session.connected.get((address.host, address.port), "")
                hops.append(Hop(address.shown, response.status_code, ip))
                if response.status_code in REDIRECTS and "location" in response.headers:
                    return self._redirected(where, address, response)
                if response.status_code == 304 and self.validators:
                    return Unchanged(self.validators, _synthetic(response))
                _check_status(where, response, self.sessions.clock())
                return _download(self, address, response, tuple(hops))
        except AddressRefused as error:
            raise SourceError(error.code, f"{where} was not asked: it {error}; nothing was taken") from error
        except requests.exceptions.Timeout as error:
            raise Retryable(
                codes.source.TIMED_OUT,
                f"{where} kept silent for longer than {seconds:g} s (source.timeout_seconds)",
            ) from error
        except EncodingUnknown as error:
            raise SourceError(
                codes.source.COMPRESSION_NOT_SUPPORTED,
                f"{where} sent its body packed as '{quote(error)}', which was not asked for and is not read; ask the "
                "source for gzip or none",
            ) from error
        except BodyDamaged as error:
            raise Retryable(
                codes.source.BODY_DAMAGED, f"{where} sent a truncated or damaged body: {quote(error, 200)}"
            ) from error
        except urllib3.exceptions.ReadTimeoutError as error:
            raise Retryable(
                codes.source.TIMED_OUT,
                f"{where} kept silent for longer than {seconds:g} s (source.timeout_seconds)",
            ) from error
        except urllib3.exceptions.HTTPError as error:
            raise Retryable(
                codes.source.BODY_DAMAGED, f"{where} sent a truncated or damaged body ({_cause(error)})"
            ) from error
        except requests.exceptions.ConnectionError as error:
            raise Retryable(
                codes.source.NOT_REACHABLE, f"{where} cannot be reached ({_cause(error)})"
            ) from error
        except requests.exceptions.RequestException as error:
            raise SourceError(
                codes.source.ADDRESS_NOT_VALID,
                f"{where} cannot be asked: {_cause(error)}; correct the address",
            ) from error

    def _headers(self, address: Address) -> dict[str, str]:
        headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, identity", **self.remote.headers(address)}
        if self.validators.get("etag"):
            headers["If-None-Match"] = self.validators["etag"]
        if self.validators.get("last-modified"):
            headers["If-Modified-Since"] = self.validators["last-modified"]
        return headers

    def _redirected(self, where: str, address: Address, response: requests.Response) -> Address:
        to = _sent_text(response.headers["location"])
        try:
            return self.remote.follow(address, to)
        except AddressRefused as error:
            raise SourceError(
                error.code,
                f"{where} redirects to '{quote(masked(to), 120)}', which {error}; nothing was taken, the last "
                "good snapshot "
                "stays",
            ) from error


def _check_status(where: str, response: requests.Response, now: dt.datetime) -> None:
    status = response.status_code
    if status == 200:
        return
    said = f"{where} answered {status} {quote(response.reason)}".rstrip()
    if status in RETRIED_STATUSES:
        raise Retryable(codes.source.STATUS_TEMPORARY, said, _retry_after(response, now))
    raise SourceError(
        codes.source.STATUS_NOT_EXPECTED,
        f"{said}; expected 200: see whether the address moved or needs a login",
    )


def _download(
    asked: _Asking, address: Address, response: requests.Response, hops: tuple[Hop, ...]
) -> Fetched:
    contract, url, target = asked.contract, address.shown, asked.target
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file, ThreadPoolExecutor(1) as other:

        def keep(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(chunk)

        # One piece is hashed and written while the next is received and unpacked; never more than these two.
        writing, came = None, _Received(response)
        for chunk in decode(came, response.headers.get("Content-Encoding", "")):
            size += len(chunk)
            if size > asked.limit:
                raise too_large(contract, url, asked.limit)
            if writing:
                writing.result()
            writing = other.submit(keep, chunk)
        if writing:
            writing.result()
    if (promised := came.promised) is not None and came.size != promised:
        raise Retryable(
            codes.source.BODY_DAMAGED,
            f"{contract.dataset}: {quote(url, 200)} sent a truncated body: {came.size:,} bytes of the "
            f"{promised:,} promised",
        )
    check_body(contract, url, target, size)
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    validators: dict[str, str] = {name: kept[name] for name in ("etag", "last-modified") if name in kept}
    return Fetched(
        target,
        asked.remote.address.shown,
        digest.hexdigest(),
        size,
        response.status_code,
        kept,
        validators,
        synthetic=_synthetic(response),
        next=_following(address, response),
        hops=hops,
    )


class _Received:
    """The bytes of a body as they come over the wire, before anything is unpacked, and how many they were."""

    def __init__(self, response: requests.Response) -> None:
        self._response, self.size = response, 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._response.raw.stream(CHUNK, decode_content=False):
            self.size += len(chunk)
            yield chunk

    @property
    def promised(self) -> int | None:
        """How many bytes Content-Length promises; it says nothing where the body comes in chunks (RFC 9112)."""
        length = self._response.headers.get("Content-Length", "")
        is_chunked = "Transfer-Encoding" in self._response.headers
        return int(length) if length.isdigit() and not is_chunked else None


def _following(address: Address, response: requests.Response) -> str | None:
    """The address that the answer names as the next page, made absolute where it can be."""
    link = response.links.get("next", {}).get("url")
    if link is None:
        return None
    try:
        return str(redirected(address, _sent_text(link)))
    except AddressRefused:
        return str(link)  # refused, and named, where it would be asked


def _sent_text(value: str) -> str:
    """The text of a header that may hold UTF-8, though headers are read as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _synthetic(response: requests.Response) -> bool:
    return response.headers.get("X-Synthetic", "").strip().lower() == "true"


def _retry_after(response: requests.Response, now: dt.datetime) -> float | None:
    asked = response.headers.get("Retry-After", "")
    if asked.isdigit():
        return min(float(asked), LONGEST_WAIT_SECONDS)
    try:
        wait = (email.utils.parsedate_to_datetime(asked) - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, min(wait, LONGEST_WAIT_SECONDS))


def _asked_wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.after or 0.0) if isinstance(error, Retryable) else 0.0


def _log_retry(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.warning(
        "source failed and is asked again",
        attempt=state.attempt_number,
        attempts=ATTEMPTS,
        wait_seconds=round(state.upcoming_sleep, 1),
        code=str(error.code) if isinstance(error, Retryable) else None,
        error=error,
    )


def _cause(error: BaseException) -> str:
    """The innermost cause in a few words; the library's own text nests four of them."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return quote(str(error) or type(error).__name__, 200)
