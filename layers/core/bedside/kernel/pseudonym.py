"""Pseudonyms and derived secrets: keyed hashes (HMAC-SHA256) that reveal nothing without the key."""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Callable


def pseudonym(key: bytes, text: str, length: int = 32) -> str:
    """Return the pseudonym of `text` as `length` hexadecimal digits, at most 64."""
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()[:length]


def handle_name(key: bytes, text: str) -> str:
    """Return the pseudonym of `text` as 24 characters of lower-case base32."""
    return base64.b32encode(hmac.digest(key, text.encode(), hashlib.sha256)[:15]).decode().lower()


def derived(key: bytes, text: str) -> Callable[[int], bytes]:
    """Return a source of pseudorandom bytes, at most 32 at a time, which gives the same ones for the same text."""
    count = itertools.count()
    return lambda length: hmac.digest(key, f"{next(count)}\n{text}".encode(), hashlib.sha256)[:length]
