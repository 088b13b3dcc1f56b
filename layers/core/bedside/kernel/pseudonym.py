"""Pseudonyms: keyed hashes (HMAC-SHA256) that reveal nothing without the key."""

import base64
import hashlib
import hmac


def pseudonym(key: bytes, text: str, length: int = 32) -> str:
    """Return the pseudonym of `text` as `length` hexadecimal digits, at most 64."""
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()[:length]


def handle_name(key: bytes, text: str) -> str:
    """Return the pseudonym of `text` as 24 characters of lower-case base32."""
    return base64.b32encode(hmac.digest(key, text.encode(), hashlib.sha256)[:15]).decode().lower()
