"""Drives OSRM's Python bindings; runs under a Python >= 3.12 of its own, with their wheel on its path.

Reads one JSON object a line from standard input, and answers with one: its timings are CPU seconds
of this process, and leave the reading and writing out.
"""

import json
import sys
import time
from typing import Any

import osrm  # type: ignore[import-not-found]  # is in the wheel that the peer's own Python runs with


def main() -> None:
    """Answer until standard input ends."""
    engine = osrm.OSRM(
        algorithm="CH", storage_config=sys.argv[1], use_shared_memory=False, max_locations_distance_table=1_000_000
    )
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(ANSWERS[question["do"]](engine, question)), flush=True)


def _table(engine: "osrm.OSRM", question: dict[str, Any]) -> dict[str, Any]:
    """Time a table of all pairs, snapping included; read it out when asked."""
    wanted = question.get("annotations", ["duration", "distance"])
    started = time.process_time()
    table = engine.Table(
        osrm.TableParameters(
            coordinates=[tuple(place) for place in question["coordinates"]],
            annotations=wanted,
            generate_hints=False,
        )
    )
    seconds = time.process_time() - started
    answer: dict[str, Any] = {"seconds": seconds}
    if question.get("read"):
        count = len(question["coordinates"])
        rows = table["durations"]
        answer["durations"] = [[_number(rows[i][j]) for j in range(count)] for i in range(count)]
        answer["moved_m"] = [float(place["distance"]) for place in table["sources"]]
    return answer


def _routes(engine: "osrm.OSRM", question: dict[str, Any]) -> dict[str, Any]:
    """Time routes between pairs, snapping and full geometry included."""
    started = time.process_time()
    for start, end in question["pairs"]:
        engine.Route(
            osrm.RouteParameters(
                coordinates=[tuple(start), tuple(end)],
                steps=question["steps"],
                overview="full",
                geometries="geojson",
                generate_hints=False,
            )
        )
    return {"seconds": time.process_time() - started}


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]  # the bindings' own null is what fails
    except TypeError:
        return None


ANSWERS = {"table": _table, "routes": _routes}

if __name__ == "__main__":
    main()
