"""What an output format is: its name, what its files are called and served as, and who writes them.

A format is a file that declares an `OutputFormat`, in `praya.pipeline.release.output_formats` or in another package of
the entry points `praya.output_formats`. These files are imported where contracts are read and DAGs parsed: what is
heavy is imported in functions, or named by `call_later`. docs/extending.md says how to add a format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from praya.contract.output_spec import OutputSpec
from praya.extensions import OUTPUT_FORMATS, discover_specs
from praya.pipeline.release.part import Part


@dataclass(frozen=True, kw_only=True)
class OutputFormat(OutputSpec):
    """An output format that release writes.

    `write(part, target, work)` writes the rows of `part` in their order to the file `target`; `work` is a scratch
    folder. The same rows give the same bytes. It raises FormatError where the format cannot hold them.
    """

    write: Callable[[Part, Path, Path], None]


def output_formats() -> dict[str, OutputFormat]:
    """All output formats by name."""
    return discover_specs(OutputFormat, OUTPUT_FORMATS)
