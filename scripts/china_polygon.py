"""Makes geodata/china.geojson, the land on which Chinese maps are shifted, from Natural Earth's countries.

Run it as `python -m scripts.china_polygon countries-10m.json`, the file of the npm package world-atlas 2.0.2
(Natural Earth 4.1, public domain).
"""

import json
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

import shapely

_CHINA = "156"
_SEA_DEGREES = 0.15
_TOLERANCE_DEGREES = 0.003
_INTO = Path(__file__).resolve().parents[1] / "geodata" / "china.geojson"


def _polygon(topology: dict[str, Any], rings: list[list[int]]) -> Any:
    """Put the arcs of a polygon together (TopoJSON 2.1.4: deltas of integers, ~n is arc n backwards)."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(index: int) -> list[tuple[float, float]]:
        steps = topology["arcs"][index if index >= 0 else ~index]
        xs, ys = accumulate(step[0] for step in steps), accumulate(step[1] for step in steps)
        points = [(x * kx + x0, y * ky + y0) for x, y in zip(xs, ys, strict=True)]
        return points if index >= 0 else points[::-1]

    outlines = [[point for index in ring for point in arc(index)] for ring in rings]
    if len(outlines[0]) < 4:
        return shapely.Polygon()
    return shapely.make_valid(shapely.Polygon(outlines[0], [hole for hole in outlines[1:] if len(hole) >= 4]))


def main() -> None:
    """Write the mainland with a strip of sea, without its neighbours, Hong Kong, Macau and Taiwan."""
    topology = json.loads(Path(sys.argv[1]).read_text())
    countries: dict[str, list[Any]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        shapes = [_polygon(topology, rings) for rings in parts]
        countries.setdefault(str(country.get("id", country["properties"]["name"])), []).extend(shapes)
    china = shapely.union_all(countries.pop(_CHINA))
    others = shapely.union_all([shape for shapes in countries.values() for shape in shapes])
    land = china.buffer(_SEA_DEGREES).difference(others).simplify(_TOLERANCE_DEGREES)
    main_parts = [part for part in getattr(land, "geoms", [land]) if part.intersects(china) and part.area > 1e-4]
    shape = shapely.set_precision(shapely.MultiPolygon(main_parts), 0.001)
    _INTO.write_text(shapely.to_geojson(shape) + "\n")
    print(f"{_INTO.name}: {shapely.get_num_coordinates(shape)} points, {_INTO.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
