"""Addresses of records, which administrators supply: of allowed hosts with a public address only."""

from typing import Final
from urllib.parse import urlsplit

from bedside.adapters.allowed_hosts import AddressError, AllowedHosts
from bedside.adapters.rest import RestClient
from bedside.ports.records import RecordRefusedError

_HIDDEN: Final = "The record is not at an allowed address."


def at_base(base_url: str, hosts: AllowedHosts) -> RestClient:
    """Return a client of a base URL. Raises RecordRefusedError."""
    try:
        parts = hosts.parse(base_url)
    except AddressError as error:
        raise RecordRefusedError(_HIDDEN, "no-such-address", str(error)) from error
    if parts.query or parts.fragment:
        raise RecordRefusedError(_HIDDEN, "no-such-address", "more than a path")
    return RestClient(base_url.rstrip("/"), public_only=True)


def at_url(url: str, hosts: AllowedHosts) -> tuple[RestClient, str]:
    """Return a client of a URL's origin, and the rest of the URL. Raises RecordRefusedError."""
    try:
        parts = hosts.parse(url)
    except AddressError as error:
        raise RecordRefusedError(_HIDDEN, "no-such-address", str(error)) from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return RestClient(f"{parts.scheme}://{parts.netloc}", public_only=True), path


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
