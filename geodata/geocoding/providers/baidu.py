"""Baidu's geocoding v3: https://lbsyun.baidu.com/faq/api?title=webapi/guide/webservice-geocoding-base.

Its batch service has been closed to new users since December 2021 (https://lbsyun.baidu.com/index.php?title=webapi/guide/batch).
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import httpx

from geodata.coords import BoundingBox
from geodata.datum import Datum
from geodata.errors import ProviderAwayError, ProviderBusyError, ProviderRefusedError
from geodata.geocoding.port import Level
from geodata.geocoding.providers.http import HttpSource, malformed, point_of, text_of
from geodata.geocoding.providers.port import Found

URL: Final = "https://api.map.baidu.com"
#: Longer addresses are refused.
_MAX_BYTES: Final = 84
_PROVINCE: Final = re.compile(r"^\S{2,8}?(?:省|自治区|特别行政区)")
_PREFECTURE: Final = re.compile(r"^\S{2,12}?(?:市|自治州|地区|盟)")
_NOT_FOUND: Final = 1
_BUSY: Final = frozenset({401, 402})
_SERVER_FAULT: Final = frozenset({1000, 8})
_LEVELS: Final = {
    "村庄": Level.PLACE,
    "道路": Level.STREET,
    "交叉路口": Level.STREET,
    "门址": Level.HOUSE_NUMBER,
    "地产小区": Level.POI,
    "乡镇": Level.TOWN,
    "区县": Level.REGION,
    "城市": Level.REGION,
    "省": Level.REGION,
    "国家": Level.REGION,
    "UNKNOWN": Level.REGION,
}
#: Of 0 to 100: how much of the address was understood (comprehension), and how near the point is (confidence: 80 is
#: an error under 100 m).
_UNDERSTOOD: Final = 80


class Baidu:
    """Baidu Maps."""

    name = "baidu"
    datum = Datum.BD09
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
        """See Provider.geocode; an answer has no label."""
        return [self._ask(text) for text in texts]

    def close(self) -> None:
        """See Provider.close."""
        self._source.close()

    def _ask(self, text: str) -> tuple[Found, ...]:
        address = _shortened(text)
        if address is None:
            return ()
        answer = self._source.get("/geocoding/v3/", {"address": address, "output": "json", "ak": self._key})
        if not isinstance(answer, dict) or not isinstance(answer.get("status"), int):
            raise malformed(self._source)
        status = answer["status"]
        if status == _NOT_FOUND:
            return ()
        if status in _BUSY:
            raise ProviderBusyError(self._source.says(f"asks to wait (status {status})"), retry_after_s=None)
        if status in _SERVER_FAULT:
            raise ProviderAwayError(self._source.says(f"failed (status {status})"))
        if status != 0:
            raise ProviderRefusedError(self._source.says(f"refused with status {status}"))
        result = answer.get("result")
        if not isinstance(result, dict) or not isinstance(result.get("location"), dict):
            raise malformed(self._source)
        found = _found(result)
        return () if found is None else (found,)


def _shortened(text: str) -> str | None:
    """Leave out the province, then the prefecture, until a long address is taken; None when that is not enough."""
    for wide in (None, _PROVINCE, _PREFECTURE):
        text = text if wide is None else wide.sub("", text)
        if len(text.encode()) <= _MAX_BYTES:
            return text
    return None


def _found(result: dict[str, Any]) -> Found | None:
    point = point_of(result["location"].get("lng"), result["location"].get("lat"))
    if point is None:
        return None
    comprehension = result.get("comprehension")
    understood = isinstance(comprehension, int) and comprehension >= _UNDERSTOOD
    level = _LEVELS.get(text_of(result.get("level")), Level.POI)
    return Found(location=point, label="", level=level, is_exact=understood and result.get("precise") == 1)
