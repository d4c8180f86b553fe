"""The addresses that were ever given: by the ledger, by indexes and contracts, by pages, feeds and metadata."""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from praya.assurance.links.page_links import read, said_in
from praya.assurance.links.target import is_stable
from praya.assurance.verify.ledger_facts import Known, is_in
from praya.contract import Contract
from praya.history.editions import MANIFEST, POINTER, list_editions
from praya.metadata import DATA
from praya.store import Store, layout
from praya.store.states import PublishedAddresses
from praya.store.store_path import StorePath
from praya.text.outside import describe_error

LINKS = "links"
PAGES = (".html", ".atom")
METADATA = (*PAGES, ".json", ".jsonld", ".ttl")
# Signatures, pointers and records of the calendar: they name no address, or are read as what they are.
NOT_READ = {
    "catalogue.signed.json",
    "calendar.json",
    "latest.json",
    "versions.json",
    "changes.json",
    "redirects.json",
}


class Address(NamedTuple):
    """A path below `released/`, the place in the page where the address names one, and who gives it, in words."""

    path: str
    place: str
    by: str


def list_addresses(
    store: Store, known: Known, contracts: Sequence[Contract], part: tuple[int, int] | None
) -> Iterator[Address | str]:
    """Every address that was given, and a sentence for each that cannot be one."""
    served = StorePath(store, layout.RELEASED)
    yield from _on_record(served, known, part)
    yield from _editions(known, part)
    yield from _redirected(store)
    yield from _old_ids(store, contracts)
    for path in _kept(store):
        yield Address(path, "", "what was served here before")
    bases, datasets = _bases(store, served), {name for name, _ in known.releases}
    for file in _list_unversioned_files(served):
        yield from _said(served, file, sorted(bases), datasets)
    for file in _of_reports(store, served, part):
        yield from _said(served, file, sorted(bases), datasets)
    for dataset, version in sorted(known.releases.keys() - known.withdrawn.keys()):
        if is_in(f"{dataset}/{version}", part):
            folder = served / f"{dataset}/{version}"
            own_bases = sorted(bases | _own_base(folder))
            for file in _described(folder):
                yield from _said(served, file, own_bases, datasets)
    yield from _harvested(store, sorted(bases))
    yield from _twice(served)


def remember(store: Store, known: Known, addresses: Iterable[str]) -> None:
    """Keep those of the addresses beside the versions, of which the ledger tells nothing, for every later check.

    A stable address is good as long as it is given: a format may go, which is announced as a breaking change.
    """
    there = _kept(store)
    versions = {f"{dataset}/{version}" for dataset, version in known.releases}
    unversioned = {
        path for path in addresses if "/".join(path.split("/")[:2]) not in versions and not is_stable(path)
    }
    if new := unversioned - set(there):
        store.set_state(LINKS, PublishedAddresses(paths=sorted({*there, *new})))


def _kept(store: Store) -> list[str]:
    kept = store.state(PublishedAddresses, LINKS)
    return kept.paths if kept else []


def _on_record(served: StorePath, known: Known, part: tuple[int, int] | None) -> Iterator[Address]:
    for dataset in sorted({name for name, _ in known.releases}):
        for name in ("latest.json", "versions.json"):
            yield Address(f"{dataset}/{name}", "", "the ledger, which has releases of it")
    for dataset, version in sorted(known.releases):
        if not is_in(f"{dataset}/{version}", part):
            continue
        line = known.releases[dataset, version]
        by = f"line {line.number} of the ledger"
        withdrawal = known.withdrawn.get((dataset, version))
        names = (
            [*withdrawal.withdrawal["files"], "withdrawn.json"]
            if withdrawal
            else _listed(served / f"{dataset}/{version}/{MANIFEST}")
        )
        names = [
            *names,
            "manifest.json",
            *(["provenance.json"] if "provenance_sha256" in line.release else []),
        ]
        for name in names:
            yield Address(f"{dataset}/{version}/{name}", "", by)


def _editions(known: Known, part: tuple[int, int] | None) -> Iterator[Address]:
    """The reports on record: the pointer of each shelf, and every file of every edition."""
    for place, edition in sorted(known.reports):
        line = known.reports[place, edition]
        by = f"line {line.number} of the ledger"
        yield Address(f"{place}/{POINTER}", "", by)
        if is_in(f"released/{place}/{edition}", part):
            for name in (*line.report["files"], MANIFEST):
                yield Address(f"{place}/{edition}/{name}", "", by)


def _of_reports(store: Store, served: StorePath, part: tuple[int, int] | None) -> list[StorePath]:
    """The pages of the editions that are out."""
    keys = [key for key, _ in list_editions(store) if is_in(key, part)]
    folders = [served / key.removeprefix(f"{layout.RELEASED}/") for key in keys]
    return [path for folder in folders for path in sorted(folder.glob("*.html"))]


def _redirected(store: Store) -> Iterator[Address]:
    """Where the stable addresses lead in the end: `latest`, lines, numbers, archive names, and those of old ids."""
    listed = store.get_json(layout.REDIRECTS) or {"redirects": []}
    to = {str(redirect["from"]): str(redirect["to"]) for redirect in listed["redirects"]}
    for before in to:
        after = before
        for _ in range(len(to)):
            folder, slash, name = after.rpartition("/")
            if after in to:
                after = to[after]
            elif f"{folder}{slash}" in to:
                after = f"{to[f'{folder}{slash}']}{name}"
            else:
                break
        of_version = "manifest.json" if after.count("/") > 1 else "versions.json"
        path = f"{after}{of_version}" if after.endswith("/") else after
        yield Address(path, "", f"redirects.json for {before}")


def _old_ids(store: Store, contracts: Sequence[Contract]) -> Iterator[Address]:
    for contract in contracts:
        if store.exists(layout.pointer(contract.dataset)):
            for alias in contract.aliases:
                for name in ("alias.json", "index.html"):
                    yield Address(
                        f"{alias}/{name}", "", f"the contract of {contract.dataset}, whose id it was"
                    )


def _list_unversioned_files(served: StorePath) -> list[StorePath]:
    """What is served beside the versions and has links in it."""
    paths = [path for pattern in ("*", "*/*") for path in served.glob(pattern)]
    paths += served.glob("*/changes/*/*.html")
    return sorted(
        path
        for path in paths
        if path.is_file()
        and path.suffix in METADATA
        and path.name not in NOT_READ
        and path.parent.name != "keys"
    )


def _described(folder: StorePath) -> list[StorePath]:
    """The pages and the metadata of a version; data may name addresses too, but gives none."""
    roles = {name: file.get("role", DATA) for name, file in _listed(folder / "manifest.json").items()}
    paths = [folder / name for name, role in sorted(roles.items()) if role != DATA]
    return [path for path in paths if path.suffix in METADATA and path.is_file()]


def _listed(manifest: StorePath) -> dict[str, Any]:
    """The files of a manifest by name; none where it is not there or cannot be read, which is said of it."""
    try:
        return {str(file["name"]): file for file in json.loads(manifest.read_bytes())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _bases(store: Store, served: StorePath) -> set[str]:
    """Where `released/` is served, as this machine and the catalogue have it."""
    return {store.project.base_url} | _base_in(served / "catalogue.jsonld", "@id", "/catalogue.jsonld")


def _own_base(folder: StorePath) -> set[str]:
    """Where `released/` was served when the version was made."""
    return _base_in(folder / "datapackage.json", "id", f"/{folder.parent.name}/{folder.name}/manifest.json")


def _base_in(file: StorePath, key: str, end: str) -> set[str]:
    try:
        address = str(json.loads(file.read_bytes())[key])
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {address.removesuffix(end)} if address.endswith(end) else set()


def _said(
    served: StorePath, file: StorePath, bases: Sequence[str], datasets: Set[str]
) -> Iterator[Address | str]:
    """The addresses of ours in a file. A place in a page is one where a page or feed leads to it, or where it is a
    dataset; in metadata other such addresses are names of things."""
    by = file.relative_to(served).as_posix()
    try:
        said = list(said_in(file))
    except ValueError as error:
        yield f"{by}: cannot be read, so that nobody can follow its links: {describe_error(error)}"
        return
    for text in dict.fromkeys(said):
        path = _ours(text, by, bases)
        if path is not None:
            place = urlsplit(text).fragment
            yield Address(path, place if file.suffix in PAGES or place in datasets else "", by)


def _ours(text: str, by: str, bases: Sequence[str]) -> str | None:
    """The path below `released/` of an address that is written in the file `by`; None for other hosts and for mail."""
    plain = urlsplit(text)._replace(query="", fragment="").geturl()
    for base in bases:
        if plain == base or plain.startswith(f"{base}/"):
            return _file(unquote(plain[len(base) + 1 :]))
    if urlsplit(text).scheme:
        return None
    return _file(
        posixpath.normpath(unquote(urljoin(f"/{by}", plain or f"/{by}"))).lstrip("/")
        + "/" * plain.endswith("/")
    )


def _file(path: str) -> str:
    return f"{path}index.html" if not path or path.endswith("/") else path


def _harvested(store: Store, bases: Sequence[str]) -> Iterator[str]:
    """A sentence for each resource that the portal would take from another host."""
    for key in store.keys(layout.RELEASED, "psi-data-*.json"):
        name = key.removeprefix(f"{layout.RELEASED}/")
        for dataset in store.get_json(key) or []:
            for address in (resource["accessURL"] for resource in dataset["resources"]):
                if _ours(address, name, bases) is None:
                    yield (
                        f"{address}: is not where releases are served ({', '.join(bases)}); it was given by "
                        f"{name} for {dataset['identifier']}"
                    )


def _twice(served: StorePath) -> Iterator[str]:
    """A sentence for each entry of a feed whose id another one has: readers would show one of them only."""
    for file in sorted([*served.glob("*.atom"), *served.glob("*/*.atom")]):
        for name, times in Counter(read(file).entries).items():
            if times > 1:
                yield f"{file.relative_to(served).as_posix()}: {times} entries have the one id {name}"
