"""redirects: the stable addresses as lists for hosts that compute nothing: `redirects.json` for any machine,
`_redirects` for static hosts that read it (Netlify, Cloudflare Pages, GitLab Pages), `redirects.map` for nginx.

`praya serve` needs none of them: it reads the indexes of versions at each request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from praya.history.manifests import find_manifest
from praya.history.stable_addresses import SYNTHETIC, addresses, renamed
from praya.history.versions_index import find_versions
from praya.metadata import DATA
from praya.site.portal.list_file import Frame, json_frame, json_part
from praya.store import Store, layout
from praya.store.documents import VersionsIndex

NOW, FOR_GOOD = 302, 308
JSON_FRAME = json_frame({"redirects": []}, '"redirects": ', 2)
LINES = Frame(b"", b"", b"", b"")
FRAMES = {"redirects.json": JSON_FRAME, "_redirects": LINES, "redirects.map": LINES}


class Redirect(NamedTuple):
    """One address below the root leads to another; where both end in `/`, so does each file right below."""

    before: str
    after: str
    status: int


def make_redirects(store: Store, dataset: str) -> list[Redirect]:
    """The stable addresses of a dataset: names of data files from before the mark of generated data, `latest`, lines,
    numbers, archive names."""
    index = cast(VersionsIndex, store.read_json(layout.versions(dataset)))
    latest = _data(store, dataset, index["latest"]) if index["latest"] else []
    return [
        *(
            Redirect(f"{dataset}/latest/{name.replace(SYNTHETIC, '')}", f"{dataset}/latest/{name}", NOW)
            for name in latest
            if SYNTHETIC in name
        ),
        *(
            Redirect(f"{dataset}/{address}/", f"{dataset}/{version}/", NOW)
            for address, version in addresses(index).items()
        ),
    ]


def make_old_redirects(store: Store, alias: str, dataset: str) -> list[Redirect]:
    """An old id: its latest data files, which have another name now, its other addresses, its pointers and feeds."""
    redirects, index = list[Redirect](), find_versions(store, dataset)
    if index and index["latest"]:
        for name in _data(store, dataset, index["latest"]):
            old = renamed(name, dataset, alias)
            redirects.append(Redirect(f"{alias}/latest/{old}", f"{dataset}/latest/{name}", FOR_GOOD))
        for address in addresses(index):
            redirects.append(Redirect(f"{alias}/{address}/", f"{dataset}/{address}/", FOR_GOOD))
    return [*redirects, Redirect(f"{alias}/", f"{dataset}/", FOR_GOOD)]


def write_redirects(redirects: Sequence[Redirect], base_url: str) -> dict[str, bytes]:
    """File name → these redirects as they stand in each list, in which addresses begin with the path of `base_url`."""
    root = urlsplit(base_url).path.rstrip("/")
    listed = [
        json_part({"from": redirect.before, "to": redirect.after, "status": redirect.status}, 2)
        for redirect in redirects
    ]
    hosts = [_for_hosts(redirect, root) for redirect in redirects]
    nginx = [_for_nginx(redirect, root) for redirect in redirects]
    texts = (JSON_FRAME.between.join(listed), _lines(hosts), _lines(nginx))
    return dict(zip(FRAMES, texts, strict=True))


def _data(store: Store, dataset: str, version: str) -> list[str]:
    manifest = find_manifest(store, dataset, version)
    files = manifest["files"] if manifest else []
    return [file["name"] for file in files if file.get("role") == DATA]


def _for_hosts(redirect: Redirect, root: str) -> str:
    before, after = redirect.before, redirect.after
    if before.endswith("/"):
        before, after = f"{before}*", f"{after}:splat"
    return f"{root}/{before} {root}/{after} {redirect.status}"


def _for_nginx(redirect: Redirect, root: str) -> str:
    before, after = re.escape(f"{root}/{redirect.before}"), f"{root}/{redirect.after}"
    if redirect.before.endswith("/"):
        before, after = f"{before}(?<praya_file>[^/]+)", f"{after}$praya_file"
    return f'"~^{before}$" "{after}";'


def _lines(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
