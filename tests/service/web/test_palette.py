"""The palette is measured: distances between colours as different eyes see them, and contrast with both maps."""

import itertools
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from service.web.palette import DARK, LIGHT, route_style

Floats = NDArray[np.float64]

#: OKLab of linear sRGB (Ottosson 2020, https://bottosson.github.io/posts/oklab/).
_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
#: Machado, Oliveira and Fernandes 2009, severity 1.
_EYES: Final = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


@pytest.mark.parametrize("eyes", ["normal", "protan", "deutan"])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_two_colours_of_ten_differ_clearly(palette: tuple[str, ...], eyes: str) -> None:
    seen = [_oklab(_EYES[eyes] @ _linear(colour)) for colour in palette]

    least = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))

    assert least > 0.075  # about four just noticeable differences


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_rarest_colour_blindness_still_tells_them_apart(palette: tuple[str, ...]) -> None:
    seen = [_oklab(_EYES["tritan"] @ _linear(colour)) for colour in palette]

    least = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))

    assert least > 0.05


@pytest.mark.parametrize(
    ("palette", "land", "ink"),
    [(LIGHT, "#f6f4ee", "#ffffff"), (DARK, "#1d2126", "#0c0f14")],
)
def test_colours_stand_out_from_the_land_and_carry_figures(palette: tuple[str, ...], land: str, ink: str) -> None:
    on_land = min(_contrast(colour, land) for colour in palette)
    figures = min(_contrast(colour, ink) for colour in palette)

    assert on_land >= 3.0  # WCAG 2.2, 1.4.11: graphical objects
    assert figures >= 4.0


def test_the_second_ten_collectors_are_striped() -> None:
    styles = [route_style(index) for index in range(20)]

    assert [style.striped for style in styles] == [False] * 10 + [True] * 10
    assert len({(style.light, style.striped) for style in styles}) == 20
    assert route_style(20) == styles[0]


def _linear(colour: str) -> Floats:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear: Floats = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear


def _oklab(linear: Floats) -> Floats:
    lab: Floats = _LAB @ np.cbrt(_CONES @ np.clip(linear, 0, 1))
    return lab


def _contrast(colour: str, other: str) -> float:
    dark, light = sorted(float(_linear(one) @ np.array([0.2126, 0.7152, 0.0722])) for one in (colour, other))
    return (light + 0.05) / (dark + 0.05)
