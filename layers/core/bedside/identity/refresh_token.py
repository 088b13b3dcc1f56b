"""Refresh tokens: which sign-in they belong to, and the one that follows each. No input or output here.

A token is the user's id (24 characters), the sign-in's (16), a secret (22) and a tag (22) that only we can make, so
that nobody can pass invented tokens for stolen ones. The next token is made from the last: a request that is repeated
because its answer was lost gets the same answer, and the record needs to keep no more than one hash.
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
# A request is repeated within this time if its answer was lost; later, somebody else has the token.
RETRY_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token that is ours; whether it is alive is for the record to say."""

    user_id: str
    family_id: str
    text: str

    @property
    def digest(self) -> str:
        """What the record keeps of it: 128 random bits need no salt and no slow hash."""
        return _text(hashlib.sha256(self.text.encode()).digest()[:18])


def first_token(key: bytes, user_id: str, randomness: Callable[[int], bytes]) -> RefreshToken:
    """Return the first token of a new sign-in."""
    family_id = base64.b32encode(randomness(FAMILY_BYTES)).decode().lower()
    return _token(key, user_id, family_id, randomness(_BYTES))


def next_token(key: bytes, token: RefreshToken) -> RefreshToken:
    """Return the token that follows: always the same one."""
    secret = hmac.digest(key, f"refresh next\n{token.text}".encode(), hashlib.sha256)[:_BYTES]
    return _token(key, token.user_id, token.family_id, secret)


def read_token(key: bytes, text: str) -> RefreshToken | None:
    """Return what `text` stands for, or None where we did not make it."""
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
