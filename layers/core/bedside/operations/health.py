"""Health of the stack and of Redis."""

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
    """Checks Redis; `redis` raises UnavailableError if the address of Redis cannot be read."""

    redis: Callable[[], Redis]

    def check(self, now_ms: int) -> HealthDocument:
        """Return the stack's health: `degraded` while Redis is down, when everything still works."""
        state = self._redis_state()
        return {
            "status": "ok" if state == "up" else "degraded",
            "redis": state,
            "version": __version__,
            "timestamp": iso(now_ms),
        }

    def _redis_state(self) -> State:
        """Ping Redis; a single failure already counts as down, before the breaker opens."""
        try:
            self.redis().execute("PING")
        except UnavailableError:
            return "open"
        except RedisError:
            return "probing" if self.redis().state == "probing" else "open"
        return self.redis().state
