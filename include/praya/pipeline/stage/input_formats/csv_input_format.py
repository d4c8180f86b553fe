"""CSV as an input format: RFC 4180 with the header in the first line, in any encoding and with any delimiter."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field as Key

from praya.contract import Contract, Text
from praya.contract.base import Problem
from praya.extensions import call_later
from praya.pipeline.stage.encoded_text import EncodedOptions, check_encoding
from praya.pipeline.stage.input_format import InputFormat

READER = "praya.pipeline.stage.csv_input"


class CsvOptions(EncodedOptions):
    """Keys of `source` for CSV."""

    delimiter: str = Key(default=",", min_length=1, max_length=1, description="what separates cells of CSV")


def check(contract: Contract) -> Iterator[Problem]:
    """The encoding is known, and the delimiter is no character that has a meaning of its own."""
    if contract.source.read_options(CsvOptions).delimiter in '"\r\n':
        yield Problem(
            ("source", "delimiter"),
            "`delimiter` is a quote or a line end; these have a meaning of their own in CSV",
        )
    yield from check_encoding(contract)


CSV = InputFormat(
    name="csv",
    label=Text(en="CSV", zh_hant="CSV"),
    media_types=("text/csv",),
    options=CsvOptions,
    check=check,
    read=call_later(READER, "read"),
    read_pages=call_later(READER, "read_pages"),
    described="CSV",
    advice="The file's quoting is damaged: look for a stray quote",
)
