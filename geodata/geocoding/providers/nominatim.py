"""Nominatim, one's own: https://nominatim.org/release-docs/latest/api/Search/. The public host is refused."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from geodata.coords import BoundingBox
from geodata.datum import Datum
from geodata.errors import ProviderRefusedError
from geodata.geocoding.port import Level
from geodata.geocoding.providers.http import HttpSource, malformed, point_of, text_of
from geodata.geocoding.providers.port import NO_DOORS, Found
from geodata.geocoding.providers.premises import is_on_premises, is_public_nominatim

#: https://nominatim.org/release-docs/latest/customize/Ranking/: 30 is a house or a POI, 26 to 27 a street.
_HOUSE_RANK: Final = 30
_STREET_RANK: Final = 26
_PLACE_RANK: Final = 13


class Nominatim:
    """An own Nominatim server."""

    name = "nominatim"
    datum = Datum.WGS84
    max_batch = 1
    qps = 10.0

    def __init__(self, url: str, *, timeout_s: float, transport: httpx.BaseTransport | None = None) -> None:
        if is_public_nominatim(url):
            msg = "The public Nominatim server must not be asked for addresses of customers. Run one of your own."
            raise ProviderRefusedError(msg)
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
        params = {"q": text, "format": "jsonv2", "addressdetails": "1", "limit": "3"}
        if within is not None:
            params |= {"viewbox": f"{within.west},{within.south},{within.east},{within.north}", "bounded": "1"}
        answer = self._source.get("/search", params)
        if not isinstance(answer, list):
            raise malformed(self._source)
        return tuple(found for place in answer if (found := _found(place)) is not None)


def _found(place: Any) -> Found | None:
    if not isinstance(place, dict):
        return None
    point = point_of(place.get("lon"), place.get("lat"))
    rank = place.get("place_rank")
    if point is None or not isinstance(rank, int):
        return None
    level = _level(place, rank)
    has_door = level is not Level.POI or text_of(place.get("category")) not in NO_DOORS
    return Found(location=point, label=text_of(place.get("display_name")), level=level, is_exact=has_door)


def _level(place: dict[str, Any], rank: int) -> Level:
    if rank >= _HOUSE_RANK:
        address = place.get("address")
        numbered = isinstance(address, dict) and bool(text_of(address.get("house_number")))
        return Level.HOUSE_NUMBER if numbered else Level.POI
    if rank >= _STREET_RANK:
        return Level.STREET
    return Level.PLACE if rank > _PLACE_RANK else Level.REGION
