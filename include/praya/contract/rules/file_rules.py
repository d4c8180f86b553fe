"""Rules between a file and where it is: names, the policy, and what other files of its kind say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Problem
from praya.errors import codes
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.code_list import CodeList
    from praya.contract.model import Contract
    from praya.contract.policy import Policy


def check_policy(contract: Contract, policy: Policy) -> Iterator[Problem]:
    for key, what in policy.violations(contract.disclosure):
        yield Problem(("disclosure", key), what, codes.contract.BELOW_POLICY)


def check_dataset(contract: Contract, path: Path) -> Iterator[Problem]:
    yield from check_named(("dataset",), contract.dataset, "file", path.stem)


def check_provider(contract: Contract, path: Path) -> Iterator[Problem]:
    yield from check_named(("provider",), contract.provider, "folder", path.parent.name)


def check_list(listed: CodeList, path: Path) -> Iterator[Problem]:
    yield from check_named(("list",), listed.list_, "file", path.stem)


def check_named(keys: Keys, name: str, what: str, expected: str) -> Iterator[Problem]:
    if name != expected:
        said = f"is '{quote(name)}'; expected the {what}'s name, '{quote(expected)}'"
        yield Problem(keys, said, codes.contract.NAME_DIFFERS_FROM_PATH)


def check_is_there_once(contract: Contract, others: Mapping[str, Contract]) -> Iterator[Problem]:
    if others.get(contract.dataset, contract) is not contract:
        said = f"'{quote(contract.dataset)}' is there twice; expected a name of its own"
        yield Problem(("dataset",), said, codes.contract.NAME_TAKEN)


def check_references(
    contract: Contract, others: Mapping[str, Contract], has_file: Callable[[str], bool]
) -> Iterator[Problem]:
    """Foreign keys lead to datasets and fields that are there; what is there and wrong is another file's problem."""
    for nth, key in enumerate(contract.schema_.foreign_keys):
        at = ("schema", "foreignKeys", nth, "reference")
        other = key.reference.resource or contract.dataset
        if other not in others:
            if not has_file(other):
                said = f"there is no dataset '{quote(other)}'; expected that of a contract"
                yield Problem((*at, "resource"), said, codes.contract.REFERENCE_UNKNOWN)
            continue
        known = {field.name for field in others[other].fields}
        for number, name in enumerate(key.reference.fields):
            if name not in known:
                said = f"{other} has no field {quote(name)}"
                yield Problem((*at, "fields", number), said, codes.contract.REFERENCE_UNKNOWN)


def check_aliases(contract: Contract, taken: Mapping[str, str]) -> Iterator[Problem]:
    """Aliases are no other dataset's id or alias: an address leads to one place. `taken`: name → whose it is."""
    own = dict[str, str]()
    for number, alias in enumerate(contract.aliases):
        if other := taken.get(alias) or own.get(alias):
            said = f"'{quote(alias)}' is {other}; expected an id that nobody else has"
            yield Problem(("aliases", number), said, codes.contract.NAME_TAKEN)
        own[alias] = f"an alias of {contract.dataset}"
