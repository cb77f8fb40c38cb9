"""Photon: https://github.com/komoot/photon, an own server or the public one within its fair use."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from geodata.coords import BoundingBox
from geodata.datum import Datum
from geodata.geocoding.port import Level
from geodata.geocoding.providers.geojson import features_of, point_of_feature
from geodata.geocoding.providers.http import HttpSource, malformed, text_of
from geodata.geocoding.providers.port import NO_DOORS, Found
from geodata.geocoding.providers.premises import is_on_premises

_LEVELS: Final = {
    "house": Level.HOUSE_NUMBER,
    "street": Level.STREET,
    "locality": Level.PLACE,
    "district": Level.PLACE,
    "city": Level.PLACE,
}


class Photon:
    """A Photon server."""

    name = "photon"
    datum = Datum.WGS84
    max_batch = 1
    qps = 1.0

    def __init__(self, url: str, *, timeout_s: float, transport: httpx.BaseTransport | None = None) -> None:
        self._source = HttpSource(self.name, url, timeout_s=timeout_s, transport=transport)
        self.host = self._source.host
        self.leaves_premises = not is_on_premises(url)

    def geocode(self, texts: Sequence[str], *, within: BoundingBox | None) -> list[tuple[Found, ...]]:
        """See Provider.geocode."""
        return [self._ask(text, within) for text in texts]

    def close(self) -> None:
        """See Provider.close."""
        self._source.close()

    def _ask(self, text: str, within: BoundingBox | None) -> tuple[Found, ...]:
        params = {"q": text, "limit": "3"}
        if within is not None:
            params["bbox"] = f"{within.west},{within.south},{within.east},{within.north}"
        features = features_of(self._source.get("/api", params))
        if features is None:
            raise malformed(self._source)
        return tuple(found for feature in features if (found := _found(feature)) is not None)


def _found(feature: dict[str, Any]) -> Found | None:
    point, about = point_of_feature(feature), feature["properties"]
    if point is None:
        return None
    level = _LEVELS.get(text_of(about.get("type")), Level.REGION)
    if level is Level.HOUSE_NUMBER and not text_of(about.get("housenumber")):
        level = Level.POI
    street = " ".join(filter(None, (text_of(about.get("street")), text_of(about.get("housenumber")))))
    town = " ".join(filter(None, (text_of(about.get("postcode")), text_of(about.get("city")))))
    names = (about.get("name"), street, about.get("locality"), about.get("district"), town, about.get("county"))
    label = ", ".join(dict.fromkeys(filter(None, map(text_of, names))))
    has_door = level is not Level.POI or text_of(about.get("osm_key")) not in NO_DOORS
    return Found(location=point, label=label, level=level, is_exact=has_door)
