"""Tianditu (天地图), China's national map: http://lbs.tianditu.gov.cn/server/geocodinginterface.html.

Its coordinates are of CGCS2000, which differs from WGS-84 by centimetres.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

import httpx

from geodata.coords import BoundingBox
from geodata.datum import Datum
from geodata.errors import ProviderRefusedError
from geodata.geocoding.port import Level
from geodata.geocoding.providers.http import HttpSource, malformed, point_of, text_of
from geodata.geocoding.providers.port import Found

URL: Final = "https://api.tianditu.gov.cn"
_NOT_FOUND: Final = frozenset({"101", "404"})
_EXACT_SCORE: Final = 90
_LEVELS: Final = {
    "门址": Level.HOUSE_NUMBER,
    "门牌号": Level.HOUSE_NUMBER,
    "兴趣点": Level.POI,
    "地名地址": Level.POI,
    "道路": Level.STREET,
    "村庄": Level.PLACE,
    "村": Level.PLACE,
    "乡镇": Level.TOWN,
}


class Tianditu:
    """Tianditu."""

    name = "tianditu"
    datum = Datum.WGS84
    leaves_premises = True
    max_batch = 1
    qps = 3.0

    def __init__(
        self, key: str, *, url: str = URL, timeout_s: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._source = HttpSource(self.name, url, timeout_s=timeout_s, transport=transport)
        self._key = key
        self.host = self._source.host

    def geocode(
        self,
        texts: Sequence[str],
        *,
        within: BoundingBox | None,  # noqa: ARG002 - it cannot be told
    ) -> list[tuple[Found, ...]]:
        """See Provider.geocode; an answer has no label but the text that was asked, which says nothing."""
        return [self._ask(text) for text in texts]

    def close(self) -> None:
        """See Provider.close."""
        self._source.close()

    def _ask(self, text: str) -> tuple[Found, ...]:
        asked = json.dumps({"keyWord": text}, ensure_ascii=False)
        answer = self._source.get("/geocoder", {"ds": asked, "tk": self._key})
        if not isinstance(answer, dict) or "status" not in answer:
            if isinstance(answer, dict) and "code" in answer:  # so it refuses keys
                raise ProviderRefusedError(self._source.says("refused the key"))
            raise malformed(self._source)
        status = str(answer["status"])
        if status in _NOT_FOUND:
            return ()
        if status != "0":
            raise ProviderRefusedError(self._source.says(f"refused with status {status[:8]}"))
        location = answer.get("location")
        if not isinstance(location, dict):
            return ()
        found = _found(location)
        return () if found is None else (found,)


def _found(location: dict[str, Any]) -> Found | None:
    point = point_of(location.get("lon"), location.get("lat"))
    if point is None:
        return None
    level = _LEVELS.get(text_of(location.get("level")), Level.REGION)
    return Found(location=point, label="", level=level, is_exact=_score(location.get("score")) >= _EXACT_SCORE)


def _score(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return 0.0
