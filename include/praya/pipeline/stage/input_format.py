"""What an input format is: its name, how its files are known, and the functions that read it.

A format is a file that declares an `InputFormat`, in `praya.pipeline.stage.input_formats` or in another package of the
entry points `praya.input_formats`. These files are imported where contracts are read and DAGs parsed: they name their
readers by `call_later`, whose module is imported when a file is read. docs/extending.md says how to add a format.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract import Contract
from praya.contract.source_specs import FormatSpec
from praya.extensions import INPUT_FORMATS, discover_specs

if TYPE_CHECKING:
    from praya.pipeline.stage.reading import Column, Connection, Reading

ReadFile = Callable[["Connection", Contract, Path, "list[Column]", Path], "Reading"]
ReadPages = Callable[["Connection", Contract, Sequence[Path], "list[Column]", Path], "Reading"]


@dataclass(frozen=True, kw_only=True)
class InputFormat(FormatSpec):
    """An input format that stage reads.

    `read(con, contract, path, columns, work)` opens one file and `read_pages`, where the format has it, several as one
    table; `work` is a scratch folder. Both return a `Reading` and raise StageError for a file that is not whole.
    `recognise` says of the first 4,096 bytes of a file whether they are plainly of this format, and `described` is what
    such a file is called where another format was expected, as in "the file is a Parquet file". `advice` says what to
    do where the records that were counted are not those that were read.
    """

    read: ReadFile
    read_pages: ReadPages | None = None
    recognise: Callable[[bytes], bool] | None = None
    described: str = ""
    advice: str = "Collect the file again, and ask the department if it stays so"

    @property
    def reads_pages(self) -> bool:
        """Whether several files can be read one after the other as one table."""
        return self.read_pages is not None


def all_formats() -> dict[str, InputFormat]:
    """All input formats by name."""
    return discover_specs(InputFormat, INPUT_FORMATS)


def find_input_format(contract: Contract) -> InputFormat:
    """The format of the contract's source."""
    return all_formats()[contract.source.format]
