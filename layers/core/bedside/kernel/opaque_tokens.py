"""Opaque tokens: random strings that open something for a while, such as QR tokens and live tickets.

A token is the key of what it opens and 32 random bytes; only a hash of it is stored.
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
    """What is stored of a token: the 24-character key of what it opens, and the hash of its secret."""

    key: str
    digest: str


def new_token(key: str, randomness: Callable[[int], bytes]) -> tuple[str, OpaqueToken]:
    """Return a new token's text, which is shown once, and what is stored of it."""
    secret = base64.urlsafe_b64encode(randomness(_RANDOM_BYTES)).rstrip(b"=").decode()
    return key + secret, OpaqueToken(key, _digest(secret))


def parse_token(text: str) -> OpaqueToken | None:
    """Return what `text` stands for, or None where it cannot be one of ours."""
    found = _SHAPE.fullmatch(text)
    return OpaqueToken(found[1], _digest(found[2])) if found else None


def _digest(secret: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()[:18]).decode()
