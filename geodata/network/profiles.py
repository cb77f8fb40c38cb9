"""Vehicle profiles: the tables of a car, of a motorcycle and of somebody on foot."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from geodata.errors import GeodataError
from geodata.network import surfaces, tables, tables_foot
from geodata.network.roads import TurnCosts
from geodata.network.tables import Row

#: OpenStreetMap value -> figure and source.
Table = Mapping[str, Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of vehicle, as tables from OpenStreetMap values to figures with their sources.

    Attributes
    ----------
    on_foot : no vehicle: one-way streets, speed limits and the turn restrictions of vehicles do not bind it.
    access_keys : the tags that grant or refuse access, most specific first (OSM wiki, Key:access).
    highway_kmh : speeds of the highways that are open unless something else is said.
    by_permission_kmh : speeds of those that are open only where a tag of the vehicle itself says so.
    surface_kmh, smoothness_kmh, tracktype_kmh, service_kmh, sac_scale_kmh : speed at most, 0 where it cannot be used.
    track_kmh : speed of a track by its tracktype, at most.
    barrier_s : barriers that can be passed, and the seconds lost there. by_permission_s : what others cost that are
        opened by an access tag of their own.
    turns : see roads.TurnCosts.
    vehicle : weight_kg, width_cm, height_cm; what is not given passes everywhere.
    slope : percent of slope, below 0 going down -> percent of the speed on the flat (see geodata.network.slope).
    seasons : season -> surface class -> percent of the speed (see geodata.network.surfaces).
    """

    name: str
    on_foot: bool = False
    access_keys: tuple[str, ...]
    highway_kmh: Table
    by_permission_kmh: Table
    surface_kmh: Table
    smoothness_kmh: Table
    track_kmh: Table
    tracktype_kmh: Table
    service_kmh: Table
    sac_scale_kmh: Table
    barrier_s: Table
    by_permission_s: Row
    turns: Table
    vehicle: Table
    slope: Table
    seasons: Mapping[str, Table]

    @property
    def restriction_keys(self) -> tuple[str, ...]:
        """Tags of turn restrictions that bind it, most specific first."""
        keys = tuple(f"restriction:{key}" for key in self.access_keys[:-1])
        return keys if self.on_foot else (*keys, "restriction")

    @property
    def may_use(self) -> str:
        """Say whose roads they are: "that a car may use"."""
        return "that one may use on foot" if self.on_foot else f"that a {self.name} may use"

    @property
    def turn_costs(self) -> TurnCosts:
        """What turning costs."""
        return TurnCosts(**{key: row.value for key, row in self.turns.items()})


CAR: Final = Profile(
    name="car",
    access_keys=("motorcar", "motor_vehicle", "vehicle", "access"),
    highway_kmh=tables.HIGHWAY_KMH,
    by_permission_kmh=tables.BY_PERMISSION_KMH,
    surface_kmh=tables.SURFACE_KMH,
    smoothness_kmh=tables.SMOOTHNESS_CAR_KMH,
    track_kmh=tables.TRACK_KMH,
    tracktype_kmh=tables.TRACKTYPE_KMH,
    service_kmh=tables.SERVICE_KMH,
    sac_scale_kmh={},
    barrier_s=tables.BARRIER_CAR_S,
    by_permission_s=tables.BARRIER_BY_PERMISSION_S,
    turns=tables.TURNS_CAR,
    vehicle=tables.VEHICLE_CAR,
    slope=tables.SLOPE_CAR,
    seasons=surfaces.SEASONS,
)
MOTORCYCLE: Final = replace(
    CAR,
    name="motorcycle",
    access_keys=("motorcycle", "motor_vehicle", "vehicle", "access"),
    smoothness_kmh=tables.SMOOTHNESS_MOTORCYCLE_KMH,
    barrier_s=tables.BARRIER_MOTORCYCLE_S,
    turns=tables.TURNS_MOTORCYCLE,
    vehicle=tables.VEHICLE_MOTORCYCLE,
    slope=tables.SLOPE_MOTORCYCLE,
)
FOOT: Final = Profile(
    name="foot",
    on_foot=True,
    access_keys=("foot", "access"),
    highway_kmh=tables_foot.HIGHWAY_FOOT_KMH,
    by_permission_kmh=tables_foot.BY_PERMISSION_FOOT_KMH,
    surface_kmh=tables_foot.SURFACE_FOOT_KMH,
    smoothness_kmh={},
    track_kmh={},
    tracktype_kmh={},
    service_kmh={},
    sac_scale_kmh=tables_foot.SAC_SCALE_FOOT_KMH,
    barrier_s=tables_foot.BARRIER_FOOT_S,
    by_permission_s=tables_foot.BARRIER_BY_PERMISSION_FOOT_S,
    turns=tables_foot.TURNS_FOOT,
    vehicle={},
    slope=tables_foot.SLOPE_FOOT,
    seasons=tables_foot.SEASONS_FOOT,
)
PROFILES: Final[Mapping[str, Profile]] = {profile.name: profile for profile in (CAR, MOTORCYCLE, FOOT)}


def profile_named(name: str) -> Profile:
    """Look a profile up.

    Raises
    ------
    GeodataError
        When there is no profile of that name.
    """
    try:
        return PROFILES[name]
    except KeyError:
        msg = f"No vehicle profile {name!r}. Known are: {', '.join(sorted(PROFILES))}."
        raise GeodataError(msg) from None
