"""Our keys for push services, and the tokens that prove them (VAPID, RFC 8292)."""

from collections.abc import Callable, Mapping
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from bedside.adapters.webpush.encoding import encoded
from bedside.adapters.webpush.encryption import CURVE, encoded_point

# RFC 8292 allows 24 hours, and services whose clock differs refuse that much.
_LIFE_S: Final = 12 * 3600
# Apple asks for tokens to be used again; within the hour a rotated key is forgotten.
_REUSED_S: Final = 3600
# The order of P-256 (FIPS 186-5): private keys are from 1 to one less.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_MOST_TOKENS: Final = 100


class VapidKeys:
    """Keys by id, from oldest to newest: browsers subscribe with the newest, and each keeps the one that it has.

    A browser's subscription belongs to one key for good, so a replaced key has to stay until pages have renewed their
    subscriptions. `contact` is a mailto: or https: URL by which push services reach the operator; Apple refuses tokens
    without a proper one.
    """

    def __init__(self, secrets: Mapping[str, bytes], contact: str, now_ms: Callable[[], int]) -> None:
        self._keys = {name: _private_key(secret) for name, secret in secrets.items()}
        self._contact = contact
        self._now_ms = now_ms
        self._tokens: dict[tuple[str, str], tuple[int, str]] = {}

    @property
    def newest(self) -> str:
        """The id of the key that browsers subscribe with."""
        return next(reversed(self._keys))

    def public_key(self, key_id: str) -> str:
        """Return a key as browsers take it, in base64url. Raises KeyError."""
        return encoded(encoded_point(self._keys[key_id].public_key()))

    def find_id(self, public_key: str) -> str | None:
        """Return the id of a key that a browser subscribed with, or None if it is not one of ours."""
        return next((name for name in self._keys if self.public_key(name) == public_key.rstrip("=")), None)

    def authorization(self, key_id: str, origin: str) -> str | None:
        """Return the Authorization header for a push service at `origin`; None if there is no such key any more."""
        key_id = key_id or self.newest
        if key_id not in self._keys:
            return None
        now_s = self._now_ms() // 1000
        made_at, header = self._tokens.get((key_id, origin), (0, ""))
        if not header or not 0 <= now_s - made_at < _REUSED_S:
            claims = {"aud": origin, "exp": now_s + _LIFE_S, "sub": self._contact}
            token = jwt.encode(claims, self._keys[key_id], algorithm="ES256")
            header = f"vapid t={token}, k={self.public_key(key_id)}"
            if len(self._tokens) >= _MOST_TOKENS:
                self._tokens.clear()
            self._tokens[key_id, origin] = (now_s, header)
        return header


def _private_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1 + int.from_bytes(secret) % (_ORDER - 1), CURVE)
