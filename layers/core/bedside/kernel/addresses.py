"""IP addresses, as what limits and quotas count by."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def counted_address(text: str) -> str:
    """Return what stands for everybody at an address: an IPv4 address itself, of an IPv6 address its /64 network.

    A provider gives each customer at least a /64 (RFC 6177), who could use another address of it for each call. An IPv4
    address within an IPv6 one counts as itself, and text that is no address as it is.
    """
    try:
        address: IPv4Address | IPv6Address | None = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)
