"""Rules of what the output formats of a contract need, each as its spec says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, get_args

from pydantic import ValidationError

from praya.contract.base import Model, Problem, apply_rule
from praya.contract.description import describe_unread
from praya.contract.output_spec import output_specs

if TYPE_CHECKING:
    from praya.contract.model import Contract
    from praya.contract.release import Release


def check_needed_keys(release: Release) -> Iterator[Problem]:
    """A key that formats need is there where one of them is, and nowhere else."""
    for key in dict.fromkeys(key for spec in output_specs().values() for key in spec.needs):
        yield from apply_rule(_check_key, release, key)


def check_options(release: Release) -> Iterator[Problem]:
    """The options of each format are those that it has, and are there only with the format."""
    for name in release.options:
        if name not in release.formats:
            yield Problem(("options", name), "goes with the format of that name, which is not there")
    for name in release.formats:
        try:
            output_specs()[name].options.model_validate(release.options.get(name, {}))
        except ValidationError as error:
            for problem in describe_unread(error.errors()):
                yield problem._replace(keys=("options", name, *problem.keys))


def check_each_format(contract: Contract) -> Iterator[Problem]:
    """What a format asks of the contract as a whole; what two formats ask for alike is said once."""
    specs = output_specs()
    for check in dict.fromkeys(specs[name].check for name in contract.release.formats):
        yield from apply_rule(check, contract)


def _check_key(release: Release, key: str) -> Iterator[Problem]:
    users = [spec.name for spec in output_specs().values() if key in spec.needs]
    using = [number for number, name in enumerate(release.formats) if name in users]
    section = getattr(release, key)
    sentence = f"`{key}` ({_required_in(release, key)}) goes with the format{_listed(users)}"
    if using and section is None:
        yield Problem(("formats", using[0]), f"{sentence}; there is no `{key}`")
    if section is not None and not using:
        missing = "; there is neither" if len(users) == 2 else "; there is none of them"
        yield Problem((key,), f"{sentence}{missing if len(users) > 1 else ', which is not there'}")


def _required_in(release: Release, key: str) -> str:
    """The keys that a section must have."""
    (section,) = (
        kind
        for kind in get_args(type(release).model_fields[key].annotation)
        if isinstance(kind, type) and issubclass(kind, Model)
    )
    return ", ".join(name for name, info in section.model_fields.items() if info.is_required())


def _listed(names: list[str]) -> str:
    *others, last = names
    return f"s {', '.join(others)} and {last}" if others else f" {last}"


RELEASE = (check_needed_keys, check_options)
RULES = (check_each_format,)
