"""What limits count by: an IPv4 address, or the network of an IPv6 one."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.kernel.addresses import counted_address

NETWORKS = st.integers(0, 2**64 - 1).filter(lambda network: network != 0)  # the first holds the mapped addresses
HOSTS = st.integers(0, 2**64 - 1)


@given(network=NETWORKS, host=HOSTS, other=HOSTS)
def test_all_of_a_customers_addresses_count_as_one(network: int, host: int, other: int) -> None:
    """However they are written, with a zone too; the network is named, and no address stands for it."""
    one, another = IPv6Address(network << 64 | host), IPv6Address(network << 64 | other)
    counted = counted_address(str(one))
    assert counted == counted_address(another.exploded.upper()) == counted_address(f"{one}%eth0")
    assert one in IPv6Network(counted)
    assert IPv6Network(counted).prefixlen == 64


@given(network=NETWORKS, other=NETWORKS, host=HOSTS)
def test_customers_count_apart(network: int, other: int, host: int) -> None:
    """Networks next to each other are different ones."""
    found = {counted_address(str(IPv6Address(each << 64 | host))) for each in (network, other)}
    assert len(found) == len({network, other})


@given(number=st.integers(0, 2**32 - 1))
def test_an_ipv4_address_counts_as_itself(number: int) -> None:
    """Also where it comes within an IPv6 one; all of those are in one /64."""
    address = str(IPv4Address(number))
    assert counted_address(address) == counted_address(f"::ffff:{address}") == address


@given(text=st.text(max_size=60))
def test_any_text_counts(text: str) -> None:
    """What is no address stays as it is, and what stands for an address stands for itself."""
    assert counted_address(counted_address(text)) == counted_address(text)


@pytest.mark.parametrize("text", ["", "unknown", "203.0.113.7:443", "device#abc", "2001:db8::/64", "203.0.113", "💉"])
def test_what_is_no_address_counts_as_it_is(text: str) -> None:
    """Such as the key of a device, which has a limit of its own."""
    assert counted_address(text) == text
