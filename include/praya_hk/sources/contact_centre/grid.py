"""HK1980 Grid (EPSG:2326) to WGS84, over whole columns.

Sources: Geodetic Survey of Hong Kong, "Explanatory Notes on Geodetic Datums in Hong Kong" (1995), for the
projection: transverse Mercator on the International (Hayford) 1910 ellipsoid; and its "7P ITRF96-HK80"
parameters for the datum, registered as EPSG:1825, coordinate frame rotation. Good to about a metre.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_A, _F = 6_378_388.0, 1 / 297
_E2 = _F * (2 - _F)
_NORTH0, _EAST0 = 819_069.80, 836_694.05
_LAT0 = np.radians(22 + 18 / 60 + 43.68 / 3600)
_LON0 = np.radians(114 + 10 / 60 + 42.80 / 3600)
_SHIFT = (-162.619, -276.959, -161.764)  # metres
_TURN = np.radians(np.array([-0.067753, 2.243648, 1.158828]) / 3600)
_SCALE = 1 - 1.094246e-6
_WGS_A, _WGS_F = 6_378_137.0, 1 / 298.257223563
_WGS_E2 = _WGS_F * (2 - _WGS_F)


def wgs84(easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude in degrees of points on the HK1980 Grid (metres), at the height of the ellipsoid."""
    latitude, longitude = _unproject(easting, northing)
    x, y, z = _cartesian(latitude, longitude)
    turn_x, turn_y, turn_z = _TURN
    moved_x = _SHIFT[0] + _SCALE * (x + turn_z * y - turn_y * z)
    moved_y = _SHIFT[1] + _SCALE * (-turn_z * x + y + turn_x * z)
    moved_z = _SHIFT[2] + _SCALE * (turn_y * x - turn_x * y + z)
    return _geographic(moved_x, moved_y, moved_z)


def _meridian(latitude: Floats | float) -> Floats:
    """The length of the meridian from the equator, in metres (Explanatory Notes, equation 3)."""
    whole = 1 - _E2 / 4 - 3 * _E2**2 / 64 - 5 * _E2**3 / 256
    second = 3 / 8 * (_E2 + _E2**2 / 4 + 15 * _E2**3 / 128)
    fourth = 15 / 256 * (_E2**2 + 3 * _E2**3 / 4)
    return np.asarray(_A * (whole * latitude - second * np.sin(2 * latitude) + fourth * np.sin(4 * latitude)))


def _unproject(easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
    """Grid to HK80 latitude and longitude in radians (Explanatory Notes, equations 4 and 5, a term longer)."""
    length = np.asarray(northing) - _NORTH0 + _meridian(_LAT0)
    foot = length / _A
    for _ in range(5):
        foot = foot + (length - _meridian(foot)) / _A
    sine2 = _E2 * np.sin(foot) ** 2
    across = _A / np.sqrt(1 - sine2)
    along = _A * (1 - _E2) / (1 - sine2) ** 1.5
    psi, tan = across / along, np.tan(foot)
    east = np.asarray(easting) - _EAST0
    x = east / across
    latitude = foot - tan * east / along * (
        x / 2 - x**3 / 24 * (9 * psi * (1 - tan**2) + 12 * tan**2 - 4 * psi**2)
    )
    longitude = _LON0 + (x - x**3 / 6 * (psi + 2 * tan**2)) / np.cos(foot)
    return latitude, longitude


def _cartesian(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats, Floats]:
    across = _A / np.sqrt(1 - _E2 * np.sin(latitude) ** 2)
    level = across * np.cos(latitude)
    return level * np.cos(longitude), level * np.sin(longitude), across * (1 - _E2) * np.sin(latitude)


def _geographic(x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
    level = np.hypot(x, y)
    latitude = np.arctan2(z, level * (1 - _WGS_E2))
    for _ in range(3):
        across = _WGS_A / np.sqrt(1 - _WGS_E2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + _WGS_E2 * across * np.sin(latitude), level)
    return np.degrees(latitude), np.degrees(np.arctan2(y, x))
