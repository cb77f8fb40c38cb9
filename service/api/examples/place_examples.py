"""Examples of places: addresses and their points, areas, and what is reached in them."""

from typing import Any, Final

SCHAAN: Final = {"lat": 47.1649981, "lon": 9.5087332}
ATTRIBUTION: Final = "© OpenStreetMap contributors"
_GEOCODED: Final[dict[str, Any]] = {
    "area": "liechtenstein",
    "area_version": "3f9a1c2b",
    "results": [
        {
            "status": "accepted",
            "location": SCHAAN,
            "label": "Im Pardiel 46, 9494 Schaan",
            "match_level": "house_number",
            "location_level": "house_number",
            "uncertainty_m": 10,
            "confidence": 0.98,
            "match_type": "exact",
            "components": {"house_number": "46", "street": "Im Pardiel", "place": "Schaan", "postcode": "9494"},
            "unmatched_text": "",
            "alternatives": [],
            "margin": 0.98,
            "reasons": [],
            "provider": "gazetteer",
            "dataset_version": "3f9a1c2b",
            "review": None,
        }
    ],
}
_REVERSED: Final[dict[str, Any]] = {
    "area": "liechtenstein",
    "area_version": "3f9a1c2b",
    "results": [
        {
            "level": "house_number",
            "label": "Im Pardiel 46, 9494 Schaan",
            "location": SCHAAN,
            "distance_m": 4,
            "components": {
                "house_number": "46",
                "street": "Im Pardiel",
                "postcode": "9494",
                "place": "Schaan",
                "region": "Liechtenstein",
            },
            "dataset_version": "3f9a1c2b",
        }
    ],
}
_AREAS: Final[dict[str, Any]] = {
    "areas": [
        {
            "name": "liechtenstein",
            "version": "3f9a1c2b",
            "default": True,
            "time_zone": "Europe/Vaduz",
            "bbox": [9.4716, 47.0484, 9.6357, 47.2706],
            "attribution": ATTRIBUTION,
            "vehicles": ["car", "motorcycle", "foot"],
            "seasons": {"car": ["dry", "wet"], "motorcycle": ["dry", "wet"], "foot": ["dry", "wet"]},
        }
    ]
}
_REACHABLE: Final[dict[str, Any]] = {
    "type": "Feature",
    "attribution": ATTRIBUTION,
    "geometry": {
        "type": "MultiPolygon",
        "coordinates": [[[[9.511, 47.136], [9.53, 47.135], [9.529, 47.147], [9.513, 47.146], [9.511, 47.136]]]],
    },
    "properties": {
        "kind": "reachable",
        "minutes": 5,
        "vehicle": "car",
        "area_m2": 1_568_000,
        "access_s": 4,
        "flags": [],
        "at_edge": False,
        "roads": None,
        "area": "liechtenstein",
        "area_version": "3f9a1c2b",
    },
}
PLACE_EXAMPLES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("geocoded", "An address that was found", _GEOCODED),
    ("reversed", "The address at a point", _REVERSED),
    ("areas", "The bundled area", _AREAS),
    ("reachable", "Five minutes by car, simplified", _REACHABLE),
)
