"""Opaque tokens: random strings that grant access for a limited time, such as QR tokens and live tickets.

A token is the key of its resource followed by 32 random bytes; only a hash of those bytes is stored.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_RANDOM_BYTES: Final = 32
_SHAPE: Final = re.compile(r"([a-z2-7]{24})([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class OpaqueToken:
    """The stored part of a token: the 24-character key of its resource, and the hash of its secret."""

    key: str
    digest: str


def new_token(key: str, randomness: Callable[[int], bytes]) -> tuple[str, OpaqueToken]:
    """Return the text of a new token, which is shown only once, and the part to store."""
    secret = base64.urlsafe_b64encode(randomness(_RANDOM_BYTES)).rstrip(b"=").decode()
    return key + secret, OpaqueToken(key, _digest(secret))


def parse_token(text: str) -> OpaqueToken | None:
    """Return the stored form of the token in `text`, or None if `text` is not a token."""
    found = _SHAPE.fullmatch(text)
    return OpaqueToken(found[1], _digest(found[2])) if found else None


def split_token(text: str) -> tuple[str, str] | None:
    """Return the key and the secret of a token whose secret is not random, but a MAC; None if it is not a token."""
    found = _SHAPE.fullmatch(text)
    return (found[1], found[2]) if found else None


def _digest(secret: str) -> str:
    # 256 random bits need neither a salt nor a slow hash.
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()[:18]).decode()
