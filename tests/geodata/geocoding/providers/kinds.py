"""The six providers as the contract tests use them, with answers in the form that each one documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geodata.coords import LonLat
from geodata.datum import Datum, from_wgs84
from geodata.geocoding.port import Level
from geodata.geocoding.providers.amap import Amap
from geodata.geocoding.providers.baidu import Baidu
from geodata.geocoding.providers.nominatim import Nominatim
from geodata.geocoding.providers.pelias import Pelias
from geodata.geocoding.providers.photon import Photon
from geodata.geocoding.providers.port import Provider
from geodata.geocoding.providers.tianditu import Tianditu

KEY = "k3y-of-the-bank"
CHINESE = "凤翔县田家庄镇张家村12号"
LATIN = "Landstrasse 19, 9494 Schaan"
#: Where the door is, WGS-84.
VILLAGE_DOOR = LonLat(107.401234, 34.521234)
SCHAAN_DOOR = LonLat(9.508733, 47.164998)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A provider: how to make it for a server, what it is asked, and its answers for a door, a place and for nothing.

    `place` is the level that the wider answer has; `needs` are parameters that every request must have.
    """

    name: str
    make: Callable[[str, float], Provider]
    text: str
    text_param: str
    door_at: LonLat
    path: str
    door: Any
    place: Any
    place_level: Level
    nothing: Any
    refused: tuple[Any, ...] = ()
    busy: tuple[Any, ...] = ()
    away: tuple[Any, ...] = ()
    needs: Mapping[str, str]


def _feature(at: LonLat, **properties: object) -> dict[str, object]:
    geometry = {"type": "Point", "coordinates": [at.lon, at.lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(*features: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


def _nominatim_place(at: LonLat, **more: object) -> dict[str, object]:
    return {"place_id": 1, "osm_type": "node", "lat": str(at.lat), "lon": str(at.lon), "importance": 1e-5, **more}


def _baidu(level: str, comprehension: int, precise: int) -> dict[str, object]:
    at = from_wgs84(VILLAGE_DOOR, Datum.BD09)
    return {
        "status": 0,
        "result": {
            "location": {"lng": at.lon, "lat": at.lat},
            "precise": precise,
            "confidence": 80,
            "comprehension": comprehension,
            "level": level,
        },
    }


def amap_geocode(at: LonLat, level: str, label: str) -> dict[str, object]:
    shifted = from_wgs84(at, Datum.GCJ02)
    return {
        "formatted_address": label,
        "country": "中国",
        "province": "陕西省",
        "city": "宝鸡市",
        "district": "凤翔区",
        "township": [],
        "street": [],
        "number": [],
        "adcode": "610305",
        "location": f"{shifted.lon:.8f},{shifted.lat:.8f}",
        "level": level,
    }


def amap(*geocodes: object) -> dict[str, object]:
    return {"status": "1", "info": "OK", "infocode": "10000", "count": str(len(geocodes)), "geocodes": list(geocodes)}


def _amap_error(infocode: str) -> dict[str, object]:
    return {"status": "0", "info": "SOME_ERROR", "infocode": infocode}


def _tianditu(level: str, score: int) -> dict[str, object]:
    location = {
        "score": score,
        "level": level,
        "lon": str(VILLAGE_DOOR.lon),
        "lat": str(VILLAGE_DOOR.lat),
        "keyWord": CHINESE,
    }
    return {"msg": "ok", "location": location, "searchVersion": "6.4.9V", "status": "0"}


_LABEL = "19, Landstrasse, Schaan, Oberland, 9494, Liechtenstein"
KINDS = (
    Kind(
        name="nominatim",
        make=lambda url, timeout_s: Nominatim(url, timeout_s=timeout_s),
        text=LATIN,
        text_param="q",
        door_at=SCHAAN_DOOR,
        path="/search",
        door=[
            _nominatim_place(
                SCHAAN_DOOR,
                category="place",
                type="house",
                addresstype="place",
                place_rank=30,
                display_name=_LABEL,
                address={"house_number": "19", "road": "Landstrasse", "village": "Schaan", "postcode": "9494"},
            )
        ],
        place=[
            _nominatim_place(
                SCHAAN_DOOR, category="boundary", addresstype="village", place_rank=16, display_name="Schaan"
            )
        ],
        place_level=Level.PLACE,
        nothing=[],
        needs={"format": "jsonv2"},
    ),
    Kind(
        name="photon",
        make=lambda url, timeout_s: Photon(url, timeout_s=timeout_s),
        text=LATIN,
        text_param="q",
        door_at=SCHAAN_DOOR,
        path="/api",
        door=_collection(
            _feature(
                SCHAAN_DOOR,
                type="house",
                osm_key="building",
                housenumber="19",
                street="Landstrasse",
                postcode="9494",
                city="Schaan",
            )
        ),
        place=_collection(_feature(SCHAAN_DOOR, type="street", name="Landstrasse", city="Schaan")),
        place_level=Level.STREET,
        nothing=_collection(),
        needs={},
    ),
    Kind(
        name="pelias",
        make=lambda url, timeout_s: Pelias(url, key=KEY, timeout_s=timeout_s),
        text=LATIN,
        text_param="text",
        door_at=SCHAAN_DOOR,
        path="/v1/search",
        door=_collection(
            _feature(
                SCHAAN_DOOR,
                layer="address",
                match_type="exact",
                accuracy="point",
                confidence=1,
                label="Landstrasse 19, Schaan, Liechtenstein",
            )
        ),
        place=_collection(
            _feature(SCHAAN_DOOR, layer="locality", match_type="fallback", confidence=0.6, label="Schaan")
        ),
        place_level=Level.PLACE,
        nothing=_collection(),
        needs={"api_key": KEY},
    ),
    Kind(
        name="baidu",
        make=lambda url, timeout_s: Baidu(KEY, url=url, timeout_s=timeout_s),
        text=CHINESE,
        text_param="address",
        door_at=VILLAGE_DOOR,
        path="/geocoding/v3/",
        door=_baidu("门址", 100, 1),
        place=_baidu("乡镇", 60, 0),
        place_level=Level.TOWN,
        nothing={"status": 1, "msg": "Internal Service Error:无相关结果", "results": []},
        refused=({"status": 5, "msg": "AK有误"}, {"status": 302, "message": "天配额超限"}, {"status": 240}),
        busy=({"status": 401, "message": "当前并发量已经超过约定并发配额"}, {"status": 402}),
        away=({"status": 8}, {"status": "0"}, {"status": 0, "result": []}),
        needs={"output": "json", "ak": KEY},
    ),
    Kind(
        name="amap",
        make=lambda url, timeout_s: Amap(KEY, url=url, timeout_s=timeout_s),
        text=CHINESE,
        text_param="address",
        door_at=VILLAGE_DOOR,
        path="/v3/geocode/geo",
        door=amap(amap_geocode(VILLAGE_DOOR, "门牌号", "陕西省宝鸡市凤翔区田家庄镇张家村12号")),
        place=amap(amap_geocode(VILLAGE_DOOR, "村庄", "陕西省宝鸡市凤翔区张家村")),
        place_level=Level.PLACE,
        nothing=amap(),
        refused=(_amap_error("10001"), _amap_error("10003"), _amap_error("10044")),
        busy=(_amap_error("10021"), _amap_error("10004")),
        away=(_amap_error("10016"), {"status": "1", "infocode": "10000"}, _amap_error("")),
        needs={"key": KEY, "batch": "false"},
    ),
    Kind(
        name="tianditu",
        make=lambda url, timeout_s: Tianditu(KEY, url=url, timeout_s=timeout_s),
        text=CHINESE,
        text_param="ds",
        door_at=VILLAGE_DOOR,
        path="/geocoder",
        door=_tianditu("门址", 100),
        place=_tianditu("乡镇", 60),
        place_level=Level.TOWN,
        nothing={"msg": "无结果", "status": "404", "searchVersion": "6.4.9V"},
        refused=({"code": 301012, "msg": "权限类型错误", "resolve": "应使用服务器端Key"}, {"status": "1", "msg": "x"}),
        away=({"msg": "ok"},),
        needs={"tk": KEY},
    ),
)
