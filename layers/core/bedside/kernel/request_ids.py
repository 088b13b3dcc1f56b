"""Ids of what a request creates: the same ones for a request that is repeated with its idempotency key."""

import base64
from collections.abc import Callable

from bedside.kernel.pseudonym import pseudonym


def request_id(
    what: str,
    user_id: str,
    request: str,
    key: str | None,
    *,
    pseudonym_key: bytes,
    randomness: Callable[[int], bytes],
    size: int = 16,
) -> str:
    """Return an id of `size` bytes as lower-case base32, random without an idempotency key.

    With one, it follows from what is created, by whom, and the request as JSON. `randomness(n)` returns n random bytes.
    """
    if key is None:
        raw = randomness(size)
    else:
        text = f"{what}\n{user_id}\n{key.strip()}\n{request}"
        raw = bytes.fromhex(pseudonym(pseudonym_key, text, 2 * size))
    return base64.b32encode(raw).decode().rstrip("=").lower()
