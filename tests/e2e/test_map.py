"""The map preview in a browser, as a planner and a collector see it."""

from dataclasses import replace
from datetime import datetime
from itertools import combinations, pairwise, product
from typing import Any
from uuid import UUID

import httpx
import pytest

from geodata.coords import LonLat, great_circle_m
from service.schemas.document import PlanDocument
from service.schemas.navigation import NavigationLinks
from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import PHONE, OpenPage, Watched
from tests.e2e.site import Site
from tests.service.web.days import day_document, day_of_a_thousand, day_with_a_shared_door, parsed_day, stored

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def day(site: Site) -> str:
    """The id of a planned day."""
    return str(site.plans.put(status=PlanStatus.SUCCESSFUL, result=day_document()))


def _stored(site: Site, document: PlanDocument) -> str:
    return f"{site.url}/plans/{site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(document))}"


def _change(site: Site, plan: UUID, **changes: Any) -> None:
    site.plans.records[plan] = replace(site.plans.records[plan], **changes)


def _stops_of(badges: list[Any]) -> list[tuple[int, int]]:
    """Return (route, index) of every stop that some badges stand for, sorted."""
    marks = ",".join(badge["stops"] for badge in badges).split(",")
    return sorted((int(route), int(index)) for route, index in (mark.split(":") for mark in marks if mark))


def _numbers_said(badges: list[Any]) -> list[int]:
    """Return the numbers that one collector's badges say, sorted: "2–4, 9" says four."""
    runs = [run.split("–") for badge in badges for run in badge["label"].split(", ")]
    return sorted(number for run in runs for number in range(int(run[0]), int(run[-1]) + 1))


def _duration(seconds: int) -> str:
    minutes = seconds // 60
    if minutes == 0:
        return "< 1 min" if seconds else "0 min"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes % 60 else f"{minutes // 60} h"


def _distance(metres: int) -> str:
    return f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def _duration_figure(seconds: int) -> list[str]:
    return [str(seconds), _duration(seconds)]


def _distance_figure(metres: int) -> list[str]:
    return [str(metres), _distance(metres)]


def _count_figure(count: int) -> list[str]:
    return [str(count), str(count)]


def _clock_figure(instant: str) -> list[str]:
    return [instant, datetime.fromisoformat(instant).strftime("%H:%M")]


def _leg_figures(leg: dict[str, Any]) -> list[list[str]]:
    return [_duration_figure(leg["travel_s"]), _distance_figure(leg["length_m"])]


def _expected_card(route: dict[str, Any]) -> dict[str, Any]:
    hours = [_clock_figure(route["departure"]), _clock_figure(route["arrival"])]
    legs = [stop["leg"] for stop in route["stops"]] + ([route["return_leg"]] if route["return_leg"] else [])
    return {
        "collector": route["collector"],
        "hours": hours,
        "facts": [
            _count_figure(len(route["stops"])),
            _distance_figure(route["length_m"]),
            _duration_figure(route["travel_s"]),
            _duration_figure(route["service_s"]),
            _duration_figure(route["waiting_s"]),
        ],
        "depots": hours if route["end"] else hours[:1],
        "legs": [_leg_figures(leg) for leg in legs],
        "stops": [
            {
                "number": str(stop["number"]),
                "arrival": [_clock_figure(stop["arrival"])],
                "case": stop["case"],
                "service": [_duration_figure(stop["service_s"])],
                "waiting": [_duration_figure(stop["waiting_s"]), _clock_figure(stop["start"])]
                if stop["waiting_s"]
                else [],
                "priority": [_count_figure(stop["priority"])],
                "mandatory": stop["mandatory"],
            }
            for stop in route["stops"]
        ],
    }


def test_every_figure_of_the_list_is_the_jsons(open_page: OpenPage, site: Site, day: str) -> None:
    result = httpx.get(f"{site.url}/v1/plans/{day}", trust_env=False).json()["result"]

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        shown = opened.read_list()

    assert shown["title"] == "Wed, 25 Nov 2026"
    assert shown["cards"] == [_expected_card(route) for route in result["routes"]]
    assert shown["totals"] == [
        _count_figure(53),
        _count_figure(5),
        _distance_figure(sum(route["length_m"] for route in result["routes"])),
        _duration_figure(result["cost"]["travel_s"]),
    ]
    assert {(one["case"], one["code"]) for one in shown["unassigned"]} == {
        (one["case"], one["reason"]["code"]) for one in result["unassigned"]
    }


def test_the_drawn_line_of_each_leg_measures_its_metres(open_page: OpenPage, site: Site, day: str) -> None:
    routes = parsed_day().result.routes
    lengths = {
        (index, number): leg.length_m
        for index, route in enumerate(routes)
        for number, leg in enumerate([*(stop.leg for stop in route.stops), route.return_leg])
        if leg is not None
    }

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        drawn = opened.source("legs")

    assert {(leg["properties"]["route"], leg["properties"]["leg"]) for leg in drawn} == lengths.keys()
    for leg in drawn:
        length_m = lengths[leg["properties"]["route"], leg["properties"]["leg"]]
        points = [LonLat(*position) for position in leg["geometry"]["coordinates"]]
        measured = sum(great_circle_m(a, b) for a, b in pairwise(points))
        assert measured == pytest.approx(length_m, rel=0.01, abs=1.0)


def test_every_stop_depot_and_left_out_case_has_its_marker(open_page: OpenPage, site: Site, day: str) -> None:
    result = parsed_day().result
    located = {left_out.case for left_out in result.unassigned if left_out.location}

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        stops, depots, left_out = (opened.source(name) for name in ("stops", "depots", "unassigned"))
        dots = {(dot["route"], dot["index"]) for dot in opened.rendered("stops-dot")}

    assert {tuple(stop["geometry"]["coordinates"]) for stop in stops} == {
        (stop.location.lon, stop.location.lat) for route in result.routes for stop in route.stops
    }
    assert dots == {(index, at) for index, route in enumerate(result.routes) for at in range(len(route.stops))}
    assert len(depots) == len(
        {(place.lon, place.lat) for route in result.routes for place in (route.start, route.end) if place}
    )
    assert len(left_out) == len(located)


def test_choosing_a_collector_brings_out_all_its_numbers(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.get_by_role("button", name="eschen-2").first.click()
        opened.until_rendered("stops-badge", lambda shown: _stops_of(shown) == [(4, at) for at in range(13)])
        opened.until_drawn()
        badges = [badge["properties"] for badge in opened.source("badges")]
        # Numbers together have room for all ("5, 8, 11") where the camera has arrived, not only on the way.
        opened.until_rendered(
            "stops-badge",
            lambda shown: sorted(one["label"] for one in shown) == sorted(one["label"] for one in badges),
        )
        expanded = opened.page.locator("[data-collector=eschen-2] .card-toggle").get_attribute("aria-expanded")
        opened.page.get_by_role("button", name="All routes").click()
        opened.until_rendered("stops-badge", lambda shown: {badge["route"] for badge in shown} == set(range(5)))

    assert _numbers_said(badges) == list(range(1, 14))
    assert expanded == "true"


def _go(opened: Watched, center: tuple[float, float], zoom: float) -> None:
    script = "([center, zoom]) => { document.getElementById('map').routeMap.map.jumpTo({ center, zoom }); }"
    opened.page.evaluate(script, [center, zoom])


def _until_badges_at(opened: Watched, place: tuple[float, float], wanted: list[str]) -> list[str]:
    """Wait until just these badges are drawn over a place."""
    script = f"""(({{map}}) => map.queryRenderedFeatures(map.project({list(place)}), {{ layers: ['stops-badge'] }})
        .map(({{properties}}) => properties.label))(document.getElementById('map').routeMap)"""
    badges: list[str] = opened.until(script, lambda labels: labels == wanted)
    return badges


def test_a_badge_names_its_numbers_or_counts_them(open_page: OpenPage, site: Site, day: str) -> None:
    labels = {
        "4": [4],
        "2–3": [2, 3],
        "2–4": [2, 3, 4],
        "2, 5": [2, 5],
        "2–4, 9": [2, 3, 4, 9],
        "5, 8, 11": [5, 8, 11],
        "2 +3": [2, 5, 7, 9],
        "2–4 +2": [2, 3, 4, 19, 21],
        "101 +1": [101, 107],
        "101–109": list(range(101, 110)),
        "998–1004": list(range(998, 1005)),
    }

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        script = "(lists) => import('/static/map/badges.js').then((badges) => lists.map(badges.numbersLabel))"
        shown = opened.page.evaluate(script, list(labels.values()))

    assert shown == list(labels)


def test_stops_at_one_door_share_one_badge_and_the_popup_tells_them_apart(open_page: OpenPage, site: Site) -> None:
    document = day_with_a_shared_door()
    location = document.result.routes[0].stops[1].location
    door = (location.lon, location.lat)

    with open_page() as opened:
        opened.open_map(f"{_stored(site, document)}/map")
        for zoom in (12, 15, 18.5):
            _go(opened, door, zoom)
            _until_badges_at(opened, door, ["2–4, 9 | 5"])
        opened.page.locator("[data-collector=vaduz-1] .card-toggle").click()
        opened.until_rendered("stops-badge", lambda shown: len(_stops_of(shown)) == 15)
        opened.until_drawn()
        _until_badges_at(opened, door, ["2–4, 9"])
        opened.page.mouse.click(*opened.screen_position(*door))
        opened.until("document.querySelector('.stop[aria-current]')?.dataset.stop", lambda stop: stop == "0:1")
        choices = opened.page.locator(".door-stop").all_inner_texts()
        opened.page.get_by_role("button", name="Stop 9, vaduz-1").click()
        opened.until("document.querySelector('.stop[aria-current]')?.dataset.stop", lambda stop: stop == "0:8")
        popup = opened.page.locator(".maplibregl-popup").inner_text()
        focused = opened.page.evaluate("document.activeElement.textContent")

    assert choices == ["2", "3", "4", "9", "5"]
    assert document.result.routes[0].stops[8].case in popup
    assert focused == "9"


def test_a_badge_of_several_doors_opens_into_one_a_door(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.locator("[data-collector=eschen-2] .card-toggle").click()
        opened.until_rendered("stops-badge", lambda shown: len(_stops_of(shown)) == 13)
        opened.until_drawn()
        together = next(badge for badge in opened.source("badges") if badge["properties"]["spread"])
        members = _stops_of([together["properties"]])
        opened.page.mouse.click(*opened.screen_position(*together["geometry"]["coordinates"]))
        opened.until_rendered(
            "stops-badge",
            lambda shown: {stop for badge in shown if not badge["spread"] for stop in _stops_of([badge])} >= {*members},
        )
        popups = opened.page.locator(".maplibregl-popup").count()

    assert len(members) > 1
    assert popups == 0


def test_badges_are_those_of_the_zoom_wherever_it_came_from(open_page: OpenPage, site: Site, day: str) -> None:
    places = {(stop.location.lon, stop.location.lat) for stop in parsed_day().result.routes[4].stops}
    center = (sum(lon for lon, _ in places) / len(places), sum(lat for _, lat in places) / len(places))
    labels: list[list[str]] = []

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.locator("[data-collector=eschen-2] .card-toggle").click()
        for zoom in (11.5, 12.01, 12.24, 13, 12.24, 12.01):
            _go(opened, center, zoom)
            labels.append([badge["properties"]["label"] for badge in opened.source("badges")])

    below, low, high, _, high_again, low_again = labels
    assert high_again == high
    assert low_again == low
    # Within one step of the badges on the way: at rest they are of just this zoom.
    assert len(below) < len(low) < len(high)


def test_a_thousand_stops_keep_their_numbers_at_their_doors(open_page: OpenPage, site: Site) -> None:
    document = day_of_a_thousand()
    location = document.result.routes[0].stops[0].location
    views: list[tuple[list[Any], list[tuple[float, float]]]] = []

    with open_page() as opened:
        opened.open_map(f"{_stored(site, document)}/map")
        every = opened.source("badges")
        opened.page.locator("[data-collector=collector-north-7] .card-toggle").click()
        opened.until_rendered("stops-badge", lambda shown: {badge["route"] for badge in shown} == {6})
        for zoom in (8, 11, 14):
            _go(opened, (location.lon, location.lat), zoom)
            own = opened.source("badges")
            views.append((own, [opened.screen_position(*badge["geometry"]["coordinates"]) for badge in own]))

    assert _stops_of([badge["properties"] for badge in every]) == list(product(range(20), range(50)))
    for own, places in views:
        assert _stops_of([badge["properties"] for badge in own]) == [(6, index) for index in range(50)]
        # The smallest badge is 19 by 19 pixels at 0.82.
        assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) > 15.5 for a, b in combinations(places, 2))
    for badge in (*every, *(badge for own, _ in views for badge in own)):
        (route, index), *_ = _stops_of([badge["properties"]])
        at = document.result.routes[route].stops[index].location
        assert badge["geometry"]["coordinates"] == [at.lon, at.lat]


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_long_collector_names_can_be_told_apart(open_page: OpenPage, site: Site, device: dict[str, Any]) -> None:
    document = parsed_day()
    names = ["collector-north-17", "collector-north-18", "a collector of quite some words 1", "x" * 64, "eschen-2"]
    routes = [
        route.model_copy(update={"collector": name}) for route, name in zip(document.result.routes, names, strict=True)
    ]
    renamed = PlanDocument(result=document.result.model_copy(update={"routes": routes}), lines=document.lines)

    with open_page(**device) as opened:
        opened.open_map(f"{_stored(site, renamed)}/map")
        shown = opened.page.evaluate(
            """[...document.querySelectorAll('.card-name')].map((name) => [name.textContent, name.title,
                name.scrollWidth <= name.clientWidth && name.scrollHeight <= name.clientHeight + 2])"""
        )
        lines = opened.page.evaluate(
            """[...document.querySelectorAll('.card-name')].map((name) => Math.round(name.offsetHeight
                / parseFloat(getComputedStyle(name).lineHeight)))"""
        )
        width = opened.page.evaluate("document.scrollingElement.scrollWidth")

    assert shown == [[name, name, True] for name in names]
    assert lines[:2] == [1, 1]
    assert width == (390 if device else 1440)


@pytest.mark.parametrize(
    ("language", "apps"),
    [
        ("en", ["Google", "Apple", "Other app", "AMap", "Baidu"]),
        ("zh", ["高德地图", "百度地图", "Apple 地图", "Google 地图", "其他应用"]),
    ],
)
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_a_stop_opens_in_navigation_apps(
    open_page: OpenPage, site: Site, day: str, language: str, apps: list[str], device: dict[str, Any]
) -> None:
    stop = parsed_day().result.routes[0].stops[0]
    links = NavigationLinks.to(stop.location, vehicle="car")

    with open_page(**device) as opened:
        opened.open_map(f"{site.url}/plans/{day}/map?lang={language}")
        opened.page.locator(".card-toggle").first.click()
        opened.page.locator(".stop").first.click()
        opened.until("document.querySelectorAll('.popup-go a').length === 5")
        found = opened.page.locator(".popup-go a")
        names, hrefs = found.all_inner_texts(), [link.get_attribute("href") for link in found.all()]
        heights = [box["height"] for link in found.all() if (box := link.bounding_box()) is not None]

    assert names == apps
    assert set(hrefs) == set(links.model_dump().values())
    assert min(heights) >= 24


def test_hiding_a_collector_takes_the_route_off_the_map(open_page: OpenPage, site: Site, day: str) -> None:
    def routes_become(*wanted: int) -> list[object]:
        return opened.until_rendered("legs-line", lambda legs: {leg["route"] for leg in legs} == set(wanted))

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.get_by_role("button", name="Hide vaduz-1 on the map").click()
        hidden = routes_become(1, 2, 3, 4)
        opened.page.get_by_role("button", name="Show vaduz-1 on the map").click()
        shown = routes_become(0, 1, 2, 3, 4)
        opened.page.get_by_role("button", name="Hide vaduz-1 on the map").click()
        routes_become(1, 2, 3, 4)
        opened.page.locator("[data-collector=vaduz-1] .card-toggle").click()
        # Whoever chooses a hidden collector wants to see the route.
        chosen = opened.until_rendered("legs-line", lambda legs: 0 in {leg["route"] for leg in legs})

    assert 0 < len(hidden) < len(shown)
    assert chosen


def test_list_and_map_answer_each_other(open_page: OpenPage, site: Site, day: str) -> None:
    stops = parsed_day().result.routes[0].stops
    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.locator("[data-collector=vaduz-1] .card-toggle").click()
        opened.page.locator('[data-stop="0:1"]').click()
        opened.until_drawn()
        popup = opened.page.locator(".maplibregl-popup").inner_text()
        picked = opened.source("picked")
        opened.page.keyboard.press("Escape")
        closed = opened.page.locator(".maplibregl-popup").count()
        opened.page.get_by_role("button", name="Show everything").click()
        opened.until_drawn()
        x, y = opened.screen_position(stops[2].location.lon, stops[2].location.lat)
        opened.page.mouse.click(x, y)
        current = opened.until("document.querySelector('.stop[aria-current]')?.dataset.stop")

    assert stops[1].case in popup
    assert stops[1].arrival.strftime("%H:%M") in popup
    assert [feature["properties"]["number"] for feature in picked] == [2]
    assert closed == 0
    assert current == "0:2"


@pytest.mark.parametrize(
    ("language", "estimate", "water"),
    [
        ("en", "No road nearby: the way to this door is an estimate", "Water between the door and the road"),
        ("zh", "附近没有道路：到此处的路程为估算", "住处与道路之间有水域"),
    ],
)
def test_a_doubtful_way_to_a_door_is_said_at_its_stop(
    open_page: OpenPage, site: Site, language: str, estimate: str, water: str
) -> None:
    document: Any = day_document()
    stops = document["result"]["routes"][0]["stops"]
    stops[0]["flags"] = ["far_from_road", "straight_line", "water_between", "street_preferred"]
    stops[1]["flags"] = ["street_preferred"]
    doubtful = site.plans.put(status=PlanStatus.SUCCESSFUL, result=document)

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{doubtful}/map?lang={language}")
        said = [text for text in opened.page.locator(".doubts").all_text_contents() if text]
        opened.page.locator("[data-collector=vaduz-1] .card-toggle").click()
        opened.page.locator('[data-stop="0:0"]').click()
        opened.until_drawn()
        popup = opened.page.locator(".maplibregl-popup").inner_text()

    assert said == [f"{estimate} · {water}"]
    assert estimate in popup


def test_a_left_out_case_says_why_and_what_to_do(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.get_by_role("button", name="Not planned 7").click()
        opened.page.get_by_role("button", name="Case C-1041, not planned").click()
        popup = opened.page.locator(".maplibregl-popup").inner_text()

    assert "Nobody has the skills" in popup
    assert "Add one, or change what the visit needs." in popup


def test_the_keyboard_opens_a_collector_and_chooses_a_stop(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        opened.page.locator("[data-collector=vaduz-2] .card-toggle").focus()
        opened.page.keyboard.press("Enter")
        # The eye, and three times that one may reach.
        for _ in range(5):
            opened.page.keyboard.press("Tab")
        focused = opened.page.evaluate("document.activeElement.dataset.stop")
        opened.page.keyboard.press("Enter")
        current = opened.until("document.querySelector('.stop[aria-current]')?.dataset.stop")

    assert (focused, current) == ("1:0", "1:0")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_phone_needs_no_sideways_scrolling_and_has_room_for_fingers(
    open_page: OpenPage, site: Site, day: str, lang: str
) -> None:
    with open_page(**PHONE) as opened:
        opened.open_map(f"{site.url}/plans/{day}/map?lang={lang}")
        opened.page.locator("[data-collector=vaduz-1] .card-toggle").tap()
        width = opened.page.evaluate("document.scrollingElement.scrollWidth")
        wide = opened.page.evaluate(
            """[...document.querySelectorAll('.panel *')].filter((element) => element.checkVisibility()
                && element.getBoundingClientRect().right > innerWidth + 0.5).map((element) => element.className)"""
        )
        heights = opened.page.evaluate(
            """[...document.querySelectorAll('.stop, .card-toggle, .eye, button.case, .maplibregl-ctrl button')]
                .filter((element) => element.checkVisibility()).map((element) => element.offsetHeight)"""
        )

    assert width == 390
    assert wide == []
    assert min(heights) >= 44


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_figures_of_a_long_day_fit_the_narrowest_phone(open_page: OpenPage, site: Site, lang: str) -> None:
    plan = site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(_day_of_long_hours()))

    with open_page(**PHONE | {"viewport": {"width": 320, "height": 568}}) as opened:
        opened.open_map(f"{site.url}/plans/{plan}/map?lang={lang}")
        cut_off = opened.page.evaluate(
            """[...document.querySelectorAll('.tiles > *, .facts > *')].filter((figure) => figure.checkVisibility()
                && figure.getBoundingClientRect().right > innerWidth - 16).map((figure) => figure.textContent)"""
        )

    assert cut_off == []


def _day_of_long_hours() -> PlanDocument:
    """The day with seven hours and more on the road, at the doors and waiting."""
    day = parsed_day()
    long = {"travel_s": 25_440, "service_s": 25_440, "waiting_s": 25_440, "length_m": 254_400}
    routes = [route.model_copy(update=long) for route in day.result.routes]
    return PlanDocument(result=day.result.model_copy(update={"routes": routes}), lines=day.lines)


@pytest.mark.parametrize("path", ["map", "collectors/vaduz-2/map"])
@pytest.mark.parametrize("width", [320, 375])
def test_a_chinese_weekday_stays_on_one_line(open_page: OpenPage, site: Site, day: str, path: str, width: int) -> None:
    with open_page(**PHONE | {"viewport": {"width": width, "height": 667}}) as opened:
        opened.open_map(f"{site.url}/plans/{day}/{path}?lang=zh")
        tops = opened.page.evaluate(
            """[...document.querySelectorAll('#title, #eyebrow')].flatMap((words) => {
                const walk = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
                const found = [];
                while (walk.nextNode()) {
                    const at = walk.currentNode.textContent.indexOf("周三");
                    if (at < 0) continue;
                    const range = document.createRange();
                    found.push([0, 1].map((one) => {
                        range.setStart(walk.currentNode, at + one);
                        range.setEnd(walk.currentNode, at + one + 1);
                        return range.getBoundingClientRect().top;
                    }));
                }
                return found;
            })"""
        )
        room = opened.page.evaluate("(({ clientWidth, scrollWidth }) => clientWidth - scrollWidth)(title)")

    ((first, second),) = tops
    assert first == second
    assert room >= 0, "it reaches under the buttons beside it"


def test_the_sheet_of_a_phone_goes_up_and_down(open_page: OpenPage, site: Site, day: str) -> None:
    def top(opened: Watched) -> int:
        previous = -1
        while previous != (
            now := round(opened.page.evaluate("document.getElementById('panel').getBoundingClientRect().top"))
        ):
            previous = now
            opened.page.wait_for_timeout(60)
        return previous

    with open_page(**PHONE) as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        half = top(opened)
        opened.page.locator("#sheet-handle").tap()
        full = top(opened)
        opened.page.locator("#sheet-handle").tap()
        peek = top(opened)
        opened.page.mouse.move(195, peek + 12)
        opened.page.mouse.down()
        opened.page.mouse.move(195, 420, steps=4)
        opened.page.wait_for_timeout(60)
        opened.page.mouse.move(195, 400, steps=2)
        opened.page.wait_for_timeout(200)
        opened.page.mouse.up()
        dragged = top(opened)

    assert full < half < peek < 844
    assert dragged == half


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_openstreetmap_is_thanked_where_everybody_sees_it(
    open_page: OpenPage, site: Site, day: str, device: dict[str, Any]
) -> None:
    with open_page(**device) as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        seen = opened.page.evaluate(
            """() => { const link = document.querySelector('#attribution a');
                const { x, y, width, height } = link.getBoundingClientRect();
                return [link.textContent, document.elementFromPoint(x + width / 2, y + height / 2) === link]; }"""
        )

    assert seen == ["© OpenStreetMap contributors", True]


def test_a_collectors_page_shows_nobody_else(open_page: OpenPage, site: Site, day: str) -> None:
    result = parsed_day().result
    own, *_ = [route for route in result.routes if route.collector == "vaduz-2"]

    with open_page(**PHONE) as opened:
        opened.open_map(f"{site.url}/plans/{day}/collectors/vaduz-2/map")
        shown = opened.read_list()
        everything = opened.page.content()
        badges = opened.until_rendered("stops-badge", lambda shown: len(_stops_of(shown)) == 7)

    (card,) = shown["cards"]
    assert [stop["case"] for stop in card["stops"]] == [stop.case for stop in own.stops]
    assert _numbers_said(badges) == [1, 2, 3, 4, 5, 6, 7]
    assert shown["unassigned"] == []
    strangers = {route.collector for route in result.routes} - {"vaduz-2"}
    strangers |= {stop.case for route in result.routes if route is not own for stop in route.stops}
    strangers |= {left_out.case for left_out in result.unassigned}
    assert [stranger for stranger in strangers if stranger in everything] == []


def test_the_page_speaks_chinese(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page(locale="zh-CN") as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        shown = opened.read_list()
        opened.page.get_by_role("link", name="English").click()
        opened.until_drawn()
        english = opened.read_list()

    assert shown["title"] == "2026年11月25日周三"
    assert shown["cards"][0]["facts"][1:3] == [["54657", "54.7 公里"], ["4571", "1 小时 16 分"]]
    assert {one["title"] for one in shown["unassigned"]} >= {"今日时间不足", "地址需要核对"}
    assert english["title"] == "Wed, 25 Nov 2026"


def test_the_base_map_comes_from_this_service_by_range(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page() as opened:
        statuses: list[int] = []
        opened.page.on("response", lambda answer: statuses.append(answer.status) if ".pmtiles" in answer.url else None)
        opened.open_map(f"{site.url}/plans/{day}/map")
        roads = opened.page.evaluate(
            """document.getElementById('map').routeMap.map
                .querySourceFeatures('base', { sourceLayer: 'roads_major' }).length"""
        )

    assert set(statuses) == {206}
    assert roads > 0


def test_a_running_plan_shows_its_progress_and_then_its_routes(open_page: OpenPage, site: Site) -> None:
    def progress(stage: str, **more: object) -> dict[str, object]:
        return {"stage": stage, "cost_s": None, "assigned": None, "elapsed_s": 0.0, "budget_s": 10.0, **more}

    plan = site.plans.put(status=PlanStatus.ACCEPTED)
    route = {"collector": "vaduz-1", "departure": "2026-11-25T08:30:00+01:00", "arrival": "2026-11-25T15:21:11+01:00"}
    stops = [{"case": f"C-{number}", "arrival": route["arrival"]} for number in range(15)]
    best = {"cost_s": 37600, "assigned": 53, "elapsed_s": 6.0, "routes": [route | {"stops": stops}]}
    with open_page() as opened:
        opened.open(f"{site.url}/plans/{plan}/map")
        waiting = opened.page.locator("#notice h1").inner_text()
        _change(site, plan, status=PlanStatus.RUNNING, progress=progress("measuring"))
        measuring = opened.until("document.querySelector('#notice .now')?.textContent")
        _change(site, plan, progress=progress("solving", cost_s=41230, assigned=51, elapsed_s=4.2))
        figures = opened.until("document.querySelector('.progress .tiles')?.innerText")
        _change(site, plan, progress=progress("solving", cost_s=37600, assigned=53, elapsed_s=6.0), partial=best)
        better = opened.until(
            "document.querySelector('.progress .tiles')?.innerText", lambda text: "53" in (text or "")
        )
        routes = opened.until("document.querySelector('.progress .best')?.innerText")
        _change(site, plan, status=PlanStatus.SUCCESSFUL, result=day_document())
        opened.until("document.body.dataset.state === 'successful'")
        opened.until_drawn()
        visits = opened.read_list()["totals"][0]

    assert waiting == "Waiting in the queue"
    assert measuring == "Measuring the roads"
    assert "11 h 27 min" in figures
    assert "51" in figures
    assert "10 h 26 min" in better
    assert routes.split("\n") == ["Best routes so far", "vaduz-1\t08:30–15:21\t15 visits"]
    assert visits == ["53", "53"]


def test_a_waiting_plan_is_looked_at_when_something_happens_and_each_second_where_nobody_says_so(
    open_page: OpenPage, site: Site
) -> None:
    plan = site.plans.put(status=PlanStatus.ACCEPTED)

    def looks(opened: Watched, *, within_ms: int) -> int:
        before = sum(url.endswith("/map.json") for url in opened.asked)
        opened.page.wait_for_timeout(within_ms)
        return sum(url.endswith("/map.json") for url in opened.asked) - before

    with open_page() as opened:
        opened.open(f"{site.url}/plans/{plan}/map")
        opened.page.wait_for_timeout(1000)
        told = looks(opened, within_ms=2500)
    with open_page() as opened:
        opened.page.add_init_script("EventSource = class { static OPEN = 1; addEventListener() {} close() {} }")
        opened.open(f"{site.url}/plans/{plan}/map")
        asked = looks(opened, within_ms=3500)

    assert told == 0
    assert asked >= 2


def test_a_plan_that_nobody_can_make_yet_says_so(
    open_page: OpenPage, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.plans, "ready_workers", lambda seen_within_s: 0)  # noqa: ARG005 - the port's name
    plan = site.plans.put(status=PlanStatus.ACCEPTED)

    with open_page() as opened:
        opened.open(f"{site.url}/plans/{plan}/map")
        shown = opened.page.locator("#notice").inner_text()

    assert "No planner is ready yet" in shown


@pytest.mark.parametrize(
    ("status", "title"),
    [(PlanStatus.FAILED, "The plan could not be made"), (PlanStatus.DISMISSED, "This plan was dismissed")],
)
def test_a_plan_that_came_to_nothing_says_so(open_page: OpenPage, site: Site, status: PlanStatus, title: str) -> None:
    plan = site.plans.put(status=status, problem={"code": "worker_lost", "title": "Workers were lost"})

    with open_page(**PHONE) as opened:
        opened.open(f"{site.url}/plans/{plan}/map")
        shown = opened.page.locator("#notice").inner_text()
        asked = len(opened.asked)
        opened.page.wait_for_timeout(1500)

        assert len(opened.asked) == asked  # it does not go on asking
    assert title in shown
    assert ("worker_lost" in shown) == (status is PlanStatus.FAILED)


def test_a_day_without_any_route_looks_like_one(open_page: OpenPage, site: Site) -> None:
    document = parsed_day()
    nothing = document.model_copy(update={"result": document.result.model_copy(update={"routes": []}), "lines": []})

    with open_page() as opened:
        opened.open_map(f"{_stored(site, nothing)}/map")
        shown = opened.page.locator("#content").inner_text()
        width = opened.page.evaluate("document.scrollingElement.scrollWidth")

    assert "No routes on this day" in shown
    assert "No time left today" in shown
    assert width == 1440


def test_a_collector_without_visits_and_one_with_a_single_one(open_page: OpenPage, site: Site) -> None:
    document = parsed_day()
    first, second, *_ = document.result.routes
    idle = second.model_copy(update={"stops": [], "return_leg": None, "arrival": second.departure})
    single = first.model_copy(update={"stops": first.stops[:1]})
    result = document.result.model_copy(update={"routes": [single, idle], "unassigned": []})
    lines = [[document.lines[0][0], document.lines[0][-1]], []]

    with open_page() as opened:
        opened.open_map(f"{_stored(site, PlanDocument(result=result, lines=lines))}/map")
        cards = opened.page.locator(".card").all_inner_texts()
        shown = opened.page.locator("#content").inner_text()
        stops = opened.source("stops")

    assert "No visits today." in cards[1]
    assert "Every case is on a route." in shown
    assert len(stops) == 1


def test_five_hundred_stops_are_drawn_and_listed(open_page: OpenPage, site: Site) -> None:
    document = parsed_day()
    route, *_ = document.result.routes
    lines = document.lines[0]
    stops = [
        route.stops[index % 15].model_copy(update={"number": index + 1, "case": f"C-{index}"}) for index in range(500)
    ]
    result = document.result.model_copy(update={"routes": [route.model_copy(update={"stops": stops})]})
    big = PlanDocument(result=result, lines=[[*(lines[index % 15] for index in range(500)), lines[-1]]])

    with open_page(**PHONE) as opened:
        opened.open_map(f"{_stored(site, big)}/collectors/{route.collector}/map")
        (card,) = opened.read_list()["cards"]
        opened.page.locator('[data-stop="0:499"]').tap()
        opened.until("document.querySelector('.maplibregl-popup') !== null")
        drawn = len(opened.source("stops"))

    assert len(card["stops"]) == 500
    assert drawn == 500


def test_a_plan_whose_base_map_is_gone_is_still_drawn(open_page: OpenPage, site: Site) -> None:
    document = parsed_day()
    elsewhere = document.model_copy(update={"result": document.result.model_copy(update={"area": "atlantis"})})

    with open_page() as opened:
        opened.open_map(f"{_stored(site, elsewhere)}/map")
        routes = {leg["route"] for leg in opened.rendered("legs-line")}

    assert routes == {0, 1, 2, 3, 4}


def test_the_dark_page_draws_its_own_colours(open_page: OpenPage, site: Site, day: str) -> None:
    with open_page(color_scheme="dark") as opened:
        opened.open_map(f"{site.url}/plans/{day}/map")
        dark = {leg["colour"] for leg in opened.rendered("legs-line")}
        opened.page.emulate_media(color_scheme="light")
        light = opened.until(
            """document.getElementById('map').routeMap.map.getSource('legs')?.getData()
                .then(({features}) => features[0].properties.colour)""",
            lambda colour: colour == "#2358ca",
        )

    assert "#6aa7ff" in dark
    assert light == "#2358ca"
