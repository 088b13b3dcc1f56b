"""Refresh tokens and their successors. No I/O.

A token consists of the user id (24 characters), the sign-in's id (16), a secret (22), the hash of the token that it was
issued for (24, absent in a sign-in's first token), and a tag (22). The tag is a MAC, so that a forged token cannot be
mistaken for a stolen one.

The record holds one hash for each sign-in, that of the last token used. That token gets a new successor whenever it is
presented, because the answer may have been lost; and a token issued for it may become the last one used. Every other
token is dead: either it was used before, or a sibling issued for the same token has been used instead. Two browsers
that share a token get different successors, so the theft shows when the second of these is used.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bedside.identity.mac_keys import MacKeys

_BYTES: Final = 16
FAMILY_BYTES: Final = 10
_SHAPE: Final = re.compile(r"([a-z2-7]{24})([a-z2-7]{16})[A-Za-z0-9_-]{22}([A-Za-z0-9_-]{24})?([A-Za-z0-9_-]{22})")
_TAG: Final = 22


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token that we issued; it may no longer be valid.

    `parent` is the hash of the token that it was issued for, or "" for the first token of a sign-in.
    """

    user_id: str
    family_id: str
    text: str = field(repr=False)
    parent: str = ""

    @property
    def digest(self) -> str:
        """The stored hash; 128 random bits need neither a salt nor a slow hash."""
        return _text(hashlib.sha256(self.text.encode()).digest()[:18])


def first_token(keys: MacKeys, user_id: str, randomness: Callable[[int], bytes]) -> RefreshToken:
    """Return the first token of a new sign-in."""
    family_id = base64.b32encode(randomness(FAMILY_BYTES)).decode().lower()
    return _token(keys, user_id, family_id, "", randomness)


def next_token(keys: MacKeys, token: RefreshToken, randomness: Callable[[int], bytes]) -> RefreshToken:
    """Return a new successor of the token; each call returns another."""
    return _token(keys, token.user_id, token.family_id, token.digest, randomness)


def read_token(keys: MacKeys, text: str) -> RefreshToken | None:
    """Return the token in `text`, or None if we did not issue it."""
    found = _SHAPE.fullmatch(text)
    if not found or not keys.accept(found[4], lambda key: _tag(key, text[:-_TAG])):
        return None
    return RefreshToken(found[1], found[2], text, found[3] or "")


def _token(
    keys: MacKeys, user_id: str, family_id: str, parent: str, randomness: Callable[[int], bytes]
) -> RefreshToken:
    body = user_id + family_id + _text(randomness(_BYTES)) + parent
    return RefreshToken(user_id, family_id, body + _tag(keys.newest, body), parent)


def _tag(key: bytes, body: str) -> str:
    return _text(hmac.digest(key, f"refresh tag\n{body}".encode(), hashlib.sha256)[:_BYTES])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
