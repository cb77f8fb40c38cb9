"""The vehicles that an area is built for: known ones by their names, and those of one's own by their files."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Final

from geodata.errors import AreaError
from geodata.network.own_profiles import read_profile
from geodata.network.profiles import PROFILES, Profile
from geodata.network.tables import Row

#: What an area is built for when nobody says. On foot costs a fifth of a second and as much disk as a car's roads.
DEFAULT_VEHICLES: Final = tuple(PROFILES)


def vehicle_profiles(names: Iterable[str] = DEFAULT_VEHICLES, files: Iterable[Path] = ()) -> tuple[Profile, ...]:
    """Look the known vehicles up and read those of one's own, in this order; who is named twice comes once.

    Parameters
    ----------
    names : of known profiles, such as "car".
    files : TOML, see geodata.network.own_profiles.

    Raises
    ------
    AreaError
        When a name is not known, two files have one name, or nothing is left.
    GeodataError
        When a file cannot be read, or says what it cannot say.
    """
    found: dict[str, Profile] = {}
    for name in names:
        if name not in PROFILES:
            msg = f"No vehicle {name!r} is known; there are {', '.join(PROFILES)}. Give one of your own as a file."
            raise AreaError(msg)
        found[name] = PROFILES[name]
    for file in files:
        profile = read_profile(file)
        if profile.name in found:
            msg = f"Two vehicle profiles have the name {profile.name!r}: {file} is the second one."
            raise AreaError(msg)
        found[profile.name] = profile
    if not found:
        msg = f"An area needs a vehicle: name some of {', '.join(PROFILES)}, or give a profile of your own."
        raise AreaError(msg)
    return tuple(found.values())


def profiles_digest(profiles: Sequence[Profile]) -> str:
    """Sum up what profiles say, but for the sources of their figures; in whatever order they come."""
    said = {profile.name: _plain(profile) for profile in profiles}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def seasons_of(profile: Profile) -> dict[str, dict[str, int]]:
    """Season -> surface class -> percent of the speed, as plain values."""
    return {
        season: {surface: row.value for surface, row in factors.items()} for season, factors in profile.seasons.items()
    }


def _plain(value: object) -> object:
    """Return figures without their sources, as JSON has them."""
    if isinstance(value, Row):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
