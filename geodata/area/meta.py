"""What is known of a prepared area, and its file, area.json."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from geodata.coords import BoundingBox
from geodata.errors import AreaError, AreaFormatError, GeodataError
from geodata.geocoding.schema import SCHEMA_VERSION as GAZETTEER_FORMAT
from geodata.network.format import VERSION as NETWORK_FORMAT
from geodata.tiles.schema import TILES_FORMAT

#: Of the folder's layout with area.json, and of each part in it. An area of another format is built again.
AREA_FORMAT: Final = f"2.{NETWORK_FORMAT}.{GAZETTEER_FORMAT}.{TILES_FORMAT}"
META_FILE: Final = "area.json"
#: What the name of a vehicle's report begins with, in AreaMeta.reports.
NETWORK_REPORT: Final = "network_"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMeta:
    """What a prepared area is and where it comes from.

    Attributes
    ----------
    version : changes whenever the extract or the way of building does.
    bbox : the box that the area serves.
    time_zone : IANA name, None when it is not known.
    built_at : ISO 8601 with its offset from UTC.
    profiles : the vehicles that have a network.
    seasons : vehicle -> season -> surface class -> percent of the speed; a vehicle without seasons may be missing.
    reports : what each builder says of its part, as JSON values.

    Raises
    ------
    AreaError
        When the name, the time zone or the time cannot be one.
    """

    name: str
    version: str
    extract_sha256: str
    bbox: BoundingBox
    attribution: str
    time_zone: str | None
    built_at: str
    profiles: tuple[str, ...]
    seasons: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    reports: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_name(self.name)
        check_time_zone(self.time_zone)
        check_built_at(self.built_at)

    @property
    def built(self) -> datetime:
        """`built_at` as a time that can be compared."""
        return datetime.fromisoformat(self.built_at)


def check_name(name: str) -> None:
    """Refuse what cannot be an area's name (it is a folder and a part of addresses)."""
    if not _NAME.fullmatch(name):
        msg = (
            f"An area's name is 1 to 63 small letters, digits and hyphens and begins with a letter or digit, "
            f"got {name!r}."
        )
        raise AreaError(msg)


def check_time_zone(time_zone: str | None) -> None:
    """Refuse what is not an IANA time zone."""
    if time_zone is None:
        return
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        msg = f"A time zone is an IANA name such as Europe/Vaduz, got {time_zone!r}."
        raise AreaError(msg) from exc


def check_built_at(built_at: str) -> None:
    """Refuse a time that is not ISO 8601 with an offset: areas are compared by it."""
    try:
        known = datetime.fromisoformat(built_at).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        msg = f"built_at must be ISO 8601 with an offset, such as 2026-01-31T08:00:00+00:00, got {built_at!r}."
        raise AreaError(msg)


def write_meta(meta: AreaMeta, folder: Path) -> None:
    """Write area.json into the folder."""
    text = json.dumps({"format": AREA_FORMAT, **asdict(meta)}, ensure_ascii=False, indent=2, default=str)
    (folder / META_FILE).write_text(text + "\n", encoding="utf-8")


def read_meta(folder: Path) -> AreaMeta:
    """Read area.json from the folder.

    Raises
    ------
    AreaFormatError
        When it is missing, damaged or of another format.
    """
    name = folder.parent.name
    try:
        fields = json.loads((folder / META_FILE).read_text(encoding="utf-8"))
        if fields.pop("format") != AREA_FORMAT:
            raise rebuild_needed(name, "another version of doorstep built it")
        fields |= {"bbox": BoundingBox(**fields["bbox"]), "profiles": tuple(fields["profiles"])}
        return AreaMeta(**fields)
    except AreaFormatError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, GeodataError) as exc:
        raise rebuild_needed(name, f"its {META_FILE} cannot be read") from exc


def rebuild_needed(name: str, why: str) -> AreaFormatError:
    """Make the error of an area that cannot be used as it is: it says how to build it again."""
    return AreaFormatError(
        f"Area {name!r} cannot be used: {why}. Build it again: doorstep area build --pbf FILE --name {name}"
    )
