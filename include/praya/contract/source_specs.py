"""What contracts know of input formats and collectors: their names, the keys of `source` that they take, their rules.

The step *stage* adds the reading to a `FormatSpec`, the step *collect* the taking to a `CollectorSpec`. A contract
finds both by their entry points, for it lies below the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from praya.contract.base import Model, Problem
from praya.contract.text import Text
from praya.extensions import COLLECTORS, INPUT_FORMATS, discover_specs

if TYPE_CHECKING:
    from praya.contract.model import Contract
    from praya.contract.source import Source


class NoOptions(Model):
    """A format or a collector without keys of its own."""


def find_no_problem(contract: Contract) -> Iterator[Problem]:  # noqa: ARG001
    """A format or a collector without rules of its own."""
    yield from ()


Check = Callable[["Contract"], Iterator[Problem]]


@dataclass(frozen=True, kw_only=True)
class FormatSpec:
    """An input format, as `source.format` names it.

    `options` are the keys of `source` that it has besides those of every format. `check` finds what is wrong in a
    contract of this format, with the keys from the top of the file: `("source", "records")`. Keys that cannot be read
    have been reported when it is called.
    """

    name: str
    label: Text
    media_types: tuple[str, ...]
    options: type[Model] = NoOptions
    check: Check = find_no_problem

    @property
    def reads_pages(self) -> bool:
        """Whether several files can be read one after the other as one table."""
        return False


@dataclass(frozen=True, kw_only=True)
class CollectorSpec:
    """A way to collect, and which keys of `source` select it. Exactly one of these three is set, or `paths` too:

    - `key`: a key of `source` of its own, which says where the data is and stands alone.
    - `schemes`: the beginnings of addresses in `url` and `parts` that it takes; `paths` are those without a scheme, at
      an Airflow connection.
    - `pages`: the value of `source.pages`.

    `keys` are further keys of `source` that it takes, each with what is said where it is there without this collector;
    `options` are keys that it has beside those of the model `Source`, among them its own `key`. `formats` are the only
    ones that it delivers, where they are few. `gives_pages` says that its parts are pieces of one table, to be read one
    after the other in the order of their names. `connection_types` are the types of Airflow connections that it takes.
    `check` is as that of a `FormatSpec`.
    """

    name: str
    label: Text
    key: str | None = None
    schemes: tuple[str, ...] = ()
    paths: bool = False
    pages: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    options: type[Model] = NoOptions
    formats: tuple[str, ...] = ()
    gives_pages: bool = False
    connection_types: tuple[str, ...] = ("http", "https")
    check: Check = find_no_problem

    def takes_address(self, address: str) -> bool:
        """Whether an address of `url`, `path` or `parts` is one for it."""
        scheme, separator, _ = address.partition("://")
        return scheme in self.schemes if separator else self.paths


def format_specs() -> dict[str, FormatSpec]:
    """All input formats by name."""
    return discover_specs(FormatSpec, INPUT_FORMATS)


def collector_specs() -> dict[str, CollectorSpec]:
    """All collectors by name."""
    return discover_specs(CollectorSpec, COLLECTORS)


def format_of(source: Source) -> FormatSpec:
    """The format of a source."""
    return format_specs()[source.format]


def collector_with_key(source: Source) -> CollectorSpec | None:
    """The collector whose own key the source has; None for a source of addresses."""
    present = source.present_keys
    return next((spec for spec in collector_specs().values() if spec.key in present), None)


def collector_of_address(source: Source, address: str) -> CollectorSpec | None:
    """The collector for one of the addresses of a source."""
    specs = collector_specs().values()
    if source.pages is not None:
        return next(spec for spec in specs if spec.pages == source.pages)
    return next((spec for spec in specs if spec.takes_address(address)), None)


def collectors_of(source: Source) -> list[CollectorSpec]:
    """The collectors of a source, each once; none where the source says not or wrongly where the data is."""
    if own := collector_with_key(source):
        return [own]
    specs = [collector_of_address(source, address) for address in source.addresses.values() if address]
    return [*{spec.name: spec for spec in specs if spec}.values()]


def gives_pages(source: Source) -> bool:
    """Whether the parts of a source are pieces of one table."""
    return any(spec.gives_pages for spec in collectors_of(source))


def connection_types(source: Source) -> set[str]:
    """The types of Airflow connections that a source may have."""
    return {each for spec in collectors_of(source) for each in spec.connection_types}


def option_keys(model: type[Model]) -> list[str]:
    """The keys of a model of options, as files spell them."""
    return [info.alias or name for name, info in model.model_fields.items()]


def schemes() -> list[str]:
    """All beginnings of addresses that collectors take."""
    return sorted({scheme for spec in collector_specs().values() for scheme in spec.schemes})


def names_of_pages() -> list[str]:
    """All values that `source.pages` may have."""
    return sorted(spec.pages for spec in collector_specs().values() if spec.pages is not None)


def option_models() -> list[type[Model]]:
    """The models of the keys that formats and collectors have of their own."""
    formats = [spec.options for spec in format_specs().values()]
    return [*formats, *(spec.options for spec in collector_specs().values())]
