"""Refresh tokens, and the derivation of each token's successor. No I/O.

A token consists of the user id (24 characters), the sign-in's id (16), a secret (22) and a tag (22). The tag is a MAC,
so that a forged token cannot be mistaken for a stolen one. Each token is derived from its predecessor, so a request
that is repeated after a lost response gets the same response, and only one hash needs to be stored.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_BYTES: Final = 16
FAMILY_BYTES: Final = 10
_SHAPE: Final = re.compile(r"([a-z2-7]{24})([a-z2-7]{16})([A-Za-z0-9_-]{22})([A-Za-z0-9_-]{22})")
# Within this time, reuse of a token is a retry after a lost response; later, it means that the token was copied.
RETRY_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token that we issued; it may no longer be valid."""

    user_id: str
    family_id: str
    text: str

    @property
    def digest(self) -> str:
        """The stored hash; 128 random bits need neither a salt nor a slow hash."""
        return _text(hashlib.sha256(self.text.encode()).digest()[:18])


def first_token(key: bytes, user_id: str, randomness: Callable[[int], bytes]) -> RefreshToken:
    """Return the first token of a new sign-in."""
    family_id = base64.b32encode(randomness(FAMILY_BYTES)).decode().lower()
    return _token(key, user_id, family_id, randomness(_BYTES))


def next_token(key: bytes, token: RefreshToken) -> RefreshToken:
    """Return the token's successor, which is deterministic."""
    secret = hmac.digest(key, f"refresh next\n{token.text}".encode(), hashlib.sha256)[:_BYTES]
    return _token(key, token.user_id, token.family_id, secret)


def read_token(key: bytes, text: str) -> RefreshToken | None:
    """Return the token in `text`, or None if we did not issue it."""
    found = _SHAPE.fullmatch(text)
    if not found or not hmac.compare_digest(_tag(key, found[1] + found[2] + found[3]), found[4]):
        return None
    return RefreshToken(found[1], found[2], text)


def _token(key: bytes, user_id: str, family_id: str, secret: bytes) -> RefreshToken:
    body = user_id + family_id + _text(secret)
    return RefreshToken(user_id, family_id, body + _tag(key, body))


def _tag(key: bytes, body: str) -> str:
    return _text(hmac.digest(key, f"refresh tag\n{body}".encode(), hashlib.sha256)[:_BYTES])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
