"""100ms's tokens: HS256 under the app's secret, for its customer's server or for one person in one room."""

from dataclasses import dataclass
from typing import Any

import jwt

_VERSION = 2


class RefusedError(Exception):
    """The token is not one of ours, or not for this, or not now."""


@dataclass(frozen=True)
class Keys:
    """An app of the stand-in."""

    access_key: str
    secret: str
    template_id: str


@dataclass(frozen=True)
class Entry:
    """The claims of an app token."""

    room_id: str
    user_id: str
    role: str


def check_management(keys: Keys, token: str) -> None:
    """Raise RefusedError unless this is a valid management token of the app."""
    claims = _verified(keys, token, "management")
    if {"room_id", "user_id", "role"} & set(claims):
        raise RefusedError("a management token has no room, user or role")


def read_entry(keys: Keys, token: str) -> Entry:
    """Return what an app token is for; raises RefusedError unless it is valid."""
    claims = _verified(keys, token, "app")
    parts = [claims.get(name) for name in ("room_id", "user_id", "role")]
    if not all(isinstance(part, str) and part for part in parts):
        raise RefusedError("the token names no room, user and role")
    return Entry(*map(str, parts))


def _verified(keys: Keys, token: str, kind: str) -> dict[str, Any]:
    required = ["access_key", "type", "version", "jti", "iat", "nbf", "exp"]
    try:
        claims = jwt.decode(token, keys.secret, algorithms=["HS256"], options={"require": required})
    except jwt.PyJWTError as problem:
        raise RefusedError(str(problem)) from problem
    if claims["access_key"] != keys.access_key:
        raise RefusedError("the token is another app's")
    if claims["type"] != kind or claims["version"] != _VERSION:
        raise RefusedError(f"this is no {kind} token of version {_VERSION}")
    return claims
