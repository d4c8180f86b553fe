"""What a request of the records API asks for, checked; a sentence for whoever asked wrongly."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from praya.errors import PrayaError, codes
from praya.text.outside import quote, quote_all
from praya_hk.sources.contact_centre.api_pages import FORMATS, PAGE_ROWS
from praya_hk.sources.contact_centre.generator import TABLES

_HONG_KONG = timezone(timedelta(hours=8))
_PAGE = {"month", "cursor", "limit", "updated_since", "format"}


class Cursor(NamedTuple):
    """Where a reading goes on: in which state of a month, and at which row of its table."""

    etag: str
    month: str
    table: str
    form: str
    since: int | None
    offset: int

    def text(self) -> str:
        """The cursor as it stands in a URL; clients are not to look into it."""
        return base64.urlsafe_b64encode(json.dumps(list(self)).encode()).decode().rstrip("=")


class Asked(NamedTuple):
    """A request for a page: `cursor` is None at the beginning."""

    month: str
    table: str
    form: str
    since: int | None
    limit: int
    cursor: Cursor | None


def page(table: str, query: Mapping[str, str]) -> Asked:
    """The request for a page of `table`; PrayaError says what is wrong with it."""
    known(query, _PAGE)
    month = query.get("month", "")
    if not month:
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID, "month is missing: say which month, for example month=2023-03"
        )
    form = query.get("format", "csv")
    if form not in FORMATS:
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID, f"format: '{quote(form)}' is not one of {', '.join(FORMATS)}"
        )
    since = moment("updated_since", query["updated_since"]) if "updated_since" in query else None
    limit = query.get("limit", str(PAGE_ROWS))
    if not re.fullmatch(r"[0-9]{1,6}", limit) or not 1 <= int(limit) <= PAGE_ROWS:
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID,
            f"limit: '{quote(limit)}' is not a number of rows from 1 to {PAGE_ROWS}",
        )
    cursor = _cursor(query["cursor"]) if "cursor" in query else None
    if cursor and (cursor.month, cursor.table, cursor.form, cursor.since) != (month, table, form, since):
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID,
            "cursor: it belongs to another request; use it with the parameters that it was given for",
        )
    return Asked(month, table, form, since, int(limit), cursor)


def known(query: Mapping[str, str], names: set[str]) -> None:
    """Refuse parameters that mean nothing here: a slip in a name must not read as no filter."""
    if unknown := sorted(set(query) - names):
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID,
            f"there is no parameter {quote_all(unknown)}; there are {', '.join(sorted(names))}",
        )


def moment(name: str, text: str) -> int:
    """Seconds since 1970 UTC of an ISO 8601 date or time; without an offset it is Hong Kong time."""
    try:
        # A plus sign that was not escaped arrives as a space.
        when = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
    except ValueError:
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID,
            f"{name}: '{quote(text)}' is not ISO 8601; write for example 2023-04-01T00:00:00+08:00",
        ) from None
    return int((when if when.tzinfo else when.replace(tzinfo=_HONG_KONG)).timestamp())


def _cursor(text: str) -> Cursor:
    wrong = PrayaError(
        codes.simulator.REQUEST_NOT_VALID,
        "cursor: this is none of ours; take it from the Link header, or begin without one",
    )
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        cursor = Cursor(*parts)
    except (ValueError, TypeError, binascii.Error):
        raise wrong from None
    right = (
        isinstance(cursor.etag, str)
        and re.fullmatch(r"[0-9a-f]{20}", cursor.etag)
        and isinstance(cursor.month, str)
        and re.fullmatch(r"\d{4}-\d\d", cursor.month)
        and cursor.table in TABLES
        and isinstance(cursor.offset, int)
        and 0 < cursor.offset < 100_000_000
    )
    if not right:
        raise wrong
    return cursor
