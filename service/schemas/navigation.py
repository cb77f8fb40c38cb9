"""Links that open a door in a navigation app, each with the coordinates that its map understands."""

from typing import Annotated, Final
from urllib.parse import urlencode

from pydantic import Field

from geodata.coords import LonLat
from geodata.datum import Datum, from_wgs84
from service.schemas.base import Location, Schema

_ON_FOOT: Final = "foot"
#: Who sends the reader; AMap and Baidu ask for it.
_SOURCE: Final = "doorstep"


class NavigationLinks(Schema):
    """One place in the apps that collectors use. The place is in the link, and nothing of the case.

    On the Chinese mainland the maps of AMap, Apple and Google are drawn in GCJ-02, and Baidu's in BD-09; elsewhere all
    are in WGS-84, and so is the geo: link everywhere.
    """

    geo: Annotated[str, Field(description="RFC 5870, WGS-84: OsmAnd, Organic Maps and others on the telephone.")]
    google: Annotated[str, Field(description="Google Maps, with directions.")]
    apple: Annotated[str, Field(description="Apple Maps, with directions.")]
    amap: Annotated[str, Field(description="AMap (高德), with directions.")]
    baidu: Annotated[str, Field(description="Baidu Maps (百度), the place alone.")]

    @classmethod
    def to(cls, place: Location, *, vehicle: str) -> "NavigationLinks":
        """Return the links to a place of WGS-84 for somebody with this vehicle.

        Sources: https://datatracker.ietf.org/doc/html/rfc5870,
        https://developers.google.com/maps/documentation/urls/get-started,
        https://developer.apple.com/library/archive/featuredarticles/iPhoneURLScheme_Reference/MapLinks/MapLinks.html,
        https://lbs.amap.com/api/uri-api/guide/travel/route, https://lbsyun.baidu.com/index.php?title=uri/api/web
        """
        point, on_foot = place.to_lonlat(), vehicle == _ON_FOOT
        true, gcj02 = _lat_lon(point, Datum.WGS84), _lat_lon(point, Datum.GCJ02)
        lat, lon = gcj02.split(",")
        return cls(
            geo=f"geo:{true}?q={true}",
            google=_url(
                "https://www.google.com/maps/dir/",
                api="1",
                destination=gcj02,
                travelmode="walking" if on_foot else "driving",
            ),
            apple=_url("https://maps.apple.com/", daddr=gcj02, dirflg="w" if on_foot else "d"),
            amap=_url(
                "https://uri.amap.com/navigation",
                to=f"{lon},{lat}",
                mode="walk" if on_foot else "car",
                coordinate="gaode",
                callnative="1",
                src=_SOURCE,
            ),
            baidu=_url(
                "https://api.map.baidu.com/marker",
                location=_lat_lon(point, Datum.BD09),
                coord_type="bd09ll",
                title=_SOURCE,
                content=_SOURCE,
                output="html",
                src=_SOURCE,
            ),
        )


def _lat_lon(point: LonLat, datum: Datum) -> str:
    """Write a place for a link: six decimals, a tenth of a metre, and never an exponent."""
    there = from_wgs84(point, datum)
    return f"{there.lat:.6f},{there.lon:.6f}"


def _url(base: str, **query: str) -> str:
    return f"{base}?{urlencode(query, safe=',')}"
