"""Links to navigation apps: each leads to the door, in the coordinates that its map is drawn in."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.datum import Datum, to_wgs84
from service.schemas.base import Location
from service.schemas.navigation import NavigationLinks

VILLAGE = Location(lat=34.521234, lon=107.401234)
SCHAAN = Location(lat=47.164998, lon=9.508733)
DATUMS = {
    "geo": Datum.WGS84,
    "google": Datum.GCJ02,
    "apple": Datum.GCJ02,
    "amap": Datum.GCJ02,
    "baidu": Datum.BD09,
}


def target(app: str, url: str) -> LonLat:
    """Read where a link leads, as its app does."""
    query = parse_qs(urlsplit(url).query)
    if app == "amap":
        lon, lat = query["to"][0].split(",")
    else:
        name = {"geo": "q", "google": "destination", "apple": "daddr", "baidu": "location"}[app]
        lat, lon = query[name][0].split(",")
    return LonLat(float(lon), float(lat))


@pytest.mark.parametrize("app", list(DATUMS))
@pytest.mark.parametrize("place", [VILLAGE, SCHAAN], ids=["mainland", "elsewhere"])
def test_every_link_leads_to_the_door(app: str, place: Location) -> None:
    url = getattr(NavigationLinks.to(place, vehicle="car"), app)

    assert great_circle_m(to_wgs84(target(app, url), DATUMS[app]), place.to_lonlat()) < 0.2


def test_the_maps_of_the_mainland_are_shifted_and_others_are_not() -> None:
    mainland, elsewhere = NavigationLinks.to(VILLAGE, vehicle="car"), NavigationLinks.to(SCHAAN, vehicle="car")

    for app in ("google", "apple", "amap", "baidu"):
        assert great_circle_m(target(app, getattr(mainland, app)), VILLAGE.to_lonlat()) > 300
        assert great_circle_m(target(app, getattr(elsewhere, app)), SCHAAN.to_lonlat()) < 0.2


def test_who_walks_is_led_on_foot() -> None:
    walk, drive = NavigationLinks.to(SCHAAN, vehicle="foot"), NavigationLinks.to(SCHAAN, vehicle="truck")

    assert ("travelmode=walking" in walk.google, "dirflg=w" in walk.apple, "mode=walk" in walk.amap) == (True,) * 3
    assert ("travelmode=driving" in drive.google, "dirflg=d" in drive.apple, "mode=car" in drive.amap) == (True,) * 3


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_place_has_links_without_exponents(lat: float, lon: float) -> None:
    place = Location(lat=lat, lon=lon)
    links = NavigationLinks.to(place, vehicle="car")

    for app, url in links:
        assert great_circle_m(to_wgs84(target(app, url), DATUMS[app]), place.to_lonlat()) < 0.5
        assert "e-" not in url
