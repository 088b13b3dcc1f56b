"""Addresses that others supply, restricted to listed hosts with a public address.

Such a URL could point at anything that this function can reach (server-side request forgery).
"""

import fnmatch
import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit


class AddressError(ValueError):
    """The URL is malformed, or its host is not listed; the reason contains no URL."""


class AllowedHosts:
    """Patterns such as `*.example.org` for https on port 443, or complete http:// origins, for a local stand-in.

    A * matches one label or a part of it; a leading * matches one or more whole labels.
    """

    def __init__(self, hosts: Collection[str]) -> None:
        self._origins = frozenset(host for host in hosts if host.startswith("http://"))
        self._hosts = frozenset(hosts) - self._origins

    def parse(self, url: str) -> SplitResult:
        """Return the parts of a URL. Raises AddressError if it is malformed or not allowed."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise AddressError("Its address is not valid.") from error
        if not url.isascii() or not url.isprintable() or " " in url:
            raise AddressError("Its address is not valid.")
        if f"{parts.scheme}://{parts.netloc}" in self._origins:
            return parts
        # User information before an @ could disguise the host, and no such link contains any.
        if parts.scheme != "https" or port not in {None, 443} or "@" in parts.netloc:
            raise AddressError("Its address is not allowed.")
        if not any(_matches(host, pattern) for pattern in self._hosts):
            raise AddressError("Its address is not allowed.")
        return parts


def is_public(address: str) -> bool:
    """Return whether an IP address is a public one: a host's owner controls its DNS, and could point it anywhere."""
    return ipaddress.ip_address(address).is_global


def _matches(host: str, pattern: str) -> bool:
    labels, wanted = host.split("."), pattern.split(".")
    if wanted[0] == "*":
        wanted = ["*"] * max(1, len(labels) - len(wanted) + 1) + wanted[1:]
    # Compared label by label, or a * in the middle would match names that end in somebody else's domain.
    return len(labels) == len(wanted) and all(map(fnmatch.fnmatchcase, labels, wanted))
