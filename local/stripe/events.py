"""Events as Stripe sends them, signed anew at each attempt."""

import asyncio
import hashlib
import hmac
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from local.stripe.faults import Faults
from local.stripe.kinds import VERSION
from local.webhooks import Receiver, Sender

# Stripe tries for up to three days; for a demonstration this is long enough.
RETRIES_S = (1.0, 3.0, 10.0, 30.0)


class Events(Sender):
    """Sends events, each in its own task, and keeps the newest 5,000."""

    def __init__(
        self,
        receiver: Receiver,
        secret: str,
        faults: Callable[[], Faults],
        now_ms: Callable[[], int],
        retries_s: Sequence[float] = RETRIES_S,
        chance: Callable[[], float] = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(receiver, faults, now_ms, retries_s, chance, pause)
        self._secret = secret

    def send(self, kind: str, about: dict[str, Any], account: str = "") -> None:
        """Send one event about an object; returns at once."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": VERSION,
            "created": self._now_ms() // 1000,
            "data": {"object": about},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self._send(event | ({"account": account} if account else {}))

    def again(self, event_id: str) -> bool:
        """Send an event once more, as the Dashboard's "Resend" does; returns whether there is such an event."""
        found = next((webhook for webhook in self._kept if webhook.event["id"] == event_id), None)
        if found:
            self._start(self._deliver(found))
        return found is not None

    def _headers(self, content: bytes) -> dict[str, str]:
        stamp = str(self._now_ms() // 1000)
        signature = hmac.new(self._secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
        return {"stripe-signature": f"t={stamp},v1={signature}"}
