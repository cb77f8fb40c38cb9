"""Which geocoding providers may be asked with which settings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from geodata.geocoding.providers.premises import is_on_premises, is_public_nominatim

#: What each provider cannot do without.
_NEEDS: Final = {
    "nominatim": "nominatim_url",
    "photon": "photon_url",
    "pelias": "pelias_url",
    "baidu": "baidu_key",
    "amap": "amap_key",
    "tianditu": "tianditu_key",
}


def provider_problems(named: Sequence[str], allowed: Sequence[str], values: Mapping[str, object]) -> Iterator[str]:
    """Yield what forbids to ask the named providers; no key is repeated.

    Parameters
    ----------
    allowed : those that may be sent addresses although they are outside of the own network.
    values : the settings by their names.
    """
    for name in (*named, *allowed):
        if name not in _NEEDS:
            yield f"geocode_providers and geocode_allowed know {', '.join(_NEEDS)}; got {name!r}."
            return
    for name in named:
        need = _NEEDS[name]
        given = values[need]
        if given is None:
            yield f"geocode_providers names {name}: set {need} too."
        elif need.endswith("_url"):
            yield from _url_problems(name, need, str(given), allowed)
        elif name not in allowed:
            yield _not_allowed(name)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas, each once."""
    return tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))


def _url_problems(name: str, need: str, url: str, allowed: Sequence[str]) -> Iterator[str]:
    if not url.startswith(("http://", "https://")):
        yield f"{need} must begin with http:// or https://."
    elif is_public_nominatim(url):
        yield "nominatim_url must be a server of your own: customers' addresses must not go to the public one."
    elif is_on_premises(url):
        return
    elif name not in allowed:
        yield _not_allowed(name)
    elif not url.startswith("https://"):
        yield f"{need} must begin with https://, because addresses leave your network."


def _not_allowed(name: str) -> str:
    return f"{name} is outside of your network: it gets addresses only when geocode_allowed names it too."
