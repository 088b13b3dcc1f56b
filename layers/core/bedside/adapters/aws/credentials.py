"""Credentials of the function's role: from the environment, or from a container's endpoint, as with SnapStart.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import ipaddress
import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bedside.adapters.aws.sigv4 import Credentials
from bedside.adapters.rest import RestClient, RestError

_DEADLINE_S: Final = 2.0
_TRIES: Final = 3
# Renewed this long before they expire, so that no request fails in between.
_RENEW_BEFORE_MS: Final = 5 * 60_000
# ECS, and EKS by either protocol. Anybody else's plain HTTP server must not learn the authorization token.
_CONTAINER_HOSTS: Final = frozenset({"169.254.170.2", "169.254.170.23", "fd00:ec2::23"})
_OK: Final = 200

_held: list[Credentials] = []


class CredentialsError(Exception):
    """There are no credentials; the message says why and contains no secret."""


def current() -> Credentials:
    """Return the role's credentials, renewed if necessary. Raises CredentialsError."""
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return Credentials.from_env()
    address = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if not address:
        raise CredentialsError("the environment names no credentials")
    now_ms = time.time_ns() // 1_000_000
    if not _held or _expires_soon(_held[0], now_ms):
        _held[:] = [_fetched(address)]
    return _held[0]


def _expires_soon(credentials: Credentials, now_ms: int) -> bool:
    return credentials.expires_ms is not None and credentials.expires_ms - now_ms < _RENEW_BEFORE_MS


def _fetched(address: str) -> Credentials:
    parts = urlsplit(address)
    if parts.scheme != "https" and not _of_this_machine(parts.hostname or ""):
        raise CredentialsError("the credentials' address is neither HTTPS nor on this machine")
    # A new connection each time: it is asked once in hours.
    endpoint = RestClient(f"{parts.scheme}://{parts.netloc}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    token = _token()
    headers = {"authorization": token} if token else {}
    failure = ""
    try:
        for _ in range(_TRIES):
            try:
                answer = endpoint.request("GET", path, headers, deadline_s=_DEADLINE_S)
            except RestError as error:
                failure = str(error)
                continue
            if answer.status == _OK:
                return _parsed(answer.body)
            failure = f"HTTP {answer.status}"
    finally:
        endpoint.close()
    raise CredentialsError(f"the credentials could not be fetched: {failure}")


def _token() -> str:
    """Return the authorization token; a file is read each time, because the platform replaces it."""
    path = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    try:
        token = Path(path).read_text().strip() if path else os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    except OSError as error:
        raise CredentialsError("the credentials' token file could not be read") from error
    if "\r" in token or "\n" in token:
        raise CredentialsError("the credentials' token has more than one line")
    return token


def _parsed(body: bytes) -> Credentials:
    try:
        found = json.loads(body)
        expires_ms = (
            int(datetime.fromisoformat(found["Expiration"]).timestamp() * 1000) if "Expiration" in found else None
        )
        return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found.get("Token", ""), expires_ms)
    except (ValueError, LookupError, TypeError, RecursionError):
        # Not chained: the original error would contain the secret.
        raise CredentialsError("the credentials' endpoint answered nonsense") from None


def _of_this_machine(host: str) -> bool:
    if host in _CONTAINER_HOSTS or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
