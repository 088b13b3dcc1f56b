"""Base64url without padding, as web push writes keys."""

import base64
import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}")


def encoded(content: bytes) -> str:
    """Return bytes as base64url."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url, with or without padding. Raises ValueError."""
    if not _SHAPE.fullmatch(text):
        raise ValueError("not base64url")
    bare = text.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
