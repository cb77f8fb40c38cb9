"""Errors of geodata.

GeodataError
├── InvalidCoordinateError   a longitude or latitude that cannot be one
├── ExtractError             an OpenStreetMap extract that cannot be read, is cut off or is empty
├── NameSourceError          a list of names (divisions, GeoNames, own places) that cannot be used
├── PlaceNotFoundError       a named place that OpenStreetMap does not know
├── NoRouteError             a path was asked between two points that no road joins
├── RoadServerError          a routing server (OSRM, Valhalla) that is away, refuses or answers something else
├── ProviderError            a geocoding provider that gives no answer
│   ├── ProviderAwayError    it is away, fails or answers something else: later it may be there again
│   ├── ProviderBusyError    it asks to wait
│   ├── BatchSpoiltError     it makes nothing of several addresses together: they are asked one by one
│   ├── ProviderRefusedError it refuses the key or the request, or must not be asked
│   └── BudgetSpentError     it was asked as often as it may be in a day
└── AreaError                a prepared area that cannot be used
    ├── AreaNotFoundError    no area of that name
    ├── AreaFormatError      an area that is damaged, or of another version
    └── SharedAreasError     where areas are shared is away, refuses, or holds something else
"""


class GeodataError(Exception):
    """Base of every error that geodata raises on purpose."""


class InvalidCoordinateError(GeodataError):
    """A longitude or latitude that cannot be one."""


class ExtractError(GeodataError):
    """An OpenStreetMap extract that cannot be read, is cut off or is empty."""


class NameSourceError(GeodataError):
    """A list of names that cannot be used: its text says which row, column and rule."""


class PlaceNotFoundError(GeodataError):
    """A named place that OpenStreetMap does not know."""


class NoRouteError(GeodataError):
    """A path was asked between two points that no road joins."""


class RoadServerError(GeodataError):
    """A routing server that is away, refuses, or answers something else. Its text holds no coordinates."""


class ProviderError(GeodataError):
    """A geocoding provider that gives no answer. Its text holds neither an address nor a key."""


class ProviderAwayError(ProviderError):
    """A provider that is away, fails, or answers something else than it documents."""


class ProviderBusyError(ProviderError):
    """A provider that asks to wait; `retry_after_s` is None when it does not say how long."""

    def __init__(self, message: str, *, retry_after_s: float | None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ProviderRefusedError(ProviderError):
    """A provider that refuses the key or the request, or that must not be asked."""


class BatchSpoiltError(ProviderError):
    """A provider that makes nothing of several addresses together: they are asked one by one."""


class BudgetSpentError(ProviderError):
    """A provider that was asked as often as it may be in a day."""


class AreaError(GeodataError):
    """A prepared area that cannot be used."""


class AreaNotFoundError(AreaError):
    """No prepared area has that name."""


class AreaFormatError(AreaError):
    """A prepared area that is damaged, or that another version wrote."""


class SharedAreasError(AreaError):
    """Where areas are shared is away, refuses, or holds something else than was published."""
