"""What contracts, metadata and pages know of an output format: how it is called, what its files are, what it asks for.

The step *release* adds the writing to an `OutputSpec` (`praya.pipeline.release.output_format`). A contract finds the
formats by their entry points, for it lies below the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract.base import Keys, Model, Problem
from praya.contract.codes import Language
from praya.contract.text import Text
from praya.errors import ExtensionError, codes
from praya.extensions import OUTPUT_FORMATS, discover_specs
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.model import Contract

COMPRESSED = ".gz"


class NoOptions(Model):
    """A format without keys of its own."""


def find_no_problem(contract: Contract) -> Iterator[Problem]:  # noqa: ARG001
    """A format that every contract can have."""
    yield from ()


@dataclass(frozen=True)
class RowReader:
    """How the rows of released files are read back, to compare two releases.

    `sql` gives what stands behind `from` in DuckDB for files of one table. Of the formats of a release the one with the
    least `order` is read: the less of a value a format keeps, the greater its order.
    """

    order: int
    sql: Callable[[Sequence[Path]], str]


@dataclass(frozen=True, kw_only=True)
class OutputSpec:
    """An output format, as `release.formats` names it.

    `suffix` is what the names of its files have behind the first dot: `geo.parquet`. `media_type` is served; what is in
    front of `;` is that of IANA's registry, and `eu_file_type` the name in the EU's authority table of file types where
    it is there. `label` is what readers, CKAN and data.gov.hk call it.

    `needs` are keys of the section `release` without which it cannot be written, as `places`; `condition` says in words
    what a dataset must have for it. `options` is the model of what a contract may say under `release.options` for this
    format alone. `check` finds what is wrong in a contract with this format, with the keys from the top of the file;
    keys that cannot be read have been reported before.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    title: Text
    description: Text
    eu_file_type: str | None = None
    is_text: bool = False  # large files are there gzipped too
    is_marked: bool = True  # of generated data the names of its files say so
    needs: tuple[str, ...] = ()
    condition: Text | None = None
    options: type[Model] = NoOptions
    check: Callable[[Contract], Iterator[Problem]] = find_no_problem
    languages: Callable[[Contract], Sequence[Language]] | None = None  # there is one file for each of them
    reader: RowReader | None = None

    def keys_in(self, contract: Contract) -> Keys:
        """The keys that lead to its name in a contract; for problems with the contract as a whole."""
        return ("release", "formats", contract.release.formats.index(self.name))


def output_specs() -> dict[str, OutputSpec]:
    """All output formats by name; ExtensionError where two have the same name or suffix."""
    return _with_own_suffixes()


def spec_of_file(name: str) -> OutputSpec | None:
    """The format of a data file by its name, also where it is gzipped; None where no format has such files."""
    plain = name.removesuffix(COMPRESSED)
    specs = [spec for spec in output_specs().values() if plain.endswith(f".{spec.suffix}")]
    return max(specs, key=lambda spec: len(spec.suffix), default=None)


@cache
def _with_own_suffixes() -> dict[str, OutputSpec]:
    specs = discover_specs(OutputSpec, OUTPUT_FORMATS)
    taken: dict[str, str] = {}
    for spec in specs.values():
        if (other := taken.setdefault(spec.suffix, spec.name)) != spec.name:
            raise ExtensionError(
                codes.package.EXTENSION_NAME_TAKEN,
                f"the output formats '{quote(other)}' and '{quote(spec.name)}' both write .{quote(spec.suffix)} files; "
                "give one of them another suffix",
            )
    return specs
