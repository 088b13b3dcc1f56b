"""Retry-After headers, as HTTP has them (RFC 9110, 10.2.3)."""

from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST_MS: Final = 3_600_000


def retry_after_ms(text: str, now_ms: int) -> int | None:
    """Return the pause in a Retry-After header, which is seconds or a date, at most an hour; None for anything else."""
    if text.isascii() and text.isdigit():
        return min(int(text[:9]) * 1000, _LONGEST_MS)
    try:
        wait_ms = int(parsedate_to_datetime(text).timestamp() * 1000) - now_ms
    except (ValueError, OverflowError):
        return None
    return max(0, min(wait_ms, _LONGEST_MS))
