"""Device tokens: proof that a browser signed in to a number before. No I/O.

https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

Attempts with the token have a budget of their own, which nobody else can use up; the token is good for nothing else. It
consists of the device's id (16 characters), the instant of issue (11), and a tag (22): a MAC over both and the user id.
So it is bound to one number, and reveals none.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from bedside.identity.mac_keys import MacKeys

_SHAPE: Final = re.compile(r"([a-z2-7]{16})([0-9a-f]{11})([A-Za-z0-9_-]{22})")
_LIFE_MS: Final = 400 * 86_400_000
_BYTES: Final = 10

# What a browser sends: the tokens of everybody who signed in there. Those that are not ours are ignored.
DeviceTokens = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)]


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which somebody signed in to a number; `issued_at` (Unix ms) is when its token was made."""

    user_id: str
    device_id: str
    issued_at: int

    @property
    def key(self) -> str:
        """The key of the item that holds its budget."""
        return f"device#{self.user_id}#{self.device_id}"


def new_device(user_id: str, now_ms: int, randomness: Callable[[int], bytes]) -> Device:
    """Return a device that has just signed in for the first time."""
    return Device(user_id, base64.b32encode(randomness(_BYTES)).decode().lower(), now_ms)


def device_token(keys: MacKeys, device: Device) -> str:
    """Return the device's token."""
    body = f"{device.device_id}{device.issued_at:011x}"
    return body + _tag(keys.newest, device.user_id, body)


def find_device(
    keys: MacKeys,
    user_id: str,
    tokens: Iterable[str],
    now_ms: int,
    trusts: Callable[[Device], bool] = lambda _device: True,
) -> Device | None:
    """Return the device of the newest valid token for this user that `trusts` accepts, or None.

    A browser sends the tokens of everybody who signed in there.
    """
    found: Device | None = None
    for text in tokens:
        parts = _SHAPE.fullmatch(text)
        if parts is None or not _is_ours(keys, user_id, parts):
            continue
        device = Device(user_id, parts[1], int(parts[2], 16))
        newest = found is None or device.issued_at > found.issued_at
        if newest and device.issued_at > now_ms - _LIFE_MS and trusts(device):
            found = device
    return found


def _is_ours(keys: MacKeys, user_id: str, parts: re.Match[str]) -> bool:
    return keys.accept(parts[3], lambda key: _tag(key, user_id, parts[1] + parts[2]))


def _tag(key: bytes, user_id: str, body: str) -> str:
    raw = hmac.digest(key, f"device tag\n{user_id}\n{body}".encode(), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
