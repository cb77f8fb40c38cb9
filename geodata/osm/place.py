"""Fetching a named place through osmnx (Nominatim, Overpass) into an extract file like any other."""

import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import osmium
import osmnx as ox
import requests
import shapely
from osmium.osm.mutable import Node, Relation, Way

from geodata.errors import ExtractError, PlaceNotFoundError

#: What an area needs: roads with their barriers (they are nodes of the ways), ferries and turn restrictions for the
#: network; addresses and places for the gazetteer; the rest for the base map.
TAGS: Final[dict[str, bool | str | list[str]]] = {
    "highway": True,
    "route": "ferry",
    "restriction": True,
    "addr:housenumber": True,
    "addr:street": True,
    "addr:place": True,
    "place": True,
    "building": True,
    "landuse": True,
    "natural": True,
    "waterway": True,
}
_NOMINATIM: Final = "Nominatim"
_OVERPASS: Final = "Overpass"
_KINDS: Final = ("node", "way", "relation")
#: Answers with which a server asks to wait; osmnx waits 55 s after each. How often that is borne.
_BUSY: Final = frozenset({429, 504})
_PATIENCE: Final = 3


def fetch_place(
    query: str,
    *,
    into: Path,
    overpass_url: str | None,
    nominatim_url: str | None,
    on_progress: Callable[[str, float], None],
) -> Path:
    """Fetch a named place and write it as an extract.

    Parameters
    ----------
    query : e.g. "Vaduz, Liechtenstein". OpenStreetMap must know its boundary.
    into : the file to write, e.g. `vaduz.osm.pbf`; the ending says the format. It appears only when complete.
    overpass_url, nominatim_url : other servers than osmnx's own. Overpass of one's own is not asked for its free slots.
    on_progress : is told the step and its share of the whole, 0 to 1.

    Returns
    -------
    `into`.

    Raises
    ------
    PlaceNotFoundError
        When OpenStreetMap does not know the place, or knows no boundary of it.
    ExtractError
        When a server cannot be reached or its answer cannot be used.
    """
    answers = _Answers()
    with _osmnx_settings(answers, overpass_url, nominatim_url):
        on_progress("finding the place", 0.0)
        boundary = _boundary(query)
        on_progress("fetching from OpenStreetMap", 0.1)
        _download(boundary)
    on_progress("writing the extract", 0.8)
    if not answers.elements["way"]:
        msg = f"Overpass at {overpass_url or ox.settings.overpass_url} has no roads for {query!r}. Try a larger place."
        raise ExtractError(msg)
    _write(answers.elements, into)
    on_progress("writing the extract", 1.0)
    return into


class _Answers:
    """Keeps what Overpass answers, as it came and with every tag, and refuses answers that are not whole."""

    def __init__(self) -> None:
        self.elements: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in _KINDS}
        self._refusals = 0

    def take(self, response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
        """Take one answer; requests calls this before osmnx sees it."""
        if response.status_code in _BUSY and self._refusals < _PATIENCE:
            self._refusals += 1
            return  # osmnx waits and asks again
        response.raise_for_status()
        if response.url.split("?")[0].endswith("/status"):
            return
        answer = response.json()
        # Nominatim is asked by GET and answers a list, Overpass by POST and answers an object.
        if not isinstance(answer, list if response.request.method == "GET" else dict):
            msg = "It answered something else than was asked for."
            raise requests.RequestException(msg)
        if isinstance(answer, dict):
            if "remark" in answer:
                msg = f"Overpass stopped early: {answer['remark']}"
                raise requests.RequestException(msg)
            for element in answer.get("elements", ()):
                self.elements.get(element["type"], {})[element["id"]] = element


@contextmanager
def _osmnx_settings(answers: _Answers, overpass_url: str | None, nominatim_url: str | None) -> Iterator[None]:
    """Set osmnx's module-wide settings for one fetch, and put back what was there.

    In `cache_only_mode` osmnx asks the servers and makes nothing of the answers, which `answers` takes. osmnx also
    replaces socket.getaddrinfo when it pins a host; that is put back as well.
    """
    changes: dict[str, Any] = {
        "use_cache": False,
        "cache_only_mode": True,
        "doh_url_template": None,
        "log_console": False,
        "log_file": False,
        "requests_kwargs": {**ox.settings.requests_kwargs, "hooks": {"response": answers.take}},
    }
    if overpass_url is not None:
        changes |= {"overpass_url": overpass_url, "overpass_rate_limit": False}
    if nominatim_url is not None:
        changes["nominatim_url"] = nominatim_url
    before = {name: getattr(ox.settings, name) for name in changes}
    getaddrinfo = socket.getaddrinfo
    try:
        for name, value in changes.items():
            setattr(ox.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(ox.settings, name, value)
        socket.getaddrinfo = getaddrinfo


def _boundary(query: str) -> Any:
    try:
        return ox.geocode_to_gdf(query).geometry.iloc[0]
    except requests.RequestException as exc:
        raise _no_answer(_NOMINATIM, ox.settings.nominatim_url, exc) from exc
    except TypeError as exc:
        msg = f"OpenStreetMap knows {query!r} as a point without a boundary. Name the town or district around it."
        raise PlaceNotFoundError(msg) from exc
    except ValueError as exc:
        msg = f"OpenStreetMap does not know {query!r}. Try it as on openstreetmap.org, with region and country."
        raise PlaceNotFoundError(msg) from exc


def _download(boundary: Any) -> None:
    try:
        ox.features_from_polygon(shapely.make_valid(boundary), TAGS)
    except InterruptedError:
        return  # how osmnx ends in cache_only_mode, when every answer is there
    except requests.RequestException as exc:
        raise _no_answer(_OVERPASS, ox.settings.overpass_url, exc) from exc
    except (TypeError, ValueError) as exc:
        msg = "The boundary that Nominatim gave cannot be used for Overpass. Name a town or a district."
        raise ExtractError(msg) from exc


def _no_answer(server: str, url: str, exc: requests.RequestException) -> ExtractError:
    return ExtractError(
        f"{server} at {url} gave no usable answer ({type(exc).__name__}). "
        "Check the network and the address and try again later, or build from a file with --pbf."
    )


def _write(elements: dict[str, dict[int, dict[str, Any]]], into: Path) -> None:
    """Write nodes, ways and relations, each by id, as extracts are sorted."""
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{into.name}-", dir=into.parent) as scratch:
        fresh = Path(scratch) / into.name
        try:
            with osmium.SimpleWriter(str(fresh)) as writer:
                for _, node in sorted(elements["node"].items()):
                    writer.add_node(Node(id=node["id"], location=(node["lon"], node["lat"]), tags=_tags(node)))
                for _, way in sorted(elements["way"].items()):
                    writer.add_way(Way(id=way["id"], nodes=way["nodes"], tags=_tags(way)))
                for _, relation in sorted(elements["relation"].items()):
                    writer.add_relation(Relation(id=relation["id"], members=_members(relation), tags=_tags(relation)))
        except (KeyError, RuntimeError) as exc:
            msg = f"Overpass's answer cannot be written to {into.name} ({exc}). The name must end in .osm.pbf or .osm."
            raise ExtractError(msg) from exc
        fresh.replace(into)


def _tags(element: dict[str, Any]) -> dict[str, str]:
    tags: dict[str, str] = element.get("tags", {})
    return tags


def _members(relation: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(member["type"][0], member["ref"], member["role"]) for member in relation.get("members", ())]
