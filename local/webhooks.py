"""How a stand-in sends webhooks: only a 200 counts, and after some more attempts nothing is sent any more."""

import asyncio
import contextlib
import json
import random
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from local.faults import Faults

Outcome = Literal["waiting", "received", "dropped", "given up"]

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


class Sender:
    """Sends events, each in its own task, and keeps the newest 5,000."""

    def __init__(
        self,
        receiver: Receiver,
        faults: Callable[[], Faults],
        now_ms: Callable[[], int],
        retries_s: Sequence[float],
        chance: Callable[[], float] = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._receiver = receiver
        self._faults = faults
        self._now_ms = now_ms
        self._retries_s = retries_s
        self._chance = chance
        self._pause = pause
        self._kept: deque[Webhook] = deque(maxlen=_KEPT)
        self._tasks: set[asyncio.Task[None]] = set()
        # Set when a later webhook was delivered: what waits to be overtaken may leave too.
        self._overtaken: asyncio.Event | None = None
        self._client: httpx.AsyncClient | None = None

    def newest(self) -> list[Webhook]:
        """Return what was sent, newest first."""
        return list(self._kept)[::-1]

    async def close(self) -> None:
        """Cancel everything that still waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    def _headers(self, _content: bytes) -> dict[str, str]:
        """Return the headers of one attempt."""
        return self._receiver.headers

    def _send(self, event: dict[str, Any]) -> None:
        """Send an event; returns at once."""
        webhook = Webhook(event, self._now_ms())
        self._kept.append(webhook)
        faults = self._faults()
        if faults.drops(webhook.kind, self._chance):
            webhook.outcome = "dropped"
            return
        self._start(self._later(webhook, faults))

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

    async def _attempt(self, webhook: Webhook, event: dict[str, Any]) -> bool:
        status = 0
        if self._now_ms() >= self._faults().down:
            if self._client is None:
                self._client = httpx.AsyncClient(verify=self._receiver.verify, timeout=_TIMEOUT_S, trust_env=False)
            try:
                content = json.dumps(event, separators=(",", ":")).encode()
                headers = {**self._headers(content), "content-type": "application/json"}
                answer = await self._client.post(self._receiver.url, content=content, headers=headers)
                status = answer.status_code
            except httpx.HTTPError:
                status = 0
        webhook.attempts.append(status)
        if status == httpx.codes.OK:
            webhook.outcome = "received"
        return status == httpx.codes.OK
