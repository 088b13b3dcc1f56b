"""Whether the stack serves, and how Redis is."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside import __version__
from bedside.adapters.redis.circuit_breaker import State
from bedside.adapters.redis.client import Redis, RedisError
from bedside.kernel.errors import UnavailableError
from bedside.kernel.instants import iso
from bedside.operations.representation import HealthDocument


@dataclass(frozen=True, slots=True)
class Health:
    """Asks Redis how it is; `redis` raises UnavailableError where its address cannot be read."""

    redis: Callable[[], Redis]

    def check(self, now_ms: int) -> HealthDocument:
        """Return the stack's health: `degraded` while Redis is away, which stops nothing."""
        state = self._redis_state()
        return {
            "status": "ok" if state == "up" else "degraded",
            "redis": state,
            "version": __version__,
            "timestamp": iso(now_ms),
        }

    def _redis_state(self) -> State:
        """Ask Redis; one that did not answer counts as away, before the breaker knows it."""
        try:
            self.redis().execute("PING")
        except UnavailableError:
            return "open"
        except RedisError:
            return "probing" if self.redis().state == "probing" else "open"
        return self.redis().state
