"""Pages of an API over HTTP, each with the address of the next in its header Link (rel=next), for one month."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from praya.contract import Contract, Text
from praya.contract.base import Problem
from praya.contract.source_specs import format_specs
from praya.errors import AddressRefused, SourceError
from praya.outbound import masked
from praya.pipeline.collect.collector import CollectContext, Collector, Paging
from praya.pipeline.collect.collectors.http_collector import fetch, locate
from praya.pipeline.collect.source_address import Remote
from praya.text.outside import quote


def check(contract: Contract) -> Iterator[Problem]:
    """Pages are of one month, at a path, in a format that can be read page by page."""
    source = contract.source
    formats = [spec.name for spec in format_specs().values() if spec.reads_pages]
    if not (contract.partition and source.path and source.format in formats):
        of_format = " or ".join(f"`format: {name}`" for name in formats)
        yield Problem(
            ("source", "pages"), f"`source.pages` goes with a `path`, {of_format} and a `partition`"
        )


def first_page(context: CollectContext, place: Remote) -> Remote:
    """The first page of the contract's month."""
    month = urlencode({"month": context.contract.month or ""})
    return place.at(place.address.with_query(month))


def following_page(context: CollectContext, place: Remote, link: str, page: str) -> Remote:
    """The page that another one links to. Raises SourceError where the source may not lead there."""
    try:
        return place.at(place.follow(place.address, link))
    except AddressRefused as error:
        raise SourceError(
            error.code,
            f"{context.contract.subject}: page {page} says that the next one is '{quote(masked(link), 120)}', "
            f"which {error}"
            "; nothing was taken, the last good snapshot stays",
        ) from error


PAGED_HTTP = Collector[Remote](
    name="paged-http",
    label=Text(en="Pages of an API, linked by headers", zh_hant="應用程式介面的分頁"),
    pages="cursor",
    keys={
        "months": "`months` is of an API: it goes with `pages`",
        "hosts": "`hosts` goes with an address of the web",
        "timeout_seconds": "`timeout_seconds` goes with an address of the web",
    },
    gives_pages=True,
    check=check,
    places=locate,
    fetch=fetch,
    paging=Paging(first_page, following_page),
)
