"""The map page as one file that opens without the service: all it needs is in it, and it asks nobody for anything."""

import posixpath
import re
from base64 import b64encode
from pathlib import Path
from typing import Final

from service.schemas.map_view import MapView
from service.web.catalogue import Catalogue
from service.web.render import render

_STATIC: Final = Path(__file__).parent / "static"
_VENDOR: Final = "vendor/"
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
}
#: No host at all. The import map is the one inline script.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src data:; img-src data: blob:; "
    "connect-src data: blob:; worker-src data: blob:; base-uri 'none'; form-action 'none'"
)
_MODULE: Final = re.compile(r'"(\.{1,2}/[\w./-]+\.m?js)"')
_STATIC_URL: Final = re.compile(r'url\("/static/([\w./-]+)"\)')


def map_file(view: MapView, *, tiles: bytes | None, texts: Catalogue) -> str:
    """Return the page of a plan as HTML that needs no other file.

    Parameters
    ----------
    view : what the page shows.
    tiles : the base map's PMTiles file; without it the routes lie on plain paper.
    texts : the language of the page.
    """
    if view.plan is not None:
        # Nobody is there to be asked.
        gone = {"reach_url": None, "reach_roads": None} | ({"tiles_url": None} if tiles is None else {})
        view = view.model_copy(update={"plan": view.plan.model_copy(update=gone)})
    return render(
        "map_file.html",
        texts=texts,
        others=(),
        page={
            "data": _data_url(view.model_dump_json().encode(), "application/json"),
            "lang": texts.html_lang,
            "texts": dict(texts.texts),
        },
        collector=view.collector,
        plans=None,
        asset=_asset,
        modules=_modules("map.js"),
        tiles=None if tiles is None else _data_url(tiles, "application/vnd.pmtiles"),
        policy=_POLICY,
        licenses=_licenses(),
    )


def _asset(path: str) -> str:
    """Return a file of static/ as an address that holds the file itself."""
    content = (_STATIC / path).read_text(encoding="utf-8")
    if path.endswith(".css"):
        content = _STATIC_URL.sub(lambda found: f'url("{_asset(found[1])}")', content)
    elif not path.startswith(_VENDOR):
        content = _MODULE.sub(lambda found: f'"{_module_name(path, found[1])}"', content)
    return _data_url(content.encode(), _MEDIA_TYPES[Path(path).suffix])


def _modules(entry: str) -> dict[str, str]:
    """Return the import map of all that an entry imports: an address that holds a module has no relative ones."""
    addresses: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        name = _module_name("", path)
        if name in addresses:
            continue
        addresses[name] = _asset(path)
        if not path.startswith(_VENDOR):
            found = _MODULE.findall((_STATIC / path).read_text(encoding="utf-8"))
            waiting += [_resolved(path, relative) for relative in found]
    del addresses[_module_name("", entry)]
    return addresses


def _resolved(importer: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), relative))


def _module_name(importer: str, relative: str) -> str:
    return f"doorstep/{_resolved(importer, relative)}"


def _data_url(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode('ascii')}"


def _licenses() -> str:
    """Return the licenses of the libraries inside: they ask to go with every copy."""
    files = [_STATIC / _VENDOR / f"{name}.LICENSE.txt" for name in ("maplibre-gl", "pmtiles", "fflate")]
    return "\n\n".join(file.read_text(encoding="utf-8") for file in files)
