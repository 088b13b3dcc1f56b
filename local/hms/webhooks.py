"""Webhooks as 100ms sends them: only a 200 counts, after three more attempts nothing is sent until a replay."""

import asyncio
import contextlib
import random
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import httpx

from local.hms.faults import Faults
from local.hms.kinds import Kind
from local.hms.rooms import new_id, stamp

Outcome = Literal["waiting", "received", "dropped", "given up"]

# https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/overview, seconds before each retry
RETRIES_S = (1.0, 3.0, 10.0)
_KEPT = 5000
_TIMEOUT_S = 10.0
# How long a webhook waits for a later one to overtake it.
_OVERTAKEN_WITHIN_S = 1.0


@dataclass
class Webhook:
    """One event, and what came of sending it; `attempts` are HTTP statuses, 0 where nothing answered."""

    event: dict[str, Any]
    at_ms: int
    outcome: Outcome = "waiting"
    attempts: list[int] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.event["type"])


@dataclass(frozen=True)
class Receiver:
    """Where webhooks go: an address, the headers that its owner chose, and whose certificate to trust."""

    url: str
    headers: dict[str, str]
    verify: ssl.SSLContext | bool = True


class Webhooks:
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
        self._receiver = receiver
        self._faults = faults
        self._now_ms = now_ms
        self._retries_s = retries_s
        self._chance = chance
        self._pause = pause
        self._account = new_id()
        self._app = new_id()
        self._kept: deque[Webhook] = deque(maxlen=_KEPT)
        self._tasks: set[asyncio.Task[None]] = set()
        # Set when a later webhook was delivered: what waits to be overtaken may leave too.
        self._overtaken: asyncio.Event | None = None
        self._client: httpx.AsyncClient | None = None

    def send(self, kind: Kind, data: dict[str, Any]) -> None:
        """Send one event; returns at once."""
        now = self._now_ms()
        event = {
            "version": "2.0",
            "id": str(uuid4()),
            "account_id": self._account,
            "app_id": self._app,
            "timestamp": stamp(now),
            "type": kind,
            "data": data,
        }
        webhook = Webhook(event, now)
        self._kept.append(webhook)
        faults = self._faults()
        if faults.drops(kind, self._chance):
            webhook.outcome = "dropped"
            return
        self._start(self._later(webhook, faults))

    def newest(self) -> list[Webhook]:
        """Return what was sent, newest first."""
        return list(self._kept)[::-1]

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

    async def close(self) -> None:
        """Cancel everything that still waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    def _start(self, work: Any) -> None:  # noqa: ANN401 (a coroutine)
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _later(self, webhook: Webhook, faults: Faults) -> None:
        await self._pause(faults.delay_ms / 1000)
        overtaken = await self._let_one_overtake() if faults.reorder else None
        await self._deliver(webhook)
        if overtaken:
            overtaken.set()
        for _ in range(faults.duplicate):
            await self._deliver(webhook)

    async def _let_one_overtake(self) -> asyncio.Event | None:
        """Wait until a later webhook was delivered; if this is the later of two, returns the event to set."""
        if waiting := self._overtaken:
            self._overtaken = None
            return waiting
        waiting = self._overtaken = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiting.wait(), _OVERTAKEN_WITHIN_S)
        if self._overtaken is waiting:
            self._overtaken = None
        return None

    async def _deliver(self, webhook: Webhook) -> None:
        for pause in (0.0, *self._retries_s):
            await self._pause(pause)
            if await self._attempt(webhook, webhook.event):
                return
        if webhook.outcome != "received":
            webhook.outcome = "given up"

    async def _again(self, webhooks: Sequence[Webhook]) -> None:
        for webhook in webhooks:
            await self._attempt(webhook, webhook.event | {"is_replay": True})

    async def _attempt(self, webhook: Webhook, event: dict[str, Any]) -> bool:
        status = 0
        if self._now_ms() >= self._faults().down:
            if self._client is None:
                self._client = httpx.AsyncClient(verify=self._receiver.verify, timeout=_TIMEOUT_S, trust_env=False)
            try:
                answer = await self._client.post(self._receiver.url, json=event, headers=self._receiver.headers)
                status = answer.status_code
            except httpx.HTTPError:
                status = 0
        webhook.attempts.append(status)
        if status == httpx.codes.OK:
            webhook.outcome = "received"
        return status == httpx.codes.OK
