"""A plan without one person: the others' visits stay as they were, and nothing tells who, and where, was left out.

The visit keeps its number and its times, so that the sums of the route stay true. Its place becomes that of the stop
before, and the ways to and from it are drawn straight, without turns.
"""

from typing import Any, Final, cast

from service.persons.person import Person

JsonObject = dict[str, object]
#: What stands instead of a case.
ERASED: Final = "erased"
#: Where a collector's day begins and ends.
_ENDS: Final = ("start", "end")


def request_without(request: JsonObject, person: Person) -> JsonObject:
    """Return the request of a plan with none of the person's cases; the others keep their positions."""
    cases = [{"id": ERASED} if _is_of(one, person) else one for one in list_in(request, "cases")]
    return _request_scrubbed({**request, "cases": cases}, person)


def waiting_request_without(request: JsonObject, person: Person) -> JsonObject | None:
    """Return the request of a plan that is still to be made; None when no case is left to plan.

    A branch's due cases are looked up when it is made, if it takes them.
    """
    cases = [one for one in list_in(request, "cases") if not _is_of(one, person)]
    made = _request_scrubbed({**request, "cases": cases}, person, drop=True)
    takes_due = bool(request.get("branch")) and request.get("due_cases")
    names_cases = request.get("cases") or request.get("case_ids")
    return made if cases or made.get("case_ids") or takes_due or not names_cases else None


def beside_collectors(value: JsonObject) -> JsonObject:
    """Return what of a request or a result may tell of a customer, to look whether somebody is in it.

    Where collectors' days begin and end is theirs, whoever lives there; lines and turns are of the map.
    """
    collectors = [{**one, **dict.fromkeys(_ENDS)} for one in list_in(value, "collectors") if isinstance(one, dict)]
    made = {**value, "collectors": collectors, "lines": [], "sheets": []}
    result = value.get("result")
    if isinstance(result, dict):
        located = [one for one in list_in(result, "geocoding") if not str(one["pointer"]).startswith("/collectors/")]
        made["result"] = {**result, "geocoding": located}
    return made


def document_without(document: JsonObject, person: Person, *, positions: frozenset[int]) -> JsonObject:
    """Return the result of a plan, with its drawing, without the person.

    Parameters
    ----------
    positions : where the person's cases stood in the request: what was found for their addresses goes too.
    """
    result = cast("dict[str, Any]", document["result"])
    lines, sheets = list_in(document, "lines"), list_in(document, "sheets")
    routes = []
    for at, route in enumerate(result["routes"]):
        route_lines = list(lines[at]) if at < len(lines) else []
        route_sheets = list(sheets[at]) if at < len(sheets) else []
        routes.append(_route_without(route, person, route_lines, route_sheets))
        lines = [*lines[:at], route_lines, *lines[at + 1 :]]
        sheets = [*sheets[:at], route_sheets, *sheets[at + 1 :]] if at < len(sheets) else sheets
    pointers = {f"/cases/{position}" for position in positions}
    kept = {
        "routes": routes,
        "unassigned": [one for one in result["unassigned"] if not person.has_case(one["case"])],
        "geocoding": [
            one
            for one in result.get("geocoding", [])
            if not any(one["pointer"] == pointer or one["pointer"].startswith(f"{pointer}/") for pointer in pointers)
        ],
    }
    made = cast("JsonObject", _scrubbed({"result": {**result, **kept, "geocoding": []}}, person))
    located = [
        one if one["pointer"].startswith("/collectors/") else _scrubbed(one, person) for one in kept["geocoding"]
    ]
    scrubbed = cast("dict[str, Any]", made["result"])
    return {**document, "result": {**scrubbed, "geocoding": located}, "lines": lines, "sheets": sheets}


def positions_in(request: JsonObject, person: Person) -> frozenset[int]:
    """Return where the person's cases stand in the request of a plan."""
    return frozenset(at for at, one in enumerate(list_in(request, "cases")) if _is_of(one, person))


def cases_in(request: JsonObject, person: Person) -> list[dict[str, Any]]:
    """Return the person's cases in the request of a plan."""
    return [one for one in list_in(request, "cases") if _is_of(one, person)]


def visits_in(document: JsonObject, person: Person) -> list[dict[str, Any]]:
    """Return the person's visits in the result of a plan, and what was left out."""
    result = cast("dict[str, Any]", document["result"])
    stops = [{"date": result["date"], **stop} for route in result["routes"] for stop in route["stops"]]
    return [one for one in (*stops, *result["unassigned"]) if person.has_case(one["case"])]


def _route_without(route: dict[str, Any], person: Person, lines: list[Any], sheets: list[Any]) -> dict[str, Any]:
    before, stops = route["start"], []
    for at, stop in enumerate(route["stops"]):
        if person.has_case(stop["case"]):
            stops.append({**stop, "case": ERASED, "priority": 0, "mandatory": False, "location": before, "flags": []})
            for way in (at, at + 1):
                if way < len(sheets):
                    sheets[way] = []
        else:
            stops.append(stop)
        before = stops[-1]["location"]
    places = [route["start"], *(stop["location"] for stop in stops), route["end"] or before]
    for at, stop in enumerate(stops):
        if stop["case"] == ERASED:
            for way in (at, at + 1):
                if way < len(lines):
                    lines[way] = [_lonlat(places[way]), _lonlat(places[way + 1])]
    return {**route, "stops": stops}


def _is_of(case: dict[str, Any], person: Person) -> bool:
    return person.has_case(case.get("id")) or (
        case.get("id") not in person.neighbours and person.has_address(case.get("address"))
    )


def _request_scrubbed(request: JsonObject, person: Person, *, drop: bool = False) -> JsonObject:
    """Return a request with nothing of the person but where collectors' days begin and end."""
    made = cast("JsonObject", _scrubbed(request, person, drop=drop))
    if "collectors" in request:
        made["collectors"] = [
            {**now, **{end: before[end] for end in _ENDS if end in before}}
            for now, before in zip(list_in(made, "collectors"), list_in(request, "collectors"), strict=True)
        ]
    return made


def _scrubbed(value: object, person: Person, *, drop: bool = False) -> object:
    """Return a JSON value with another word wherever a text tells of the person; with `drop`, lists without it."""
    if isinstance(value, dict):
        return {key: _scrubbed(inner, person, drop=drop) for key, inner in value.items()}
    if isinstance(value, list):
        kept = (inner for inner in value if not (drop and isinstance(inner, str) and person.is_in(inner)))
        return [_scrubbed(inner, person, drop=drop) for inner in kept]
    return ERASED if isinstance(value, str) and person.is_in(value) else value


def list_in(value: JsonObject, key: str) -> list[Any]:
    """Return a list of a request or a result; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, list) else []


def _lonlat(place: dict[str, float]) -> list[float]:
    return [place["lon"], place["lat"]]
