"""GeoJSON as geocoders answer it: features with a point and properties."""

from typing import Any

from geodata.coords import LonLat
from geodata.geocoding.providers.http import point_of


def features_of(answer: Any) -> list[dict[str, Any]] | None:
    """Return the features that have properties; None when it is no feature collection."""
    if not isinstance(answer, dict) or not isinstance(answer.get("features"), list):
        return None
    return [one for one in answer["features"] if isinstance(one, dict) and isinstance(one.get("properties"), dict)]


def point_of_feature(feature: dict[str, Any]) -> LonLat | None:
    """Return the point of a feature, None when it has another geometry."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    return point_of(coordinates[0], coordinates[1])
