"""The geocoding providers that the settings name, put behind the geocoder of every area."""

from collections.abc import Callable
from typing import Final

from geodata.area.area import Assist
from geodata.area.meta import AreaMeta
from geodata.geocoding.port import Geocoder
from geodata.geocoding.providers.amap import Amap
from geodata.geocoding.providers.assisted import AnswerCache, AssistedGeocoder
from geodata.geocoding.providers.baidu import Baidu
from geodata.geocoding.providers.careful import Audit, CarefulProvider, Meter
from geodata.geocoding.providers.nominatim import Nominatim
from geodata.geocoding.providers.pelias import Pelias
from geodata.geocoding.providers.photon import Photon
from geodata.geocoding.providers.port import Provider
from geodata.geocoding.providers.tianditu import Tianditu
from service.settings import Settings

_MAKERS: Final[dict[str, Callable[[Settings], Provider]]] = {
    "nominatim": lambda s: Nominatim(s.nominatim_url or "", timeout_s=s.provider_timeout_s),
    "photon": lambda s: Photon(s.photon_url or "", timeout_s=s.provider_timeout_s),
    "pelias": lambda s: Pelias(s.pelias_url or "", key=s.pelias_key, timeout_s=s.provider_timeout_s),
    "baidu": lambda s: Baidu(s.baidu_key or "", timeout_s=s.provider_timeout_s),
    "amap": lambda s: Amap(s.amap_key or "", timeout_s=s.provider_timeout_s),
    "tianditu": lambda s: Tianditu(s.tianditu_key or "", timeout_s=s.provider_timeout_s),
}


def assistance(
    settings: Settings,
    *,
    meter: Meter,
    audit: Audit,
    cache_of: Callable[[AreaMeta], AnswerCache],
    patience_s: float | None,
) -> Assist | None:
    """Return what puts the providers of the settings behind a geocoder; None when there are none, as by default.

    Parameters
    ----------
    cache_of : what remembers the answers about an area.
    patience_s : how long each provider is asked for one call; None for as long as it takes.
    """
    providers = [
        CarefulProvider(_MAKERS[name](settings), meter=meter, audit=audit, per_day=settings.provider_budget)
        for name in settings.providers
    ]
    if not providers:
        return None

    def assist(geocoder: Geocoder, meta: AreaMeta) -> Geocoder:
        return AssistedGeocoder(geocoder, providers, cache=cache_of(meta), area=meta.bbox, patience_s=patience_s)

    return assist
