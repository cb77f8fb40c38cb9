"""Which servers are one's own, and which must not be asked."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

#: Its usage policy forbids what a bank would ask: https://operations.osmfoundation.org/policies/nominatim/
PUBLIC_NOMINATIM: Final = frozenset({"nominatim.openstreetmap.org", "nominatim.org", "www.nominatim.org"})
_LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def is_on_premises(url: str) -> bool:
    """Whether a server is on the own machine or network: by its address, or a name that the internet does not have.

    Examples
    --------
    >>> is_on_premises("http://192.168.0.7:8080"), is_on_premises("http://nominatim:8080"), is_on_premises("https://a.org")
    (True, True, False)
    """
    host = (urlsplit(url).hostname or "").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_NAMES)
    return address.is_loopback or (address.is_private and not address.is_unspecified)


def is_public_nominatim(url: str) -> bool:
    """Whether a server is the public Nominatim of the OpenStreetMap Foundation."""
    return (urlsplit(url).hostname or "").lower().rstrip(".") in PUBLIC_NOMINATIM
