"""Branches over the wire: what the plans of a branch have in common."""

from datetime import date, datetime, time
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.cases.calendar import WorkingCalendar
from service.schemas.base import IsoDate, Schema, StoredId
from service.schemas.place import Place
from service.schemas.window import Window

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarFields(Schema):
    """Which days are worked."""

    weekdays: Annotated[list[Weekday], Field(max_length=7, description="Days of the week that are worked.")] = [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    ]
    holidays: Annotated[list[IsoDate], Field(max_length=1000, description="Days that are not worked.")] = []
    extra_days: Annotated[
        list[IsoDate],
        Field(max_length=1000, description="Days that are worked though they would not be, as China's 调休."),
    ] = []

    @model_validator(mode="after")
    def _says_each_day_once(self) -> Self:
        for index, day in enumerate(self.extra_days):
            if day in set(self.holidays):
                code, rule = "calendar_contradiction", "A day is a holiday or worked, not both."
                raise PydanticCustomError(code, rule, {"field": ["extra_days", index]})
        return self

    def to_domain(self) -> WorkingCalendar:
        """As the calendar that answers questions."""
        return WorkingCalendar(
            weekdays=frozenset(_WEEKDAYS.index(day) for day in self.weekdays),
            holidays=frozenset(self.holidays),
            extra_days=frozenset(self.extra_days),
        )


class BranchShift(Window):
    """When collectors work on some days of the week."""

    weekdays: Annotated[
        list[Weekday] | None, Field(min_length=1, max_length=7, description="Without it, on all days.")
    ] = None

    def is_on(self, day: date) -> bool:
        """Whether it is the shift of that day."""
        return self.weekdays is None or _WEEKDAYS[day.weekday()] in self.weekdays


class Branch(Schema):
    """What the plans of a branch have in common, unless they say something else."""

    name: Annotated[str | None, Field(min_length=1, max_length=200, description="As people call it.")] = None
    area: Annotated[
        str | None, Field(min_length=1, max_length=63, description="The map area's name; the server's default.")
    ] = None
    time_zone: Annotated[
        str | None, Field(min_length=1, max_length=64, description="IANA time zone; the area's, else the server's.")
    ] = None
    policy: Annotated[
        str | None, Field(min_length=1, max_length=32, description="Policy pack; the server's default.")
    ] = None
    calendar: CalendarFields = CalendarFields()
    shifts: Annotated[
        list[BranchShift],
        Field(max_length=20, description="The shift of collectors who have none of their own: the first of the day."),
    ] = []
    start: Annotated[
        Place | None, Field(description="Where the days of collectors begin who have no start of their own.")
    ] = None
    end: Annotated[
        Place | None, Field(description="Where these days end; without it, at the last door. Often the same as start.")
    ] = None

    def shift_on(self, day: date) -> tuple[time, time] | None:
        """Return when the shift of that day begins and ends; None when the branch has none."""
        return next(((shift.start, shift.end) for shift in self.shifts if shift.is_on(day)), None)


class BranchOut(Branch):
    """A branch as it is stored. Its ETag is its version."""

    id: StoredId
    version: int
    created_at: datetime
    changed_at: datetime


class BranchPage(Schema):
    """Some branches, by their ids."""

    branches: list[BranchOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]
