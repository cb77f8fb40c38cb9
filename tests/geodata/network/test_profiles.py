"""What tags mean for a car, for a motorcycle and on foot."""

from collections.abc import Mapping
from dataclasses import fields

import pytest

from geodata.errors import GeodataError
from geodata.network.profiles import CAR, FOOT, MOTORCYCLE, Profile, profile_named
from geodata.network.tables import Access, Row
from geodata.network.usage import WayUse, node_use, way_use
from geodata.network.values import duration_s, length_cm, speed_limit_kmh, weight_kg

ROAD = {"highway": "residential"}


def use(**tags: str) -> WayUse:
    found = way_use({"highway": "residential"} | {key.replace("__", ":"): value for key, value in tags.items()}, CAR)
    assert isinstance(found, WayUse), found
    return found


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("30 mph", pytest.approx(48.28, abs=0.01)),
        ("30mph", pytest.approx(48.28, abs=0.01)),
        ("50 km/h", 50.0),
        ("walk", 6.0),
        ("none", 140.0),
        ("DE:urban", 50.0),
        ("DE:zone:30", 30.0),
        ("CH:zone30", 30.0),
        ("AT:rural", 100.0),
        ("FR:rural", 90.0),
        ("CN:rural", 70.0),
        ("signals", None),
        ("0", None),
        ("fast", None),
        ("", None),
    ],
)
def test_speed_limits_are_read(text: str, kmh: float | None) -> None:
    assert speed_limit_kmh(text) == kmh


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20", 1200), ("00:20", 1200), ("01:10:30", 4230), ("PT1H10M", 4200), ("PT40S", 40), ("soon", None), ("0", None)],
)
def test_durations_are_read(text: str, seconds: int | None) -> None:
    assert duration_s(text) == seconds


def test_posted_limit_is_driven_at_nine_tenths() -> None:
    found = use(maxspeed="50")

    assert (found.forward_kmh, found.backward_kmh) == (45.0, 45.0)


def test_posted_limit_of_one_direction_counts_there() -> None:
    found = use(maxspeed="50", maxspeed__backward="30")

    assert (found.forward_kmh, found.backward_kmh) == (45.0, 27.0)


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "track"}, 15),
        ({"highway": "track", "tracktype": "grade1"}, 20),
        ({"highway": "track", "tracktype": "grade5"}, 5),
        ({"highway": "track", "tracktype": "grade3", "maxspeed": "80"}, 12),
        ({"highway": "secondary", "surface": "gravel"}, 40),
        ({"highway": "secondary", "surface": "mud"}, 10),
        ({"highway": "secondary", "smoothness": "very_bad"}, 20),
        ({"highway": "unclassified", "tracktype": "grade4"}, 25),
        ({"highway": "service", "service": "driveway"}, 10),
        ({"highway": "residential", "ford": "yes"}, 10),
    ],
)
def test_the_state_of_a_road_limits_the_speed(tags: dict[str, str], kmh: int) -> None:
    found = way_use(tags, CAR)

    assert isinstance(found, WayUse)
    assert found.forward_kmh == found.backward_kmh == kmh


def test_a_motorcycle_goes_where_it_is_too_rough_for_a_car() -> None:
    rough = {"highway": "track", "smoothness": "very_horrible"}

    assert way_use(rough, CAR) == "impassable"
    assert isinstance(way_use(rough, MOTORCYCLE), WayUse)


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"highway": "motorway"}, True, False),
        ({"oneway": "yes", "oneway:motorcycle": "no"}, True, False),
        ({"motor_vehicle:backward": "no"}, True, False),
    ],
)
def test_oneways_of_a_car(tags: dict[str, str], forward: bool, backward: bool) -> None:
    found = way_use(ROAD | tags, CAR)

    assert isinstance(found, WayUse)
    assert (found.forward_kmh > 0, found.backward_kmh > 0) == (forward, backward)


def test_oneway_of_motorcycles_counts_for_motorcycles() -> None:
    found = way_use(ROAD | {"oneway": "yes", "oneway:motorcycle": "no"}, MOTORCYCLE)

    assert isinstance(found, WayUse)
    assert found.backward_kmh > 0


@pytest.mark.parametrize(
    ("tags", "car", "motorcycle"),
    [
        ({"access": "no"}, "no_access", "no_access"),
        ({"access": "no", "motor_vehicle": "yes"}, "open", "open"),
        ({"motor_vehicle": "no", "motorcar": "yes"}, "open", "no_access"),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, "no_access", "open"),
        ({"vehicle": "destination"}, "ends_only", "ends_only"),
        ({"access": "private"}, "ends_only", "ends_only"),
        ({"access": "customers"}, "ends_only", "ends_only"),
        ({"access": "delivery"}, "ends_only", "ends_only"),
        ({"access": "agricultural"}, "no_access", "no_access"),
        ({"access": "agricultural;destination"}, "ends_only", "ends_only"),
        ({"access": "forestry", "motorcar": "permissive"}, "open", "no_access"),
        ({"access": "some_value_nobody_knows"}, "ends_only", "ends_only"),
        ({"highway": "footway"}, "no_permission", "no_permission"),
        ({"highway": "footway", "access": "yes"}, "no_permission", "no_permission"),
        ({"highway": "pedestrian", "motor_vehicle": "delivery"}, "ends_only", "ends_only"),
        ({"highway": "path", "motorcycle": "yes"}, "no_permission", "open"),
        ({"highway": "steps"}, "not_a_road", "not_a_road"),
        ({"highway": "construction"}, "not_a_road", "not_a_road"),
        ({"area": "yes"}, "area", "area"),
        ({"oneway": "reversible"}, "no_access", "no_access"),
        ({"highway": "service", "service": "emergency_access"}, "impassable", "impassable"),
    ],
)
def test_access_of_the_most_specific_tag_counts(tags: dict[str, str], car: str, motorcycle: str) -> None:
    def verdict(found: WayUse | str) -> str:
        return found if isinstance(found, str) else ("ends_only" if found.ends_only else "open")

    assert verdict(way_use(ROAD | tags, CAR)) == car
    assert verdict(way_use(ROAD | tags, MOTORCYCLE)) == motorcycle


@pytest.mark.parametrize(
    ("tags", "car", "motorcycle"),
    [
        ({"barrier": "bollard"}, Access.CLOSED, Access.CLOSED),
        ({"barrier": "bollard", "motorcycle": "yes"}, Access.CLOSED, Access.OPEN),
        ({"barrier": "bus_trap"}, Access.CLOSED, Access.OPEN),
        ({"barrier": "bollard", "bollard": "rising"}, Access.OPEN, Access.OPEN),
        ({"barrier": "bollard", "motor_vehicle": "private"}, Access.ENDS_ONLY, Access.ENDS_ONLY),
        ({"barrier": "gate"}, Access.OPEN, Access.OPEN),
        ({"barrier": "gate", "access": "private"}, Access.ENDS_ONLY, Access.ENDS_ONLY),
        ({"barrier": "gate", "access": "no"}, Access.CLOSED, Access.CLOSED),
        ({"barrier": "gate", "access": "no", "motorcar": "yes"}, Access.OPEN, Access.CLOSED),
        ({"barrier": "gate", "locked": "yes"}, Access.CLOSED, Access.CLOSED),
        ({"barrier": "lift_gate"}, Access.OPEN, Access.OPEN),
        ({"barrier": "block"}, Access.CLOSED, Access.CLOSED),
        ({"barrier": "cycle_barrier"}, Access.CLOSED, Access.CLOSED),
        ({"barrier": "cattle_grid"}, Access.OPEN, Access.OPEN),
        ({"barrier": "a_thing_nobody_documented"}, Access.CLOSED, Access.CLOSED),
        ({"ford": "yes"}, Access.OPEN, Access.OPEN),
        ({"ford": "stepping_stones"}, Access.CLOSED, Access.CLOSED),
    ],
)
def test_barriers_and_fords(tags: dict[str, str], car: Access, motorcycle: Access) -> None:
    for_car, for_motorcycle = node_use(tags, CAR), node_use(tags, MOTORCYCLE)

    assert for_car is not None
    assert for_motorcycle is not None
    assert (for_car.access, for_motorcycle.access) == (car, motorcycle)


def test_a_plain_node_is_no_obstacle() -> None:
    assert node_use({"highway": "traffic_signals"}, CAR) is None


@pytest.mark.parametrize(
    ("tags", "taken"),
    [
        ({}, True),
        ({"foot": "yes"}, False),
        ({"foot": "yes", "motor_vehicle": "yes"}, True),
        ({"motorcar": "no"}, False),
        ({"access": "no"}, False),
    ],
)
def test_ferries_take_cars_where_nothing_speaks_against_it(tags: dict[str, str], taken: bool) -> None:
    found = way_use({"route": "ferry"} | tags, CAR)

    assert isinstance(found, WayUse) == taken


def test_nobody_is_snapped_to_a_ferry_a_motorway_or_a_tunnel() -> None:
    for tags in ({"route": "ferry"}, {"highway": "motorway"}, {"highway": "primary", "tunnel": "yes"}):
        found = way_use(tags, CAR)

        assert isinstance(found, WayUse)
        assert not found.snappable


@pytest.mark.parametrize(
    ("tags", "car", "motorcycle"),
    [
        ({"maxweight": "1.5"}, "vehicle_limits", "open"),
        ({"maxweight": "0.3 t"}, "vehicle_limits", "vehicle_limits"),
        ({"maxweight": "3.5"}, "open", "open"),
        ({"maxwidth": "1.5 m"}, "vehicle_limits", "open"),
        ({"maxwidth:physical": "0.8"}, "vehicle_limits", "vehicle_limits"),
        ({"maxheight": "1.9"}, "vehicle_limits", "open"),
        ({"maxheight": "default"}, "open", "open"),
    ],
)
def test_a_bridge_carries_what_is_not_too_heavy_or_large(tags: dict[str, str], car: str, motorcycle: str) -> None:
    for profile, verdict in ((CAR, car), (MOTORCYCLE, motorcycle), (FOOT, "open")):
        found = way_use(ROAD | tags, profile)

        assert (found if isinstance(found, str) else "open") == verdict


def test_a_gap_between_bollards_stops_what_is_wider() -> None:
    gap = {"barrier": "bollard", "motor_vehicle": "yes", "maxwidth": "1.2"}

    access = [use.access for profile in (CAR, MOTORCYCLE) if (use := node_use(gap, profile))]

    assert access == [Access.CLOSED, Access.OPEN]


@pytest.mark.parametrize(
    ("text", "kg"),
    [("3.5", 3500), ("3,5 t", 3500), ("10000 kg", 10_000), ("7 st", 6350), ("none", None), ("0", None), ("", None)],
)
def test_weights_are_read(text: str, kg: int | None) -> None:
    assert weight_kg(text) == kg


@pytest.mark.parametrize(
    ("text", "cm"),
    [("2.1", 210), ("2.1 m", 210), ("210cm", 210), ("6'7\"", 201), ("7'", 213), ("6 ft", 183), ("below_default", None)],
)
def test_widths_and_heights_are_read(text: str, cm: int | None) -> None:
    assert length_cm(text) == cm


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "footway"}, 5),
        ({"highway": "steps"}, 3),
        ({"highway": "path", "sac_scale": "mountain_hiking"}, 2),
        ({"highway": "path", "sac_scale": "alpine_hiking"}, "impassable"),
        ({"highway": "track", "surface": "sand"}, 3),
        ({"highway": "residential", "maxspeed": "3"}, 5),
        ({"highway": "motorway"}, "not_a_road"),
        ({"highway": "trunk"}, "no_permission"),
        ({"highway": "trunk_link", "access": "yes"}, "no_permission"),
        ({"highway": "trunk", "foot": "yes"}, 5),
        ({"highway": "trunk", "sidewalk": "right"}, 5),
        ({"highway": "trunk", "sidewalk:left": "yes", "motorroad": "yes"}, 5),
        ({"highway": "trunk", "sidewalk": "separate"}, "no_permission"),
        ({"highway": "trunk", "sidewalk": "both", "foot": "no"}, "no_access"),
        ({"highway": "cycleway", "foot": "designated"}, 5),
        ({"highway": "residential", "foot": "no"}, "no_access"),
        ({"highway": "service", "motor_vehicle": "no"}, 5),
        ({"highway": "track", "smoothness": "impassable"}, 5),
    ],
)
def test_what_is_walked_and_how_fast(tags: dict[str, str], kmh: int | str) -> None:
    found = way_use(tags, FOOT)

    assert (found if isinstance(found, str) else found.forward_kmh) == kmh


def test_oneways_bind_walkers_only_where_they_name_them() -> None:
    for tags in ({"oneway": "yes"}, {"junction": "roundabout"}, {"oneway:foot": "yes"}):
        found = way_use(ROAD | tags, FOOT)

        assert isinstance(found, WayUse)
        assert (found.backward_kmh > 0) == ("oneway:foot" not in tags)


@pytest.mark.parametrize(
    ("tags", "access", "seconds"),
    [
        ({"barrier": "bollard"}, Access.OPEN, 0),
        ({"barrier": "stile"}, Access.OPEN, 10),
        ({"barrier": "gate", "locked": "yes"}, Access.CLOSED, 0),
        ({"barrier": "fence"}, Access.CLOSED, 0),
        ({"barrier": "fence", "foot": "yes"}, Access.OPEN, 5),
    ],
)
def test_what_stops_a_walker(tags: dict[str, str], access: Access, seconds: int) -> None:
    found = node_use(tags, FOOT)

    assert found is not None
    assert (found.access, found.delay_s) == (access, seconds)


def test_walkers_are_taken_by_ferries_of_bicycles() -> None:
    ferry = {"route": "ferry", "bicycle": "yes"}

    assert way_use(ferry, CAR) == "no_access"
    assert isinstance(way_use(ferry, FOOT), WayUse)


@pytest.mark.parametrize("profile", [CAR, MOTORCYCLE, FOOT])
def test_every_figure_has_a_source(profile: Profile) -> None:
    tables = [value for field in fields(Profile) if isinstance(value := getattr(profile, field.name), Mapping)]
    rows = [row for table in [*tables, *profile.seasons.values()] for row in table.values() if isinstance(row, Row)]

    assert len(rows) > 30
    assert all(row.source for row in rows)


def test_unknown_profile_is_named_beside_the_known_ones() -> None:
    with pytest.raises(GeodataError, match=r"No vehicle profile 'boat'\. Known are: car, foot, motorcycle"):
        profile_named("boat")
