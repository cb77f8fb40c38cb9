"""A collector taken out of what is about others too: the route stays, and nothing tells whose it was.

Where the day began and ended was a home, often: the route begins at its first door then and ends at its last, and the
ways between are drawn as nothing. Sums stay as they were.
"""

from collections.abc import Iterator
from typing import Any, Final, cast

from service.persons.blanking import ERASED, list_in
from service.persons.person import Person

JsonObject = dict[str, object]
#: Where a collector is named by the id: alone, and in lists.
_ONE: Final = frozenset({"collector"})
_MANY: Final = frozenset({"allowed_collectors", "unknown_collectors", "collector_ids"})


def without_collector(value: object, person: Person) -> Any:
    """Return a JSON value in which no collector is the person; what a request says of them goes with the id."""
    if isinstance(value, list):
        return [without_collector(inner, person) for inner in value]
    if not isinstance(value, dict):
        return value
    return {key: _told(key, inner, person) for key, inner in value.items()}


def names_collector(value: object, person: Person) -> bool:
    """Whether a collector in a JSON value is the person."""
    return bool(person.collectors) and without_collector(value, person) != value


def route_document_without(document: JsonObject, request: JsonObject, person: Person) -> JsonObject | None:
    """Return the result of a plan, with its drawing, without where the collector's days begin and end.

    `request` is the plan's. None when nobody else is in the plan.
    """
    result = cast("dict[str, Any]", document["result"])
    theirs = [person.has_collector(route["collector"]) for route in result["routes"]]
    elsewhere = _places(result["routes"], theirs)
    if any(theirs) and elsewhere is None:
        return None
    lines, sheets = (_copied(document.get(kind)) for kind in ("lines", "sheets"))
    routes = []
    for at, route in enumerate(result["routes"]):
        if theirs[at]:
            doors = [stop["location"] for stop in route["stops"]] or [elsewhere]
            is_closed = route["end"] is not None
            _shorten(lines, at, _nowhere(doors[0]), _nowhere(doors[-1]) if is_closed else None)
            _shorten(sheets, at, [], [] if is_closed else None)
            ends = {"start": doors[0], "end": doors[-1] if is_closed else None}
            route = {**route, **ends, "start_flags": [], "end_flags": []}  # noqa: PLW2901 - the same route
        routes.append(route)
    pointers = tuple(f"/collectors/{at}/" for at, one in enumerate(list_in(request, "collectors")) if _is(one, person))
    located = [one for one in result.get("geocoding", []) if not f"{one['pointer']}/".startswith(pointers)]
    made = {**document, "result": {**result, "routes": routes, "geocoding": located}, "lines": lines, "sheets": sheets}
    return cast("JsonObject", without_collector(made, person))


def template_without(request: JsonObject, person: Person) -> JsonObject | None:
    """Return a request that is still to be planned without the collector; None when it sends nobody else.

    Cases that only they might visit are anybody's then.
    """
    collectors = [one for one in list_in(request, "collectors") if not _is(one, person)]
    ids = [one for one in list_in(request, "collector_ids") if not person.has_collector(one)]
    if not collectors and not ids and (request.get("collectors") or request.get("collector_ids")):
        return None
    cases = [_anybodys(case, person) for case in list_in(request, "cases")]
    lists = {"collectors": collectors, "collector_ids": ids, "cases": cases}
    made = {**request, **{name: value for name, value in lists.items() if name in request}}
    options = cast("dict[str, Any]", made.get("options") or {})
    if routes := (options.get("start") or {}).get("routes"):
        kept = [route for route in routes if not person.has_collector(route["collector"])]
        made["options"] = {**options, "start": {**options["start"], "routes": kept}}
    return made


def of_collector(request: JsonObject, document: JsonObject | None, person: Person) -> JsonObject:
    """Return what a plan tells of a collector: the request's words, and when and where the routes begin and end."""
    shown = ("collector", "vehicle", "start", "end", "departure", "arrival", "travel_s", "length_m")
    routes = [] if document is None else cast("dict[str, Any]", document["result"])["routes"]
    return {
        "collectors": [one for one in list_in(request, "collectors") if _is(one, person)],
        "routes": [
            {name: route[name] for name in shown} for route in routes if person.has_collector(route["collector"])
        ],
    }


def places_of(request: JsonObject, person: Person, *, others: bool = False) -> Iterator[str]:
    """Yield the addresses at which the collector's day begins or ends in a request; with `others`, those of others."""
    for one in list_in(request, "collectors"):
        if _is(one, person) != others:
            yield from addresses_in(one)


def addresses_in(document: JsonObject) -> Iterator[str]:
    """Yield the addresses of the start and the end of a collector or a branch."""
    for end in ("start", "end"):
        place = document.get(end)
        if isinstance(place, dict) and place.get("address"):
            yield str(place["address"])


def _told(key: str, value: object, person: Person) -> object:
    if key in _ONE and person.has_collector(value):
        return ERASED
    if key in _MANY and isinstance(value, list):
        return [ERASED if person.has_collector(one) else one for one in value]
    if key == "collectors" and isinstance(value, list):
        return [{"id": ERASED} if _is(one, person) else without_collector(one, person) for one in value]
    return without_collector(value, person)


def _anybodys(case: dict[str, Any], person: Person) -> dict[str, Any]:
    allowed = [one for one in case.get("allowed_collectors") or () if not person.has_collector(one)]
    pinned = person.has_collector((case.get("pin") or {}).get("collector"))
    left_out = {name for name, gone in (("pin", pinned), ("allowed_collectors", not allowed)) if gone}
    kept = {name: value for name, value in case.items() if name not in left_out}
    return {**kept, "allowed_collectors": allowed} if allowed else kept


def _places(routes: list[dict[str, Any]], theirs: list[bool]) -> dict[str, float] | None:
    """Return a place of somebody else's that stands for a day without a door; None when there is none."""
    doors = [stop["location"] for route in routes for stop in route["stops"]]
    starts = [route["start"] for route, mine in zip(routes, theirs, strict=True) if not mine]
    return next(iter([*doors, *starts]), None)


def _shorten(ways: list[list[Any]], at: int, first: list[Any], last: list[Any] | None) -> None:
    """Put something else for the first of a route's ways and, if there is a way back, for the last."""
    if at < len(ways) and ways[at]:
        ways[at][0] = first
        if last is not None:
            ways[at][-1] = last


def _nowhere(place: dict[str, float]) -> list[list[float]]:
    return [[place["lon"], place["lat"]]] * 2


def _copied(ways: object) -> list[list[Any]]:
    return [list(one) for one in ways] if isinstance(ways, list) else []


def _is(collector: object, person: Person) -> bool:
    return isinstance(collector, dict) and person.has_collector(collector.get("id"))
