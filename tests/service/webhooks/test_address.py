"""To which addresses a webhook is sent, and to which it is not."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.webhooks.address import METADATA, IpAddress, carried_by, may_be_reached, networks

#: IANA's special-purpose registries (RFC 6890 and its updates), multicast, reserved, shared.
NOT_PUBLIC = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
NOT_PUBLIC_V6 = [
    IPv6Network(text)
    for text in ("::1/128", "::/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "2001:db8::/32")
]
private_v4 = st.one_of(*(st.ip_addresses(network=network) for network in NOT_PUBLIC))
private_v6 = st.one_of(*(st.ip_addresses(network=network) for network in NOT_PUBLIC_V6))


def carriers(inner: IPv4Address) -> list[IPv6Address]:
    """Return the IPv6 addresses that lead to an IPv4 address: mapped, compatible, NAT64, 6to4."""
    low = int(inner)
    return [
        IPv6Address((0xFFFF << 32) | low),
        IPv6Address(low),
        IPv6Address((0x0064FF9B << 96) | low),
        IPv6Address((0x2002 << 112) | (low << 80) | 1),
    ]


@given(private_v4)
def test_no_private_address_is_reached_in_any_dress(address: IPv4Address) -> None:
    assert not may_be_reached(address)
    assert not any(may_be_reached(dressed) for dressed in carriers(address))


@given(private_v6)
def test_no_private_address_of_ipv6_is_reached(address: IPv6Address) -> None:
    assert not may_be_reached(address)


@given(st.ip_addresses(v=4))
def test_what_an_address_leads_to_decides(address: IPv4Address) -> None:
    dressed = carriers(address)

    assert {carried_by(one) for one in dressed} == {address}
    assert {may_be_reached(one) for one in dressed} == {may_be_reached(address)}


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"])
def test_public_addresses_are_reached(text: str) -> None:
    assert may_be_reached(ip_address(text))


@given(st.sampled_from(sorted(METADATA, key=str)))
def test_no_setting_opens_the_metadata_of_a_cloud(address: IpAddress) -> None:
    everything = networks("0.0.0.0/0, ::/0")

    assert not may_be_reached(address, everything)
    if isinstance(address, IPv4Address):
        assert not any(may_be_reached(dressed, everything) for dressed in carriers(address))


@given(st.ip_addresses(network="10.0.0.0/8"), st.integers(8, 32))
def test_an_allowed_network_opens_itself_and_nothing_beside_it(address: IPv4Address, prefix: int) -> None:
    network = IPv4Network((address, prefix), strict=False)

    assert may_be_reached(address, [network])
    assert may_be_reached(carriers(address)[0], [network])
    for beside in (int(network.network_address) - 1, int(network.broadcast_address) + 1):
        assert not may_be_reached(IPv4Address(beside), [network]) or IPv4Address(beside).is_global


@pytest.mark.parametrize("text", ["10.0.0.1/8", "bank", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        networks(text)
