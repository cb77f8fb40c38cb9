"""What was read, kept and dropped when an area was built, as tables for people and as JSON for machines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from geodata.area.meta import NETWORK_REPORT, AreaMeta

#: The parts of a road network's report, in the order of the build, with a heading.
_PARTS: Final = (
    ("counts", None),
    ("ways_dropped", "Highways left out"),
    ("edges_dropped", "Edges left out"),
    ("restrictions_ignored", "Turn restrictions not applied"),
)
#: What a figure is called; one that is not here is called by its key.
_WORDS: Final = {
    "nodes_read": "Nodes read",
    "ways_read": "Ways read",
    "relations_read": "Relations read",
    "highways_read": "Highways and ferries read",
    "ways_kept": "Ways kept",
    "ways_without_points": "Ways without points in the extract",
    "way_nodes_missing": "Nodes of ways missing from the extract",
    "turn_restrictions_read": "Turn restrictions read",
    "turn_restrictions_applied": "Turn restrictions applied",
    "forbidden_turns": "Forbidden turns",
    "nodes": "Junctions and other nodes",
    "edges": "Edges between them",
    "edges_ends_only": "Edges without through traffic",
    "edges_behind_ends_only": "of these only because of what lies before",
    "nodes_with_signals": "Nodes with traffic signals",
    "edges_with_known_slope": "Edges whose slope is known",
    "road_m": "Length, km",
    "not_a_road": "not a road",
    "no_permission": "of a kind that a tag must open, and none does",
    "no_access": "access refused",
    "impassable": "impassable",
    "vehicle_limits": "too heavy, wide or high a vehicle",
    "area": "an area",
    "unconnected": "unconnected: no way in, or no way out",
    "conditional": "hold at times only",
    "other_vehicles": "for other vehicles",
    "unknown_kind": "of an unknown kind",
    "broken": "members missing or apart",
    "ambiguous": "ambiguous",
    "not_on_network": "on roads that are left out",
}
_INDENT: Final = "  "
#: The warning of an area that was built from ways alone.
NO_RELATIONS: Final = (
    "The extract has no relations, so no turn restriction is known: plans may turn where it is forbidden. "
    "Take an extract that was cut with its relations."
)


def area_report(meta: AreaMeta) -> Iterator[RenderableType]:
    """Yield what an area is and what its build reported: a line or a table each."""
    west, south, east, north = meta.bbox.west, meta.bbox.south, meta.bbox.east, meta.bbox.north
    yield Text.assemble((f"Area {meta.name}", "bold"), f", version {meta.version}, built {meta.built:%Y-%m-%d %H:%M}")
    yield Text(
        f"Serves {west:.3f}, {south:.3f} to {east:.3f}, {north:.3f} (west, south, east, north); "
        f"time zone {meta.time_zone or 'not given: the server decides (DOORSTEP_TIME_ZONE)'}"
    )
    yield ""
    yield _network_table(meta)
    if _has_no_relations(meta):
        yield Text(NO_RELATIONS, style="yellow")
    yield ""
    if gazetteer := _mapping(meta.reports.get("gazetteer")):
        yield Text(_addresses(gazetteer))
    if tiles := _mapping(meta.reports.get("tiles")):
        yield Text(_map(tiles))
    yield Text(f"Show with everything made from it: {meta.attribution}")


def area_json(meta: AreaMeta) -> str:
    """Return everything that is known of an area, its reports included."""
    return json.dumps(asdict(meta), ensure_ascii=False, indent=2)


def areas_json(metas: Sequence[AreaMeta]) -> str:
    """Return areas as a JSON array, without the reports of their builds."""
    fields = [{key: value for key, value in asdict(meta).items() if key != "reports"} for meta in metas]
    return json.dumps(fields, ensure_ascii=False, indent=2)


def zone_missing(server_zone: str) -> str:
    """Return the warning of an area that was built without a time zone."""
    return (
        f"No time zone was given: plans of this area use the server's, {server_zone}, unless a request says otherwise. "
        "If its branches keep another clock, build it again with --time-zone ZONE, such as Europe/Vienna."
    )


def _has_no_relations(meta: AreaMeta) -> bool:
    reports = [_mapping(meta.reports.get(f"{NETWORK_REPORT}{vehicle}")) for vehicle in meta.profiles]
    return any(_mapping(report.get("counts")).get("relations_read") == 0 for report in reports)


def _network_table(meta: AreaMeta) -> Table:
    """Figures in rows, vehicles in columns."""
    table = Table(title="Roads", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("")
    reports = []
    for vehicle in meta.profiles:
        table.add_column(vehicle, justify="right")
        reports.append(_mapping(meta.reports.get(f"{NETWORK_REPORT}{vehicle}")))
    for part, heading in _PARTS:
        columns = [_mapping(report.get(part)) for report in reports]
        figures = list(dict.fromkeys(key for column in columns for key in column))
        if heading is not None and figures:
            table.add_row(Text(heading, style="bold"), *(_number(_total(column)) for column in columns))
        for figure in figures:
            name = _WORDS.get(figure, figure.replace("_", " "))
            indent = _INDENT if heading is not None or figure == "edges_behind_ends_only" else ""
            table.add_row(f"{indent}{name}", *(_figure(figure, column) for column in columns))
    seasons = (", ".join(meta.seasons.get(vehicle, {})) or "none" for vehicle in meta.profiles)
    table.add_row("Seasons", *seasons)
    return table


def _figure(name: str, column: Mapping[str, object]) -> str:
    value = column.get(name, 0)
    if not isinstance(value, int):
        return str(value)
    return f"{value / 1000:,.1f}" if name == "road_m" else _number(value)


def _total(column: Mapping[str, object]) -> int:
    return sum(value for value in column.values() if isinstance(value, int))


def _addresses(report: Mapping[str, object]) -> str:
    return (
        f"Addresses: {_count(report, 'doors')} house numbers, {_count(report, 'streets')} streets, "
        f"{_count(report, 'places')} places, "
        f"{_count(report, 'pois')} farms, schools and other names; "
        f"{_count(report, 'doors_left_out')} house numbers left out "
        "(they name neither a street nor a place, or are no number)"
    )


def _map(report: Mapping[str, object]) -> str:
    features = _mapping(report.get("features"))
    size = report.get("size_bytes")
    megabytes = size / 1e6 if isinstance(size, int) else 0
    return (
        f"Map: {_number(_total(features))} features in {len(features)} layers, {megabytes:.1f} MB; "
        f"{_count(report, 'skipped')} left out (without geometry in the extract)"
    )


def _count(report: Mapping[str, object], name: str) -> str:
    value = report.get(name, 0)
    return _number(value) if isinstance(value, int) else str(value)


def _number(value: int) -> str:
    return f"{value:,}"


def _mapping(value: object) -> Mapping[str, object]:
    """Return a part of a report, nothing for one that another version of doorstep wrote otherwise."""
    return value if isinstance(value, Mapping) else {}
