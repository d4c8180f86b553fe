"""GeoJSON (RFC 7946): a feature a row; a row without a place has no geometry, and all fields are properties."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from praya.contract import Text
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.pipeline.release.points import bounds, names
from praya.pipeline.release.record_values import value_of
from praya.store.duck import connect, literal


def write(part: Part, target: Path, work: Path) -> None:
    longitude, latitude = names(part)
    # `when` both are there: a point with half a place would be none.
    geometry = (
        f"case when {longitude} is not null and {latitude} is not null "
        f"then {{'type': 'Point', 'coordinates': [{longitude}, {latitude}]}} end"
    )
    properties = "{" + ", ".join(f"'{field.name}': {value_of(field)}" for field in part.fields) + "}"
    features = (
        f"select 'Feature' as type, {geometry} as geometry, {properties} as properties from {part.source}"
    )
    array = work / "features.json"
    with connect(work) as con:
        box = bounds(con, part)
        con.execute(f"copy ({features}) to {literal(str(array))} (format json, array true)")
    collection = {
        "type": "FeatureCollection",
        "name": part.contract.dataset,
        "synthetic": part.table.synthetic,
    }
    head = json.dumps(collection | ({"bbox": box} if box else {}))
    with target.open("wb") as file, array.open("rb") as body:
        file.write(head[:-1].encode() + b', "features": ')
        shutil.copyfileobj(body, file)
        file.write(b"}\n")
    array.unlink()


GEOJSON = OutputFormat(
    name="geojson",
    suffix="geojson",
    media_type="application/geo+json",
    label="GEOJSON",
    eu_file_type="GEOJSON",
    title=Text(en="GeoJSON", zh_hant="GeoJSON"),
    description=Text(
        en="RFC 7946, a feature a row; WGS84, longitude first",
        zh_hant="RFC 7946，每行一個地物；採用WGS84，經度在前",
    ),
    write=write,
    needs=("places",),
    condition=Text(en="coordinates", zh_hant="座標"),
    is_text=True,
)
