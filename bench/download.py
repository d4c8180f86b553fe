"""What the bytes cost on their way alone: every page asked for, unpacked and written to a file, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import requests

from bench import child
from bench.child import Clock, Figures
from bench.places import TABLES

CHUNK = 1 << 20


def download(source: str, work: str, months: Sequence[str]) -> Figures:
    """Follow the pages of every table and month at `source`."""
    parts = urlsplit(source)
    base = f"http://{parts.hostname}:{parts.port}/1823/v1/"
    target, pages, clock = Path(work), 0, Clock()
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {parts.password}"
        for month in months:
            for table in TABLES:
                following: str | None = f"{base}{table}?month={month}"
                while following:
                    with http.get(following, stream=True, timeout=60) as answer, target.open("wb") as file:
                        answer.raise_for_status()
                        for chunk in answer.iter_content(CHUNK):
                            file.write(chunk)
                        following = answer.links.get("next", {}).get("url")
                    following = requests.compat.urljoin(base, following) if following else None
                    pages += 1
    return clock.figures() | {"pages": pages}


if __name__ == "__main__":
    child.main(download, ("requests",))
