"""Which addresses a webhook may be sent to: public ones, and those of networks that the operator allows.

A webhook's URL is a tenant's word, and the service stands inside the bank's network: without this check anybody
who may set one could reach what only the service can (server-side request forgery, OWASP API7:2023).
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

#: The clouds' metadata services: credentials for whoever asks. No setting opens them.
METADATA: Final[frozenset[IpAddress]] = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Google, Azure, OpenStack and others
        "169.254.170.2",  # AWS ECS
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure's host, a public address
        "192.0.0.192",  # Oracle Cloud
    )
)
#: IPv6 addresses that are handed out for the Internet (RFC 4291, 2.4, and IANA's registry).
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
#: They carry an IPv4 address in their last 32 bits: mapped (RFC 4291), compatible (the same), NAT64 (RFC 6052).
_LAST_BITS: Final = (IPv6Network("::ffff:0:0/96"), IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))


def networks(text: str) -> tuple[IpNetwork, ...]:
    """Return the networks of a list with commas, such as `10.20.0.0/16, fd12:3456::/32`.

    Raises
    ------
    ValueError
        When one of them is none; host bits must be zero.

    Examples
    --------
    >>> networks("10.20.0.0/16, 192.168.7.9")
    (IPv4Network('10.20.0.0/16'), IPv4Network('192.168.7.9/32'))
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def carried_by(address: IpAddress) -> IpAddress:
    """Return the IPv4 address that an IPv6 address leads to, or the address itself.

    Examples
    --------
    >>> carried_by(ip_address("::ffff:10.0.0.1")), carried_by(ip_address("2001:db8::1"))
    (IPv4Address('10.0.0.1'), IPv6Address('2001:db8::1'))
    """
    if isinstance(address, IPv4Address):
        return address
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in _LAST_BITS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_inside(address: IpAddress, allowed: Iterable[IpNetwork]) -> bool:
    """Whether an address lies in one of the networks, or leads into one."""
    carried = carried_by(address)
    return carried not in METADATA and any(carried in network for network in allowed)


def may_be_reached(address: IpAddress, allowed: Sequence[IpNetwork] = ()) -> bool:
    """Whether webhooks may be sent to an address: it is public, or in an allowed network; metadata services never.

    Examples
    --------
    >>> may_be_reached(ip_address("93.184.216.34")), may_be_reached(ip_address("::ffff:127.0.0.1"))
    (True, False)
    >>> may_be_reached(ip_address("10.20.3.4"), networks("10.20.0.0/16"))
    True
    """
    return carried_by(address) not in METADATA and (is_inside(address, allowed) or _is_public(address))


def _is_public(address: IpAddress) -> bool:
    carried = carried_by(address)
    if isinstance(carried, IPv6Address) and carried not in _GLOBAL_UNICAST:
        return False
    # Python calls some multicast addresses global, and 240.0.0.0/4 only reserved.
    return carried.is_global and not (carried.is_multicast or carried.is_reserved or carried.is_unspecified)
