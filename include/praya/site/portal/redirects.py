"""redirects: the stable addresses as lists for hosts that compute nothing: `redirects.json` for any machine,
`_redirects` for static hosts that read it (Netlify, Cloudflare Pages, GitLab Pages), `redirects.map` for nginx.

`praya serve` needs none of them: it reads the indexes of versions at each request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from praya.history.manifests import find_manifest
from praya.history.stable_addresses import SYNTHETIC, addresses, renamed
from praya.history.versions_index import find_versions
from praya.metadata import DATA, as_json
from praya.store import Store, layout
from praya.store.documents import VersionsIndex

NOW, FOR_GOOD = 302, 308
FILES = ("redirects.json", "_redirects", "redirects.map")


class Redirect(NamedTuple):
    """One address below the root leads to another; where both end in `/`, so does each file right below."""

    before: str
    after: str
    status: int


def make_redirects(store: Store, base_url: str) -> dict[str, bytes]:
    """File name → bytes of each list; addresses begin with the path of `base_url`. Files that are there go first."""
    redirects = [*_aliases(store), *_datasets(store)]
    root = urlsplit(base_url).path.rstrip("/")
    listed = [
        {"from": redirect.before, "to": redirect.after, "status": redirect.status} for redirect in redirects
    ]
    hosts = [_for_hosts(redirect, root) for redirect in redirects]
    nginx = [_for_nginx(redirect, root) for redirect in redirects]
    return dict(zip(FILES, (as_json({"redirects": listed}), _lines(hosts), _lines(nginx)), strict=True))


def _datasets(store: Store) -> Iterator[Redirect]:
    for key in store.keys(layout.RELEASED, f"*/{layout.VERSIONS}"):
        dataset = layout.dataset_of(key)
        if not store.exists(layout.alias(dataset)):
            index = cast(VersionsIndex, store.read_json(key))
            for name in _data(store, dataset, index["latest"]) if index["latest"] else []:
                if SYNTHETIC in name:
                    # The name from before the mark.
                    yield Redirect(
                        f"{dataset}/latest/{name.replace(SYNTHETIC, '')}", f"{dataset}/latest/{name}", NOW
                    )
            for address, version in addresses(index).items():
                yield Redirect(f"{dataset}/{address}/", f"{dataset}/{version}/", NOW)


def _aliases(store: Store) -> Iterator[Redirect]:
    """An old id: its latest data files, which have another name now, its pointers and feeds, its other addresses."""
    for key in store.keys(layout.RELEASED, f"*/{layout.ALIAS}"):
        alias, dataset = layout.dataset_of(key), str(store.read_json(key)["dataset"])
        index = find_versions(store, dataset)
        if index and index["latest"]:
            for name in _data(store, dataset, index["latest"]):
                old = renamed(name, dataset, alias)
                yield Redirect(f"{alias}/latest/{old}", f"{dataset}/latest/{name}", FOR_GOOD)
            for address in addresses(index):
                yield Redirect(f"{alias}/{address}/", f"{dataset}/{address}/", FOR_GOOD)
        yield Redirect(f"{alias}/", f"{dataset}/", FOR_GOOD)


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
