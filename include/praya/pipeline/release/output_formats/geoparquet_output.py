"""GeoParquet 1.1: the Parquet file with one more column, `geometry`, of points as WKB in longitude and latitude."""

from __future__ import annotations

import json
from pathlib import Path

from praya.contract import Text
from praya.errors import FormatError, codes
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.output_formats.parquet_output import MEDIA_TYPE
from praya.pipeline.release.parquet_file import copy_parquet
from praya.pipeline.release.part import Part
from praya.pipeline.release.points import bounds, names
from praya.store.duck import connect

GEOMETRY = "geometry"


def write(part: Part, target: Path, work: Path) -> None:
    longitude, latitude = names(part)
    if GEOMETRY in {field.name for field in part.fields}:
        raise FormatError(
            codes.format.FIELD_NAME_RESERVED,
            f"{part.contract.dataset}: a field is called {GEOMETRY}, as GeoParquet's own is; rename it",
        )
    point = f"st_asbinary(('POINT(' || {longitude}::double || ' ' || {latitude}::double || ')')::geometry)"
    with connect(work) as con:
        box = bounds(con, part)
        # Without `crs` the format means OGC:CRS84, which is WGS84 with longitude first.
        column = {"encoding": "WKB", "geometry_types": ["Point"] if box else []}
        geo = {
            "version": "1.1.0",
            "primary_column": GEOMETRY,
            "columns": {GEOMETRY: column | ({"bbox": box} if box else {})},
        }
        copy_parquet(
            con, part, f"select *, {point} as {GEOMETRY} from {part.source}", target, {"geo": json.dumps(geo)}
        )


GEOPARQUET = OutputFormat(
    name="geoparquet",
    suffix="geo.parquet",
    media_type=MEDIA_TYPE,
    label="PARQUET",
    eu_file_type="PARQUET",
    title=Text(en="GeoParquet", zh_hant="GeoParquet"),
    description=Text(
        en="GeoParquet 1.1, a point a row; WGS84, longitude first",
        zh_hant="GeoParquet 1.1，每行一點；採用WGS84，經度在前",
    ),
    write=write,
    needs=("places",),
    condition=Text(en="coordinates", zh_hant="座標"),
    is_marked=False,
)
