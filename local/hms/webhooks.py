"""Webhooks as 100ms sends them: only a 200 counts, after three more attempts nothing is sent until a replay."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any
from uuid import uuid4

from local.hms.faults import Faults
from local.hms.kinds import Kind
from local.hms.rooms import new_id, stamp
from local.webhooks import Outcome, Receiver, Sender, Webhook

# https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/overview, seconds before each retry
RETRIES_S = (1.0, 3.0, 10.0)


class Webhooks(Sender):
    """Sends events, each in its own task, and keeps the newest 5,000 for replays."""

    def __init__(
        self,
        receiver: Receiver,
        faults: Callable[[], Faults],
        now_ms: Callable[[], int],
        retries_s: Sequence[float] = RETRIES_S,
        chance: Callable[[], float] = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(receiver, faults, now_ms, retries_s, chance, pause)
        self._account = new_id()
        self._app = new_id()

    def send(self, kind: Kind, data: dict[str, Any]) -> None:
        """Send one event; returns at once."""
        event = {
            "version": "2.0",
            "id": str(uuid4()),
            "account_id": self._account,
            "app_id": self._app,
            "timestamp": stamp(self._now_ms()),
            "type": kind,
            "data": data,
        }
        self._send(event)

    def replay(
        self, since_ms: int, until_ms: int, *, room_id: str, kinds: Collection[str], statuses: Collection[Outcome]
    ) -> int:
        """Resend events of a period whose delivery had one of `statuses`; returns their number."""
        chosen = [
            webhook
            for webhook in self._kept
            if since_ms <= webhook.at_ms <= until_ms
            and webhook.outcome in statuses
            and (not room_id or webhook.event["data"].get("room_id") == room_id)
            and (not kinds or webhook.kind in kinds)
        ]
        self._start(self._again(chosen))
        return len(chosen)

    async def _again(self, webhooks: Sequence[Webhook]) -> None:
        for webhook in webhooks:
            await self._attempt(webhook, webhook.event | {"is_replay": True})
