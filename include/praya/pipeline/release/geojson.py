"""GeoJSON (RFC 7946): a feature a row; a row without a place has no geometry, and all fields are properties."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from praya.pipeline.release.json_array import value_of
from praya.pipeline.release.part import Part
from praya.pipeline.release.points import bounds, names
from praya.store.duck import connect, literal


def write(part: Part, target: Path, work: Path) -> None:
    """Write the part's rows in their order to `target`."""
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
    told = {"type": "FeatureCollection", "name": part.contract.dataset, "synthetic": part.table.synthetic}
    head = json.dumps(told | ({"bbox": box} if box else {}))
    with target.open("wb") as file, array.open("rb") as body:
        file.write(head[:-1].encode() + b', "features": ')
        shutil.copyfileobj(body, file)
        file.write(b"}\n")
    array.unlink()
