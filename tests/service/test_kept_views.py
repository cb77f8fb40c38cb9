"""Views of plans are kept as long as there is room, and never of another revision."""

from uuid import uuid4

from service.kept_views import KeptView, KeptViews

PLAN = uuid4()


def view(size: int) -> KeptView:
    return KeptView(body=b"x" * size, tag=str(size))


def test_a_view_is_there_until_its_plan_has_another_revision() -> None:
    views = KeptViews()
    views.put(PLAN, "json", "7", view(1))

    assert views.get(PLAN, "json", "7") == view(1)
    assert views.get(PLAN, "json", "8") is None
    assert views.get(PLAN, "map", "7") is None


def test_what_nobody_asked_for_longest_goes_first() -> None:
    views, other = KeptViews(most_bytes=10), uuid4()
    views.put(PLAN, "json", "1", view(4))
    views.put(other, "json", "1", view(4))
    views.get(PLAN, "json", "1")

    views.put(uuid4(), "json", "1", view(4))

    assert views.get(PLAN, "json", "1") is not None
    assert views.get(other, "json", "1") is None


def test_a_new_revision_takes_the_room_of_the_old_one() -> None:
    views, other = KeptViews(most_bytes=10), uuid4()
    views.put(other, "json", "1", view(4))

    for revision in "1234":
        views.put(PLAN, "json", revision, view(6))

    assert views.get(other, "json", "1") is not None
    assert views.get(PLAN, "json", "4") is not None


def test_what_is_larger_than_all_the_room_is_not_kept() -> None:
    views = KeptViews(most_bytes=10)

    views.put(PLAN, "json", "1", view(11))

    assert views.get(PLAN, "json", "1") is None
