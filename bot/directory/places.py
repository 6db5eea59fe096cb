"""Towns of the district and distances between points."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from bot.directory.loader import Directory, read_yaml
from bot.directory.records import Location

EARTH_RADIUS_KM = 6371.0
# Farther from every known town than this, a shared location is not in the district.
FAR_AWAY_KM = 40.0


class Point(NamedTuple):
    """A place on the map, degrees (WGS 84)."""

    latitude: float
    longitude: float


class Distance(NamedTuple):
    """How far the nearest place of a service is, and which of its locations that is."""

    kilometres: float
    location: str


def kilometres(a: Point, b: Point) -> float:
    """Distance as the crow flies (haversine formula)."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    half = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


class Places:
    """Towns by name, and where a location lies."""

    def __init__(self, file: Path) -> None:
        rows = read_yaml(file) if file.is_file() else []
        self.towns = {
            row["name"]: Point(row["latitude"], row["longitude"]) for row in rows or [] if row.get("latitude") is not None
        }

    def point_of(self, location: Location) -> Point | None:
        """A location's own coordinates, else the middle of its town, else None."""
        if location.latitude is not None and location.longitude is not None:
            return Point(location.latitude, location.longitude)
        for address in location.addresses:
            for name, point in self.towns.items():
                if address.city == name or address.city.startswith(f"{name} "):
                    return point
        return None

    def nearest_town(self, point: Point) -> str | None:
        """The town nearest to a point, or None if the point is far from all."""
        distances = {name: kilometres(point, town) for name, town in self.towns.items()}
        best = min(distances, key=lambda name: distances[name], default=None)
        return best if best is not None and distances[best] <= FAR_AWAY_KM else None

    def distance(self, directory: Directory, service: str, origin: Point) -> Distance | None:
        """From `origin` to the nearest place of a service, or None if none is known."""
        points = ((self.point_of(directory.locations[name]), name) for name in directory.services[service].locations)
        distances = (Distance(kilometres(origin, point), name) for point, name in points if point is not None)
        return min(distances, default=None)
