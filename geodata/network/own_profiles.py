"""Vehicle profiles of one's own: a TOML file that names a known profile and says what is different.

name = "tuktuk"            # small letters, digits, - and _; not the name of a known profile
base = "motorcycle"        # car, motorcycle or foot: everything that is not said below is taken from it

[highway_kmh]              # speeds of highways that are open unless something else is said; 0 closes one
trunk = 40
motorway = 0

[surface_kmh]              # at most; 0: it cannot be used. Likewise smoothness_kmh, tracktype_kmh, service_kmh,
gravel = 20                # sac_scale_kmh, track_kmh (tracks by tracktype), by_permission_kmh
                           # (highways that are open only where a tag of the vehicle says so)
[barrier_s]                # seconds lost at barriers that can be passed; -1 closes one
gate = 20
bollard = -1

[turns]                    # turn_ms, u_turn_ms, dead_end_ms, signal_ms: milliseconds; bias_permille: over 1000
turn_ms = 5000             # a right turn is easier than a left one, under 1000 the other way round
bias_permille = 930        # where one drives on the left

[vehicle]                  # weight_kg, width_cm, height_cm: held against maxweight, maxwidth, maxheight
width_cm = 140

[slope]                    # percent of the speed on the flat by percent of slope, below 0 going down, from -45 to 45
"10" = 70
"-10" = 80

[seasons.wet]              # percent of the speed by surface class (see geodata.network.surfaces.CLASSES)
earth = 35
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from geodata.errors import GeodataError
from geodata.network.profiles import PROFILES, Profile, Table
from geodata.network.roads import TurnCosts
from geodata.network.slope import STEEPEST_PERCENT
from geodata.network.surfaces import CLASSES
from geodata.network.tables import Row
from geodata.network.tag_values import known_values

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
#: Tables of speeds; the first two are removed from where they are 0.
_SPEEDS: Final = (
    "highway_kmh",
    "by_permission_kmh",
    "surface_kmh",
    "smoothness_kmh",
    "track_kmh",
    "tracktype_kmh",
    "service_kmh",
    "sac_scale_kmh",
)
_OPENED: Final = ("highway_kmh", "by_permission_kmh")
_FASTEST_KMH: Final = 200
_LONGEST_S: Final = 86_400
_LARGEST: Final = 10_000_000
_KEYS: Final = {"name", "base", "barrier_s", "turns", "vehicle", "slope", "seasons", *_SPEEDS}
_SLOPE: Final = re.compile(r"0|-?[1-9]\d?")
_LEAST_PERCENT: Final = 1
_MOST_PERCENT: Final = 200


def read_profile(path: Path) -> Profile:
    """Read a profile; the module's docstring says how it is written.

    Raises
    ------
    GeodataError
        When the file cannot be read or says something that it cannot say. The message names the entry.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        msg = f"The vehicle profile {path} cannot be read."
        raise GeodataError(msg) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        msg = f"The vehicle profile {path.name} is not TOML: {exc}"
        raise GeodataError(msg) from exc
    return _Reader(path.name, entries).profile()


class _Reader:
    """Turns the entries of one file into a profile."""

    def __init__(self, file: str, entries: Mapping[str, Any]) -> None:
        self._file = file
        self._entries = entries

    def profile(self) -> Profile:
        if unknown := sorted(set(self._entries) - _KEYS):
            msg = f"there is no entry {unknown[0]!r}; there are {', '.join(sorted(_KEYS))}"
            raise self._error(msg)
        base = self._base()
        changes: dict[str, Any] = {key: self._speeds(key, getattr(base, key)) for key in _SPEEDS}
        self._check_values("barrier_s")
        changes["barrier_s"] = self._merged("barrier_s", base.barrier_s, -1, _LONGEST_S, lambda value: value >= 0)
        changes["turns"] = self._closed_set("turns", base.turns, TurnCosts.__slots__)
        changes["vehicle"] = self._closed_set("vehicle", base.vehicle, ("weight_kg", "width_cm", "height_cm"))
        changes["slope"] = self._slope(base.slope)
        changes["seasons"] = self._seasons(base)
        profile = replace(base, name=self._name(), **changes)
        try:
            profile.turn_costs  # noqa: B018 - it is checked as it is made
        except ValueError as exc:
            raise self._error(str(exc)) from exc
        return profile

    def _name(self) -> str:
        name = self._entries.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            msg = f"name must be small letters, digits, - and _, a letter first, got {name!r}"
            raise self._error(msg)
        if name in PROFILES:
            msg = f"name must not be that of a known profile ({', '.join(PROFILES)}), got {name!r}"
            raise self._error(msg)
        return name

    def _base(self) -> Profile:
        base = self._entries.get("base")
        if not isinstance(base, str) or base not in PROFILES:
            msg = f"base must be one of {', '.join(PROFILES)}, got {base!r}"
            raise self._error(msg)
        return PROFILES[base]

    def _speeds(self, key: str, known: Table) -> Table:
        self._check_values(key)
        return self._merged(key, known, 0, _FASTEST_KMH, lambda value: value > 0 or key not in _OPENED)

    def _check_values(self, key: str) -> None:
        """Refuse what no map has: a misspelt value would be passed over in silence."""
        known = known_values(key)
        if unknown := sorted(set(self._table(key)) - known):
            meant = difflib.get_close_matches(unknown[0], known, n=1)
            hint = f" (is it {meant[0]!r}?)" if meant else ""
            msg = f"{key} knows no value {unknown[0]!r}{hint}; it knows {', '.join(sorted(known))}"
            raise self._error(msg)

    def _closed_set(self, key: str, known: Table, names: tuple[str, ...]) -> Table:
        if unknown := sorted(set(self._table(key)) - set(names)):
            msg = f"{key} has no {unknown[0]!r}; it has {', '.join(names)}"
            raise self._error(msg)
        return self._merged(key, known, 0, _LARGEST, lambda _value: True)

    def _slope(self, known: Table) -> Table:
        for slope in self._table("slope"):
            if not _SLOPE.fullmatch(slope) or abs(int(slope)) > STEEPEST_PERCENT:
                steepest = round(STEEPEST_PERCENT)
                msg = f"slope: a slope must be a whole number of percent from -{steepest} to {steepest}, got {slope!r}"
                raise self._error(msg)
        return self._merged("slope", known, _LEAST_PERCENT, _MOST_PERCENT, lambda _value: True)

    def _seasons(self, base: Profile) -> Mapping[str, Table]:
        seasons = dict(base.seasons)
        for season, factors in self._table("seasons").items():
            where = f"seasons.{season}"
            if not isinstance(factors, dict):
                msg = f"{where} must be a table, got {factors!r}"
                raise self._error(msg)
            if unknown := sorted(set(factors) - set(CLASSES[1:])):
                msg = f"{where} has no {unknown[0]!r}; it has {', '.join(CLASSES[1:])}"
                raise self._error(msg)
            rows = {
                name: self._row(where, name, value, _LEAST_PERCENT, _MOST_PERCENT) for name, value in factors.items()
            }
            seasons[season] = {**seasons.get(season, {}), **rows}
        return seasons

    def _merged(self, key: str, known: Table, least: int, most: int, stays: Callable[[int], bool]) -> Table:
        rows = {name: self._row(key, name, value, least, most) for name, value in self._table(key).items()}
        return {name: row for name, row in {**known, **rows}.items() if stays(row.value)}

    def _table(self, key: str) -> Mapping[str, Any]:
        table = self._entries.get(key, {})
        if not isinstance(table, dict):
            msg = f"{key} must be a table, got {table!r}"
            raise self._error(msg)
        return table

    def _row(self, table: str, name: str, value: object, least: int, most: int) -> Row:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            msg = f"{table}.{name} must be a whole number from {least} to {most}, got {value!r}"
            raise self._error(msg)
        return Row(value, self._file)

    def _error(self, reason: str) -> GeodataError:
        return GeodataError(f"Vehicle profile {self._file}: {reason}.")
