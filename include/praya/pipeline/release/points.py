"""The places of a table: points in WGS84, longitude before latitude, as GeoJSON and GeoParquet have them."""

from __future__ import annotations

from typing import Any

from praya.errors import FormatError, codes
from praya.pipeline.release.part import Part
from praya.store.duck import identifier


def names(part: Part) -> tuple[str, str]:
    """Longitude and latitude as quoted SQL names."""
    places = part.contract.release.places
    if places is None:
        raise FormatError(
            codes.format.FIELDS_NOT_NAMED,
            f"{part.contract.dataset}: has no places; say `release.places` or leave the format out",
        )
    return identifier(places.longitude), identifier(places.latitude)


def bounds(con: Any, part: Part) -> list[float] | None:
    """West, south, east, north of all places, or None where there are none.

    Raises FormatError where a coordinate is no degree of WGS84: another grid, or the two are swapped.
    """
    longitude, latitude = names(part)
    whole = f"{longitude} is not null and {latitude} is not null"
    ((west, south, east, north),) = con.execute(
        f"select min({longitude})::double, min({latitude})::double, max({longitude})::double, "
        f"max({latitude})::double from {part.source} where {whole}"
    ).fetchall()
    if west is None:
        return None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise FormatError(
            codes.format.COORDINATES_OUT_OF_RANGE,
            f"{part.contract.dataset}: {longitude} runs from {west} to {east}, {latitude} from {south} to {north}; "
            "degrees of WGS84 lie within ±180 and ±90. Name the right fields in `release.places`",
        )
    return [west, south, east, north]
