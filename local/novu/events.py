"""Webhooks as Novu sends them, signed anew at each attempt: https://docs.novu.co/platform/developer/webhooks."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from local.faults import Faults
from local.webhooks import Receiver, Sender

# Novu goes on for a day; for a demonstration this is long enough.
RETRIES_S = (1.0, 5.0, 30.0)


class Events(Sender):
    """Sends events, each in its own task; `secret` is that of the endpoint, `whsec_…`."""

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
        self._key = base64.b64decode(secret.removeprefix("whsec_"))

    def send(self, kind: str, data: dict[str, Any]) -> None:
        """Send one event; returns at once."""
        event_id = f"evt_{secrets.token_hex(12)}"
        at = datetime.fromtimestamp(self._now_ms() / 1000, UTC).isoformat(timespec="milliseconds")
        self._send(
            {
                "id": event_id,
                "type": kind,
                "object": "message",
                "data": data,
                "timestamp": at.replace("+00:00", "Z"),
                "environmentId": "local",
            }
        )

    def _headers(self, content: bytes) -> dict[str, str]:
        stamp = str(self._now_ms() // 1000)
        name = f"msg_{json.loads(content)['id'].removeprefix('evt_')}"
        signature = hmac.digest(self._key, f"{name}.{stamp}.".encode() + content, hashlib.sha256)
        listed = f"v1,{base64.b64encode(signature).decode()}"
        return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": listed}
