"""Errors of geodata.

GeodataError
├── InvalidCoordinateError   a longitude or latitude that cannot be one
├── ExtractError             an OpenStreetMap extract that cannot be read, is cut off or is empty
├── NameSourceError          a list of names (divisions, GeoNames, own places) that cannot be used
├── PlaceNotFoundError       a named place that OpenStreetMap does not know
├── NoRouteError             a path was asked between two points that no road joins
├── RoadServerError          a routing server (OSRM, Valhalla) that is away, refuses or answers something else
└── AreaError                a prepared area that cannot be used
    ├── AreaNotFoundError    no area of that name
    └── AreaFormatError      an area that is damaged, or of another version
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


class AreaError(GeodataError):
    """A prepared area that cannot be used."""


class AreaNotFoundError(AreaError):
    """No prepared area has that name."""


class AreaFormatError(AreaError):
    """A prepared area that is damaged, or that another version wrote."""
