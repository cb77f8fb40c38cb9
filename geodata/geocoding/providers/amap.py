"""AMap (高德) geocoding v3: https://lbs.amap.com/api/webservice/guide/api/georegeo; error codes /guide/tools/info."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from geodata.coords import BoundingBox
from geodata.datum import Datum
from geodata.errors import BatchSpoiltError, ProviderAwayError, ProviderBusyError, ProviderRefusedError
from geodata.geocoding.port import Level
from geodata.geocoding.providers.http import HttpSource, malformed, point_of, text_of
from geodata.geocoding.providers.port import Found

URL: Final = "https://restapi.amap.com"
#: Between two addresses of one request.
_SEPARATOR: Final = "|"
_BUSY: Final = frozenset({"10004", "10014", "10015", "10019", "10020", "10021", "10029"})
_SERVER_FAULT: Final = frozenset({"10016", "10017", "20003", "30000", "30003"})
#: The engine makes nothing of the address, or of one of several.
_NOT_FOUND: Final = frozenset({"30001", "20800", "20801", "20802"})
_LEVELS: Final = {
    "门牌号": Level.HOUSE_NUMBER,
    "门址": Level.HOUSE_NUMBER,
    "单元号": Level.HOUSE_NUMBER,
    "楼层": Level.HOUSE_NUMBER,
    "房间": Level.HOUSE_NUMBER,
    "兴趣点": Level.POI,
    "住宅区": Level.POI,
    "公交地铁站点": Level.POI,
    "道路": Level.STREET,
    "道路交叉路口": Level.STREET,
    "村庄": Level.PLACE,
    "热点商圈": Level.PLACE,
    "乡镇": Level.TOWN,
    "开发区": Level.TOWN,
}


class Amap:
    """AMap, ten addresses in a request."""

    name = "amap"
    datum = Datum.GCJ02
    leaves_premises = True
    max_batch = 10
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
        """See Provider.geocode. One that it makes nothing of spoils the others: BatchSpoiltError."""
        found = self._ask(texts)
        if len(texts) == 1:
            return [_founds(found)]
        if len(found) != len(texts):
            raise BatchSpoiltError(self._source.says("left one of several addresses out"))
        return [_founds([one]) for one in found]

    def close(self) -> None:
        """See Provider.close."""
        self._source.close()

    def _ask(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        address = _SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in texts)
        batch = "true" if len(texts) > 1 else "false"
        params = {"address": address, "batch": batch, "output": "JSON", "key": self._key}
        answer = self._source.get("/v3/geocode/geo", params)
        if not isinstance(answer, dict):
            raise malformed(self._source)
        code = text_of(answer.get("infocode"))
        if answer.get("status") == "1":
            geocodes = answer.get("geocodes")
            if not isinstance(geocodes, list):
                raise malformed(self._source)
            return [one if isinstance(one, dict) else {} for one in geocodes]
        if code in _NOT_FOUND:
            return []
        if code in _BUSY:
            raise ProviderBusyError(self._source.says(f"asks to wait (infocode {code})"), retry_after_s=None)
        if code in _SERVER_FAULT:
            raise ProviderAwayError(self._source.says(f"failed (infocode {code})"))
        if not code.isdecimal():
            raise malformed(self._source)
        raise ProviderRefusedError(self._source.says(f"refused with infocode {code}"))


def _founds(geocodes: Sequence[dict[str, Any]]) -> tuple[Found, ...]:
    return tuple(found for geocode in geocodes if (found := _found(geocode)) is not None)


def _found(geocode: dict[str, Any]) -> Found | None:
    lon, _, lat = text_of(geocode.get("location")).partition(",")
    point = point_of(lon, lat)
    if point is None:
        return None
    level = _LEVELS.get(text_of(geocode.get("level")), Level.REGION)
    return Found(location=point, label=text_of(geocode.get("formatted_address")), level=level, is_exact=True)
