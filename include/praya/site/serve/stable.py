"""What an address leads to: a file; another address; or nothing, with what there is instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from praya.contract.text import Text
from praya.history.stable_addresses import LATEST, addresses, renamed, synthetic_name, withdrawn
from praya.site.serve.tree import ServedFile, Tree
from praya.store.documents import Tombstone, VersionsIndex

REPORTS = "reports"
# Of an old id these stay; all else that is not a file of a version leads to the new one.
OF_AN_ALIAS = ("alias.json", "index.html")


class Moved(NamedTuple):
    """What was asked for is at `path`, below the root: for now (302), or for good (308)."""

    status: int
    path: str


class Missing(NamedTuple):
    """There is no such thing (404), or no more (410): why, what is there instead, and the tombstone of what was."""

    status: int
    why: Text
    there: list[str]
    tombstone: Tombstone | None = None


Target = ServedFile | Moved | Missing


def find(tree: Tree, path: str) -> Target:
    """What `path`, decoded and without the slash at its start, leads to."""
    parts = path.split("/")
    if parts[-1] == "":
        parts[-1] = "index.html"
    exact = tree.file(*parts)
    if alias := tree.alias(parts[0]):
        return _of_alias(tree, parts, exact, alias)
    if exact:
        return exact
    if index := tree.versions(parts[0]):
        return _of_dataset(tree, parts, index)
    if parts[0] == REPORTS and (target := _of_report(tree, parts)):
        return target
    if tree.file(*parts, "index.html"):
        return Moved(308, f"{path}/")
    there = [name for name in ("index.html", "catalogue.json") if tree.file(name)]
    return Missing(404, _nothing(path), there)


def _of_alias(tree: Tree, parts: Sequence[str], exact: ServedFile | None, dataset: str) -> Target:
    """What was released under an old id stays; its pointers, pages and feeds are the new id's now."""
    if exact and (len(parts) > 2 or parts[-1] in OF_AN_ALIAS):
        return exact
    if len(parts) > 2 and (stone := tree.tombstone(*parts[:2])):
        return _gone(parts[0], stone)
    if len(parts) == 1:
        return Moved(308, f"{parts[0]}/")
    *folders, name = parts[1:]
    return Moved(308, "/".join([dataset, *folders, renamed(name, parts[0], dataset)]))


def _of_report(tree: Tree, parts: Sequence[str]) -> Target | None:
    """`reports/<report>/[<period>/]latest/<file>` leads into the edition of now; of a report that was taken back stands
    its tombstone."""
    *folder, name = parts
    if folder[-1:] == [LATEST]:
        edition = str(tree.edition(*folder[:-1]))
        if tree.file(*folder[:-1], edition, name):
            return Moved(302, "/".join([*folder[:-1], edition, name]))
    if stone := tree.tombstone(*folder):
        what = f"{'/'.join(folder)} was made from {stone['dataset']} {stone['version']}, which"
        why = Text(
            en=f"{what} was withdrawn: {stone['reason']}",
            zh_hant=f"{'/'.join(folder)}由{stone['dataset']} {stone['version']}編製，該版本已被撤回："
            f"{stone['reason']}",
        )
        there = "/".join([*folder[:-1], "latest.json"])
        return Missing(410, why, [there] if tree.file(*folder[:-1], "latest.json") else [], stone)
    return None


def _of_dataset(tree: Tree, parts: Sequence[str], index: VersionsIndex) -> Target:
    dataset, rest = parts[0], [part for part in parts[1:] if part]
    if rest[-1:] == ["index.html"]:
        rest = rest[:-1]
    if not rest:
        return Missing(404, _nothing(dataset), _of(tree, index))
    address, *names = rest
    version = addresses(index).get(address.removesuffix(".*"))
    if version:
        return _in_version(tree, dataset, version, names)
    if stone := _tombstone(tree, index, rest):
        return _gone(dataset, stone)
    if tree.file(dataset, address, "manifest.json"):
        return Missing(404, _nothing("/".join(parts)), _files(tree, dataset, address))
    return Missing(404, _nothing("/".join(parts)), _of(tree, index))


def _in_version(tree: Tree, dataset: str, version: str, names: Sequence[str]) -> Target:
    """Where a file of the version is that an address leads to now; without a file its manifest."""
    path = [dataset, version, *(names or ["manifest.json"])]
    if tree.file(*path):
        return Moved(302, "/".join(path))
    if stone := tree.tombstone(dataset, version):
        return _gone(dataset, stone)
    # Files of generated data have the mark in their names since; the name from before leads there.
    marked = [*path[:-1], synthetic_name(path[-1])]
    if tree.file(*marked):
        return Moved(302, "/".join(marked))
    return Missing(404, _nothing("/".join(path)), _files(tree, dataset, version))


def _tombstone(tree: Tree, index: VersionsIndex, rest: Sequence[str]) -> Tombstone | None:
    """Of the withdrawn version that is asked for: by name, number or archive name, as the latest where there is no
    other, or as one of two whose differences are asked for."""
    gone, asked = withdrawn(index), list(rest[:1])
    if rest[0] == "changes":
        asked = rest[1].split("--") if len(rest) > 1 else []
    if rest[0] == LATEST and gone:
        asked = [str(tree.last_withdrawn(index["dataset"]))]
    matches = [gone[name] for name in asked if name in gone]
    return tree.tombstone(index["dataset"], matches[0]) if matches else None


def _gone(dataset: str, stone: Tombstone) -> Missing:
    name = f"{dataset} {stone['version']}"
    why = Text(
        en=f"{name} was withdrawn: {stone['reason']}",
        zh_hant=f"{name}已被撤回：{stone['reason']}",
    )
    return Missing(410, why, [f"{dataset}/latest.json", f"{dataset}/versions.json"], stone)


def _nothing(path: str) -> Text:
    return Text(en=f"There is nothing at {path}.", zh_hant=f"{path}並無資料。")


def _of(tree: Tree, index: VersionsIndex) -> list[str]:
    """What a reader of a dataset can begin with."""
    dataset = index["dataset"]
    files = [f"{dataset}/{name}" for name in tree.names(dataset)]
    return [f"{dataset}/{address}/" for address in addresses(index)] + files


def _files(tree: Tree, dataset: str, version: str) -> list[str]:
    return [f"{dataset}/{version}/{name}" for name in tree.names(dataset, version)]
