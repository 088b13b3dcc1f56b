"""The provider as a whole: its objects, what happens to them, and events about both."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from local.stripe.connect import Connect
from local.stripe.events import RETRIES_S, Events
from local.stripe.faults import Faults
from local.stripe.identity import Identity
from local.stripe.payments import Payments
from local.stripe.refunds import Refunds
from local.stripe.store import Store
from local.webhooks import Receiver


@dataclass
class Provider:
    """Everything that the stand-in knows. `time_scale` divides what Stripe takes in time for itself.

    `secret_key` is its customer's key of the API, `webhook_secret` signs events, and `origin` is where its pages are.
    """

    secret_key: str
    webhook_secret: str
    receiver: Receiver
    origin: str
    time_scale: float = 1
    retries_s: Sequence[float] = RETRIES_S
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    chance: Callable[[], float] = random.random
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self._timers: set[asyncio.TimerHandle] = set()
        self.events = Events(
            self.receiver, self.webhook_secret, lambda: self.faults, self.now_ms, self.retries_s, self.chance
        )
        self.store = Store(self.now_ms, self.events.send)
        self.payments = Payments(self.store, self.origin, self.time_scale, self._later)
        self.refunds = Refunds(self.store, lambda: self.faults, self._scaled)
        self.connect = Connect(self.store, self.origin, lambda: self.faults, self._scaled)
        self.identity = Identity(self.store, self.origin)

    async def close(self) -> None:
        """Forget what is still to happen."""
        for timer in self._timers:
            timer.cancel()
        await self.events.close()

    def _scaled(self, after_s: float, do: Callable[[], None]) -> None:
        self._later(after_s / self.time_scale, do)

    def _later(self, after_s: float, do: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(timer)
            do()

        timer = asyncio.get_running_loop().call_later(after_s, run)
        self._timers.add(timer)
