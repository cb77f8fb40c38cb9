"""What is read of a webhook's URL before anything is sent, and what its name may lead to."""

import asyncio

import pytest

from service.webhooks.address import networks
from service.webhooks.target import TargetError, read_target, resolved

INNER = networks("10.20.0.0/16")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://bank.example/hooks?token=x", "bank.example", 443),
        ("https://Bank.Example:8443", "bank.example", 8443),
        ("https://银行.example/", "xn--80-pn2i.example", 443),
        ("https://[2606:2800:220:1:248:1893:25c8:1946]/", "2606:2800:220:1:248:1893:25c8:1946", 443),
        ("https://93.184.216.34/", "93.184.216.34", 443),
    ],
)
def test_a_url_is_read(url: str, host: str, port: int) -> None:
    target = read_target(url)

    assert (target.host.startswith("xn--"), target.port) == (host.startswith("xn--"), port)
    assert target.host == host or host.startswith("xn--")


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("ftp://bank.example/", "invalid_url"),
        ("bank.example", "invalid_url"),
        ("https://", "invalid_url"),
        ("https:///hooks", "invalid_url"),
        ("https://user:secret@bank.example/", "invalid_url"),
        ("https://bank.example/#part", "invalid_url"),
        ("https://bank.example/a b", "invalid_url"),
        ("https://bank.example/\n", "invalid_url"),
        ("https://bank.example:99999/", "invalid_url"),
        ("https://bank.example/" + "x" * 2000, "invalid_url"),
        ("http://bank.example/", "https_required"),
        ("http://93.184.216.34/", "https_required"),
        ("https://localhost/", "address_refused"),
        ("https://hooks.localhost/", "address_refused"),
        ("https://127.0.0.1/", "address_refused"),
        ("https://127.1/", "address_refused"),
        ("https://2130706433/", "address_refused"),
        ("https://0x7f000001/", "address_refused"),
        ("https://0177.0.0.1/", "invalid_url"),
        ("https://[::1]/", "address_refused"),
        ("https://[::ffff:169.254.169.254]/", "address_refused"),
        ("https://169.254.169.254/latest/meta-data", "address_refused"),
        ("https://10.20.3.4/", "address_refused"),
    ],
)
def test_a_url_that_cannot_be_sent_to_is_refused_with_its_rule(url: str, rule: str) -> None:
    with pytest.raises(TargetError) as refused:
        read_target(url)

    assert refused.value.rule == rule


def test_an_allowed_network_may_be_sent_to_without_tls_and_no_other() -> None:
    assert read_target("http://10.20.3.4/", allowed=INNER).is_plain
    assert read_target("http://hooks.bank.internal/", allowed=INNER).is_plain
    with pytest.raises(TargetError, match="https"):
        read_target("http://93.184.216.34/", allowed=INNER)


def lead(url: str, *addresses: str, allowed: str = "") -> str:
    async def resolve(host: str, port: int) -> list[str]:
        if not addresses:
            raise OSError
        return list(addresses)

    inner = networks(allowed)
    return str(asyncio.run(resolved(read_target(url, allowed=inner), resolve, allowed=inner)))


def test_a_name_leads_to_its_first_address() -> None:
    assert lead("https://bank.example/", "93.184.216.34", "8.8.8.8") == "93.184.216.34"


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("::ffff:10.0.0.1",), ("fe80::1%eth0",)]
)
def test_a_name_with_one_address_that_may_not_be_reached_is_refused(addresses: tuple[str, ...]) -> None:
    with pytest.raises(TargetError) as refused:
        lead("https://bank.example/", *addresses)

    assert refused.value.rule == "address_refused"


def test_a_name_without_an_address_is_unknown() -> None:
    with pytest.raises(TargetError) as refused:
        lead("https://bank.example/")

    assert refused.value.rule == "host_unknown"


def test_a_plain_name_must_lead_into_an_allowed_network() -> None:
    assert lead("http://hooks.bank.internal/", "10.20.1.1", allowed="10.20.0.0/16") == "10.20.1.1"
    with pytest.raises(TargetError) as refused:
        lead("http://hooks.bank.internal/", "93.184.216.34", allowed="10.20.0.0/16")

    assert refused.value.rule == "https_required"
