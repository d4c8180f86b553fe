"""Parquet as an input format, as marts are kept: columns are matched by name."""

from praya.contract import Text
from praya.extensions import call_later
from praya.pipeline.stage.input_format import InputFormat

PARQUET = InputFormat(
    name="parquet",
    label=Text(en="Parquet", zh_hant="Parquet"),
    media_types=("application/vnd.apache.parquet",),
    read=call_later("praya.pipeline.stage.parquet_input", "read"),
    recognise=lambda head: head.startswith(b"PAR1"),
    described="a Parquet file",
)
