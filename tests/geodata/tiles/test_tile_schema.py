"""What the base map draws for which tags."""

import pytest

from geodata.tiles.schema import LAYERS, drawn_areas, drawn_nodes, drawn_ways


@pytest.mark.parametrize(
    ("tags", "layer", "kind"),
    [
        ({"highway": "motorway_link"}, "roads_major", "motorway"),
        ({"highway": "residential"}, "roads", "residential"),
        ({"highway": "track"}, "roads_minor", "track"),
        ({"route": "ferry"}, "roads_major", "ferry"),
        ({"railway": "narrow_gauge"}, "rail", "rail"),
        ({"aerialway": "chair_lift"}, "rail", "aerialway"),
        ({"waterway": "river"}, "rivers", "river"),
        ({"waterway": "ditch"}, "streams", "ditch"),
    ],
)
def test_a_way_is_drawn_in_the_layer_of_its_kind(tags: dict[str, str], layer: str, kind: str) -> None:
    (drawn,) = drawn_ways(tags)

    assert (drawn.layer, drawn.attributes["kind"]) == (layer, kind)
    assert set(drawn.attributes) <= set(LAYERS[layer].columns)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "construction"},
        {"highway": "pedestrian", "area": "yes"},
        {"power": "line"},
        {"highway": "_link"},
    ],
)
def test_a_way_of_no_drawn_kind_is_not_drawn(tags: dict[str, str]) -> None:
    assert list(drawn_ways(tags)) == []


@pytest.mark.parametrize(
    ("tags", "oneway"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "-1"}, -1),
        ({"junction": "roundabout"}, 1),
        ({"junction": "roundabout", "oneway": "no"}, 0),
    ],
)
def test_oneway_is_a_direction_along_the_drawing(tags: dict[str, str], oneway: int) -> None:
    (drawn,) = drawn_ways({"highway": "residential", **tags})

    assert drawn.attributes["oneway"] == oneway


@pytest.mark.parametrize(
    ("tags", "surface"),
    [
        ({}, None),
        ({"surface": "asphalt"}, "paved"),
        ({"surface": "gravel"}, "unpaved"),
        ({"tracktype": "grade1"}, "paved"),
        ({"tracktype": "grade4"}, "unpaved"),
        ({"surface": "gravel", "tracktype": "grade1"}, "unpaved"),
    ],
)
def test_surface_comes_from_the_surface_or_else_the_grade(tags: dict[str, str], surface: str | None) -> None:
    (drawn,) = drawn_ways({"highway": "track", **tags})

    assert drawn.attributes["surface"] == surface


def test_a_layer_tag_that_is_no_number_is_ground_level() -> None:
    (above,) = drawn_ways({"highway": "primary", "layer": "2", "bridge": "viaduct"})
    (odd,) = drawn_ways({"highway": "primary", "layer": "upper"})

    assert (above.attributes["level"], above.attributes["bridge"]) == (2, True)
    assert (odd.attributes["level"], odd.attributes["bridge"]) == (0, False)


@pytest.mark.parametrize(
    ("tags", "layer", "kind"),
    [
        ({"landuse": "forest"}, "landuse", "wood"),
        ({"landuse": "vineyard"}, "landuse", "orchard"),
        ({"amenity": "grave_yard"}, "landuse", "cemetery"),
        ({"landuse": "reservoir", "natural": "water"}, "water", "lake"),
        ({"waterway": "riverbank"}, "water", "river"),
        ({"highway": "pedestrian", "area": "yes"}, "landuse", "plaza"),
        ({"building": "church", "landuse": "forest"}, "buildings", "church"),
    ],
)
def test_an_area_is_drawn_once_as_what_matters_most(tags: dict[str, str], layer: str, kind: str) -> None:
    (drawn,) = drawn_areas(tags)

    assert (drawn.layer, drawn.attributes["kind"]) == (layer, kind)


def test_a_building_with_an_address_is_drawn_with_its_number() -> None:
    layers = [drawn.layer for drawn in drawn_areas({"building": "yes", "addr:housenumber": "12a"})]

    assert layers == ["buildings", "house_numbers"]


def test_a_peak_has_whole_metres_and_an_odd_elevation_is_left_out() -> None:
    (peak,) = drawn_nodes({"natural": "peak", "name": "Kuhgrat", "ele": "2123.4 m"})
    (odd,) = drawn_nodes({"natural": "peak", "name": "Kuhgrat", "ele": "high"})

    assert (peak.attributes["elevation_m"], odd.attributes["elevation_m"]) == (2123, None)


def test_a_place_without_a_name_is_not_drawn() -> None:
    assert list(drawn_nodes({"place": "village"})) == []
