"""JSON as an input format: an array of records, at a path where it is nested, or one record after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field as Key

from praya.contract import Contract, Text
from praya.contract.base import Problem
from praya.contract.json_path import parse_json_path
from praya.extensions import call_later
from praya.pipeline.stage.encoded_text import EncodedOptions, check_encoding
from praya.pipeline.stage.input_format import InputFormat
from praya.pipeline.stage.looks import text_start
from praya.text.outside import quote


class JsonOptions(EncodedOptions):
    """Keys of `source` for JSON."""

    records: str = Key(
        default="$", description="JSON path of the array of records, e.g. $.vcalendar[0].vevent"
    )


def check(contract: Contract) -> Iterator[Problem]:
    """The encoding is known, and records and fields are each at a JSON path of one place."""
    if problem := _not_a_path(contract.source.read_options(JsonOptions).records):
        yield Problem(("source", "records"), problem)
    yield from check_encoding(contract)
    for number, field in enumerate(contract.fields):
        if problem := _not_a_path(field.source_name):
            yield Problem(("schema", "fields", number, "source"), problem)


def _not_a_path(text: str) -> str | None:
    try:
        parse_json_path(text)
    except ValueError as error:
        return quote(error, 300)
    return None


def recognise(head: bytes) -> bool:
    """Whether a file begins with an object or an array."""
    return re.match(rb'[{\[]\s*(["{\[\d\]}-]|$)', text_start(head)) is not None


JSON = InputFormat(
    name="json",
    label=Text(en="JSON", zh_hant="JSON"),
    media_types=("application/json", "application/geo+json", "application/x-ndjson"),
    options=JsonOptions,
    check=check,
    read=call_later("praya.pipeline.stage.json_input", "read"),
    recognise=recognise,
    described="JSON",
)
