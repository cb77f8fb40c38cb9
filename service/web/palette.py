"""Colours of routes: distinct from each other, from the base map, and for colour-blind eyes too.

Found by maximising the least OKLab distance between any two colours, over normal, protan, deutan and tritan
vision (Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113), near ten pleasant starting hues.
tests/service/web/test_palette.py measures what came out. Ten is about what such a palette can bear: the second
ten collectors get the same colours with a light core along the line and a ring in place of the disc.
"""

from typing import Final

from service.schemas.map_view import RouteStyle

#: On a light map, under white figures.
LIGHT: Final = (
    "#2358ca", "#b06a00", "#236a58", "#ca358d", "#3e00b0", "#b03523", "#4f7bc1", "#350946", "#6a1a00", "#7b237b",
)  # fmt: skip
#: On a dark map, under black figures.
DARK: Final = (
    "#6aa7ff", "#f6a700", "#7bed8d", "#ed728d", "#7b7bff", "#ff5800", "#b9d3ff", "#ca84ca", "#dcb0b9", "#f6f635",
)  # fmt: skip


def route_style(index: int) -> RouteStyle:
    """Return the style of the plan's collector of that index; it repeats after twenty."""
    colour = index % len(LIGHT)
    return RouteStyle(light=LIGHT[colour], dark=DARK[colour], striped=index // len(LIGHT) % 2 == 1)
