"""Where a visit fits best."""

from tests.routing.engines import plain_python


def test_positions_considered_at_once_give_the_same_place_as_one_by_one() -> None:
    assert plain_python.complaint("tests.routing.engines.hybrid.places_either_way") == ""
