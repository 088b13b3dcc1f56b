"""Processes that share one Redis, each with a cache of its own."""

from collections.abc import Callable
from typing import Any

from bedside.adapters.seal import Seal
from bedside.platform.transient.cache import Cache
from tests.conftest import Upstash
from tests.fakes.switched_redis import SwitchedRedis

NOW = 1_795_228_312_345
KEYS = {"1": b"k" * 32}

type Randomness = Callable[[int], bytes]


class Process:
    """One process: its cache, what that told, and what it paused; its clock stands but for the pauses."""

    def __init__(
        self,
        upstash: Upstash,
        randomness: Randomness,
        *,
        patience_s: float = 0.0,
        key: bytes = b"key",
        stage: str = "test",
        keys: dict[str, bytes] = KEYS,
    ) -> None:
        self.redis = SwitchedRedis(upstash.url, upstash.token, deadline_s=20)
        self.outcomes: list[str] = []
        self.pauses: list[float] = []
        self.loads = 0
        self.cache = Cache(
            self.redis,
            lambda: Seal(keys),
            stage,
            key,
            patience_s=patience_s,
            randomness=randomness,
            clock=lambda: sum(self.pauses),
            sleep=self.pauses.append,
            on_lookup=self.outcomes.append,
        )

    def get(self, value: Any, name: str = "n", *tags: str, now: int = NOW, index_lag_ms: int = 0) -> Any:
        """Ask for what is kept under `name`; loading it gives `value`, or what that gives when it is called."""

        def load() -> Any:
            self.loads += 1
            return value() if callable(value) else value

        return self.cache.get(name, tags or ("t",), load, now, index_lag_ms=index_lag_ms)

    def change(self, *tags: str, now: int = NOW) -> None:
        self.cache.invalidate(tags or ("t",), now)

    def spent(self, work: Callable[[], object]) -> int:
        """Tell how many requests `work` sends to Redis."""
        before = self.redis.requests
        work()
        return self.redis.requests - before


def counting() -> Randomness:
    """Give randomness that repeats nothing, and of which two bytes are always zero: lives are whole."""
    made = iter(range(1, 10**9))
    return lambda size: next(made).to_bytes(size) if size > 2 else bytes(size)


type Start = Callable[..., Process]


def starting(upstash: Upstash) -> Start:
    """Give what starts processes; their scripts are known to Redis."""
    randomness = counting()
    first = Process(upstash, randomness)
    first.get({}, "warm")
    first.change("warm")
    return lambda **options: Process(upstash, **{"randomness": randomness, **options})
