"""Verification of webhooks: over the raw body, in constant time, with several secrets to allow rotation.

Each verifier raises ForgedWebhookError if anything is missing or does not match. Empty, short and malformed secrets are
ignored, because they could be guessed.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bedside.webhooks.errors import ForgedWebhookError

# Both https://docs.stripe.com/webhooks and https://www.standardwebhooks.com allow five minutes, in either direction.
TOLERANCE_S: Final = 300
# In characters or bytes; the services generate longer ones.
SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook request: headers with lower-case names, and the raw body."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeaderSecrets:
    """Secret headers, chosen by the customer, which 100ms sends instead of a signature (https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/overview).

    Every header must contain one of its secrets. If `signature_header` is set, it must contain the body's HMAC-SHA256
    in hex under one of `signing_keys`.
    """

    secrets: Mapping[str, Sequence[str]] = field(repr=False)
    signature_header: str = ""
    signing_keys: Sequence[bytes] = field(default=(), repr=False)

    def verify(self, delivery: Delivery) -> None:
        """Raise unless the delivery is authentic. It carries no timestamp, so it may be a replay."""
        if not self.secrets and not self.signature_header:
            raise ForgedWebhookError("This source has no secret.")
        for name, secrets in self.secrets.items():
            given = delivery.headers.get(name.lower(), "")
            if not _any_equal(given.encode(), _usable(secret.encode() for secret in secrets)):
                raise ForgedWebhookError("A secret header is missing or wrong.")
        if self.signature_header:
            given = delivery.headers.get(self.signature_header.lower(), "").lower()
            digests = (hmac.new(key, delivery.body, hashlib.sha256).hexdigest() for key in _usable(self.signing_keys))
            if not _any_equal(given.encode(), (digest.encode() for digest in digests)):
                raise ForgedWebhookError("The signature does not match.")


@dataclass(frozen=True, slots=True)
class StripeSignature:
    """Stripe's header `t=…,v1=…[,v1=…]`; secrets are used as they are, including `whsec_`."""

    secrets: Sequence[str] = field(repr=False)

    def verify(self, delivery: Delivery, now_ms: int) -> None:
        """Raise unless the delivery is authentic and at most five minutes old."""
        parts = [part.partition("=") for part in delivery.headers.get("stripe-signature", "").split(",")]
        stamps = [value for name, _, value in parts if name.strip() == "t"]
        signatures = [value.strip() for name, _, value in parts if name.strip() == "v1"]
        if len(stamps) != 1 or not signatures:
            raise ForgedWebhookError("Stripe's signature is missing.")
        _fresh(stamps[0], now_ms)
        keys = _usable(secret.encode() for secret in self.secrets)
        signed = stamps[0].encode() + b"." + delivery.body
        _fits(signatures, (hmac.new(key, signed, hashlib.sha256).hexdigest() for key in keys))


@dataclass(frozen=True, slots=True)
class StandardSignature:
    """The three headers of Standard Webhooks; secrets are `whsec_` followed by base64."""

    secrets: Sequence[str] = field(repr=False)

    def verify(self, delivery: Delivery, now_ms: int) -> None:
        """Raise unless the delivery is authentic and at most five minutes old."""
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        event_id, stamp, listed = (delivery.headers.get(name, "").strip() for name in names)
        # The list may contain signatures of later versions and of other kinds.
        signatures = [
            value for version, _, value in (part.partition(",") for part in listed.split()) if version == "v1"
        ]
        if not event_id or not signatures:
            raise ForgedWebhookError("The headers of Standard Webhooks are missing.")
        _fresh(stamp, now_ms)
        signed = f"{event_id}.{stamp}.".encode() + delivery.body
        keys = _usable(_standard_key(secret) for secret in self.secrets)
        _fits(signatures, (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys))


def _usable(keys: Iterable[bytes]) -> list[bytes]:
    return [key for key in keys if len(key) >= SHORTEST_SECRET]


def _standard_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return b""


def _fresh(stamp: str, now_ms: int) -> None:
    # int() alone would accept signs, spaces, underscores and other scripts' digits, and be slow for long input.
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= len("1795228312")):
        raise ForgedWebhookError("The time of the signature is not a number of seconds.")
    if abs(int(stamp) - now_ms // 1000) > TOLERANCE_S:
        raise ForgedWebhookError("The signature is too old.")


def _fits(given: Iterable[str], expected: Iterable[str]) -> None:
    wanted = [signature.encode() for signature in expected]
    if not any([_any_equal(signature.encode(), wanted) for signature in given]):  # noqa: C419  # always compares all, to take constant time
        raise ForgedWebhookError("The signature does not match.")


def _any_equal(given: bytes, wanted: Iterable[bytes]) -> bool:
    """Compare with all values, each in constant time, so that timing reveals nothing."""
    return any([hmac.compare_digest(given, one) for one in wanted])  # noqa: C419  # see above
