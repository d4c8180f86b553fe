"""What contracts, pages and checks know of a metadata standard: the file that a release has of it.

`praya.metadata.metadata_standard` adds the writing to a `StandardSpec`. A contract finds the standards by their entry
points, for no dataset may be called as one of their files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from praya.contract.codes import FILE_LANGUAGE
from praya.contract.output_spec import output_specs
from praya.contract.text import Text
from praya.errors import ExtensionError, codes
from praya.extensions import METADATA_STANDARDS, discover_specs
from praya.text.outside import quote

IN_A_LANGUAGE = re.compile(rf"-(?:{'|'.join(FILE_LANGUAGE.values())})$")


@dataclass(frozen=True, kw_only=True)
class StandardSpec:
    """A metadata standard, or one of the files that a release has of it.

    `file` is its name. Where it is about the files of one output format, `data_format` names that format, and the file
    is called after them: `<dataset>.csv-metadata.json`. `condition` says in words what a release must have for it.
    """

    name: str
    label: str
    description: Text
    file: str
    media_type: str
    condition: Text | None = None
    data_format: str | None = None
    role: Literal["metadata", "documentation"] = "metadata"
    has_relative_addresses: bool = False  # its `path` and `url` begin at the file's own folder

    @property
    def ending(self) -> str | None:
        """Of a file that is called after a data file, how its name ends: `.csv-metadata.json`."""
        return f".{output_specs()[self.data_format].suffix}-{self.file}" if self.data_format else None

    def is_named(self, file: str) -> bool:
        """Whether a file of a release with this name is one of this standard."""
        return file.endswith(self.ending) if self.ending else file == self.file


def standard_specs() -> dict[str, StandardSpec]:
    """All metadata standards by name; ExtensionError where two have the same name or file, or a format is missing."""
    return _with_own_files()


def standard_of_file(name: str) -> StandardSpec | None:
    """The standard of a file of a release by its name, or None."""
    return next((spec for spec in standard_specs().values() if spec.is_named(name)), None)


@cache
def names_of_standard_files() -> frozenset[str]:
    """The names, without ending and language, of the files that releases have by standards."""
    stems = {spec.file.partition(".")[0] for spec in standard_specs().values() if not spec.data_format}
    return frozenset(stems | {IN_A_LANGUAGE.sub("", stem) for stem in stems})


@cache
def _with_own_files() -> dict[str, StandardSpec]:
    specs = discover_specs(StandardSpec, METADATA_STANDARDS)
    taken: dict[str, str] = {}
    for spec in specs.values():
        if spec.data_format and spec.data_format not in output_specs():
            raise ExtensionError(
                codes.package.EXTENSION_NOT_IMPORTED,
                f"the metadata standard '{quote(spec.name)}' goes with the output format '{quote(spec.data_format)}', "
                "which no installed package adds; install the one that does, or remove the standard's",
            )
        if (other := taken.setdefault(spec.ending or spec.file, spec.name)) != spec.name:
            raise ExtensionError(
                codes.package.EXTENSION_NAME_TAKEN,
                f"the metadata standards '{quote(other)}' and '{quote(spec.name)}' both write {quote(spec.file)}; give "
                "one of them another file name",
            )
    return specs
