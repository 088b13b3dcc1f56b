"""Handles: random strings that stand for a session for a while (QR tokens, live tickets).

A handle is the session's key and 32 random bytes; only a hash of it is stored.
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
    session_key: str
    digest: str


def new_token(session_key: str, randomness: Callable[[int], bytes]) -> tuple[str, OpaqueToken]:
    """Return a new handle's text, which is shown once, and what is stored of it."""
    secret = base64.urlsafe_b64encode(randomness(_RANDOM_BYTES)).rstrip(b"=").decode()
    return session_key + secret, OpaqueToken(session_key, _digest(secret))


def parse_token(text: str) -> OpaqueToken | None:
    """Return what `text` stands for, or None where it cannot be one of ours."""
    found = _SHAPE.fullmatch(text)
    return OpaqueToken(found[1], _digest(found[2])) if found else None


def _digest(secret: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()[:18]).decode()
