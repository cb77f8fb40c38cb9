"""Pelias: https://github.com/pelias/documentation/blob/master/search.md, an own server or a hosted one with a key."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from geodata.coords import BoundingBox
from geodata.datum import Datum
from geodata.geocoding.port import Level
from geodata.geocoding.providers.geojson import features_of, point_of_feature
from geodata.geocoding.providers.http import HttpSource, malformed, text_of
from geodata.geocoding.providers.port import Found
from geodata.geocoding.providers.premises import is_on_premises

_LEVELS: Final = {
    "address": Level.HOUSE_NUMBER,
    "venue": Level.POI,
    "street": Level.STREET,
    "neighbourhood": Level.PLACE,
    "locality": Level.PLACE,
    "localadmin": Level.PLACE,
    "borough": Level.PLACE,
    "macrohood": Level.PLACE,
}


class Pelias:
    """A Pelias server. `key` is for hosted ones."""

    name = "pelias"
    datum = Datum.WGS84
    max_batch = 1
    qps = 5.0

    def __init__(
        self, url: str, *, key: str | None = None, timeout_s: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._source = HttpSource(self.name, url, timeout_s=timeout_s, transport=transport)
        self._key = key
        self.host = self._source.host
        self.leaves_premises = not is_on_premises(url)

    def geocode(self, texts: Sequence[str], *, within: BoundingBox | None) -> list[tuple[Found, ...]]:
        """See Provider.geocode."""
        return [self._ask(text, within) for text in texts]

    def close(self) -> None:
        """See Provider.close."""
        self._source.close()

    def _ask(self, text: str, within: BoundingBox | None) -> tuple[Found, ...]:
        params = {"text": text, "size": "3"}
        if self._key is not None:
            params["api_key"] = self._key
        if within is not None:
            params |= {
                "boundary.rect.min_lon": str(within.west),
                "boundary.rect.max_lon": str(within.east),
                "boundary.rect.min_lat": str(within.south),
                "boundary.rect.max_lat": str(within.north),
            }
        features = features_of(self._source.get("/v1/search", params))
        if features is None:
            raise malformed(self._source)
        return tuple(found for feature in features if (found := _found(feature)) is not None)


def _found(feature: dict[str, Any]) -> Found | None:
    point, about = point_of_feature(feature), feature["properties"]
    if point is None:
        return None
    level = _LEVELS.get(text_of(about.get("layer")), Level.REGION)
    is_exact = about.get("match_type") == "exact"
    return Found(location=point, label=text_of(about.get("label")), level=level, is_exact=is_exact)
