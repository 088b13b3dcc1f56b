"""Names that stand for something without saying what: keyed hashes (HMAC-SHA256), useless to whoever lacks the key."""

import base64
import hashlib
import hmac


def pseudonym(key: bytes, text: str, length: int = 32) -> str:
    """Return `length` hexadecimal digits, at most 64, that stand for `text`."""
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()[:length]


def handle_name(key: bytes, text: str) -> str:
    """Return 24 characters of lower-case base32 that stand for `text`."""
    return base64.b32encode(hmac.digest(key, text.encode(), hashlib.sha256)[:15]).decode().lower()
