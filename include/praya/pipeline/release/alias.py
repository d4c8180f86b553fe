"""Old ids of a dataset: each keeps its address, with a pointer for machines and a page for people."""

from __future__ import annotations

import html
import json

from praya.contract import Contract
from praya.store import Store, layout

PAGE = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    '<meta http-equiv="refresh" content="0; url=../{dataset}/changelog-en.html">\n'
    '<link rel="canonical" href="../{dataset}/changelog-en.html">\n'
    '<p>{alias} is now <a href="../{dataset}/changelog-en.html">{dataset}</a>. '
    '<span lang="zh-Hant">已改稱{dataset}。</span> <span lang="zh-Hans">已改称{dataset}。</span></p>\n</html>\n'
)


def point_aliases(contract: Contract, store: Store) -> None:
    """Let `released/<alias>/` lead to the dataset; what was released under the old id stays where it is."""
    for alias in contract.aliases:
        pointer = {
            "alias": alias,
            "dataset": contract.dataset,
            "latest": f"../{contract.dataset}/latest.json",
            "versions": f"../{contract.dataset}/versions.json",
        }
        page = PAGE.format(
            alias=html.escape(alias),
            dataset=html.escape(contract.dataset),
            title=html.escape(contract.title.en),
        )
        for name, data in (("index.html", page), ("alias.json", json.dumps(pointer, indent=2) + "\n")):
            key = f"{layout.dataset(alias)}/{name}"
            if store.get_bytes(key) != data.encode():
                store.put_bytes(key, data.encode())
