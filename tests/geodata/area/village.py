"""A village drawn by hand, small enough to build many times in a test."""

from collections.abc import Sequence
from pathlib import Path

from geodata.area.area import Area
from geodata.area.build import build_area
from geodata.network.profiles import Profile

BUILT_AT = "2026-01-31T08:00:00+00:00"
LATER = "2026-02-01T09:00:00+08:00"

_VILLAGE = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="by hand">
  <node id="1" lat="30.000" lon="100.000"/><node id="2" lat="30.000" lon="100.004"/>
  <node id="3" lat="30.004" lon="100.004"/><node id="4" lat="30.004" lon="100.000"/>
  <node id="5" lat="30.0005" lon="100.002">
    <tag k="addr:housenumber" v="7"/><tag k="addr:street" v="{street}"/>
  </node>
  <node id="6" lat="30.002" lon="100.002"><tag k="place" v="village"/><tag k="name" v="Willowbrook"/></node>
  <way id="10">
    <nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
    <tag k="highway" v="residential"/><tag k="name" v="{street}"/>
  </way>
</osm>
"""


def write_village(folder: Path, *, street: str = "Mill Lane") -> Path:
    """Write the extract: a square of streets, a house, a village."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "village.osm"
    file.write_text(_VILLAGE.format(street=street), encoding="utf-8")
    return file


def build_village(
    extract: Path,
    into: Path,
    *,
    name: str = "willowbrook",
    built_at: str = BUILT_AT,
    reuse: bool = False,
    profiles: Sequence[Profile] | None = None,
) -> Area:
    """Build the village's area, unwatched."""
    return build_area(
        extract,
        name=name,
        time_zone="Asia/Shanghai",
        built_at=built_at,
        into=into,
        on_progress=ignore_progress,
        reuse=reuse,
        profiles=profiles,
    )


def ignore_progress(_stage: str, _fraction: float) -> None:
    """Progress that nobody watches."""


def visible(folder: Path) -> list[str]:
    """Names in a folder, without the locks that builds leave behind."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") if folder.is_dir() else []
