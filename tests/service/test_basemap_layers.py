"""The style of the base map and the layers of the tiles name the same things."""

import re
from pathlib import Path

import service.web
from geodata.tiles.schema import LAYERS

_STYLE = (Path(service.web.__file__).parent / "static" / "basemap.js").read_text(encoding="utf-8")


def test_the_style_draws_every_layer_of_the_tiles() -> None:
    undrawn = [name for name in LAYERS if f'"{name}"' not in _STYLE]

    assert undrawn == []


def test_the_style_reads_only_attributes_that_the_tiles_have() -> None:
    known = {column for layer in LAYERS.values() for column in layer.columns}

    read = set(re.findall(r'\["(?:get|has)", "(\w+)"\]', _STYLE))

    assert read <= known
    assert "kind" in read


def test_the_style_names_no_other_host_and_no_glyphs() -> None:
    assert not re.findall(r"https?://", _STYLE)
    assert not re.findall(r"^\s*(glyphs|sprite):", _STYLE, re.MULTILINE)
