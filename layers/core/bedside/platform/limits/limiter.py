"""Checks rate limits: in one Redis request, in none for callers known to be blocked, without Redis in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.adapters.redis.client import Redis, RedisError, Reply, Script
from bedside.kernel.errors import LimitReachedError
from bedside.kernel.pseudonym import pseudonym
from bedside.platform.limits.algorithms import BUCKET, WINDOW, Count, count_bucket, count_window
from bedside.platform.limits.policies import Policy
from bedside.platform.transient.process_store import ProcessStore

# KEYS[1] counter. ARGV: now, quota, length in ms.
_CHECK: Final = {
    "window": Script(WINDOW + "return window(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))"),
    "bucket": Script(BUCKET + "return bucket(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))"),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A check that rides in another's Redis request: its counter's key and its arguments, for the script to use."""

    policy: Policy
    key: str
    args: tuple[int, int]


class Limiter:
    """Counts calls per policy and caller.

    Callers are named in Redis by a keyed hash. While Redis is away each process counts for itself, so that the limit
    holds per environment and not for all together. `on_limited` and `on_away` hear of the policy's name.
    """

    def __init__(
        self,
        redis: Redis,
        stage: str,
        key: bytes,
        *,
        on_limited: Callable[[str], None] = lambda _name: None,
        on_away: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._redis = redis
        self._prefix = f"bedside:{stage}:limit:"
        self._key = key
        self._on_limited = on_limited
        self._on_away = on_away
        self._blocked: ProcessStore[int] = ProcessStore()
        self._windows: ProcessStore[tuple[int, ...]] = ProcessStore()
        self._buckets: ProcessStore[tuple[int, int]] = ProcessStore()

    def check(self, policy: Policy, caller: str, now_ms: int) -> Count:
        """Count a call; raises LimitReachedError where it is one too many."""
        ticket = self.ticket(policy, caller, now_ms)
        try:
            reply = self._redis.run(_CHECK[policy.shape], [ticket.key], [now_ms, *ticket.args])
        except RedisError:
            return self.without_redis(ticket, now_ms)
        return self.judged(ticket, reply, now_ms)

    def ticket(self, policy: Policy, caller: str, now_ms: int) -> Ticket:
        """Return a check for another script to make; raises LimitReachedError for callers known to be blocked."""
        name = pseudonym(self._key, f"limit\n{policy.name}\n{caller}", 24)
        ticket = Ticket(
            policy, f"{self._prefix}{policy.name}:{name}", (policy.limit.quota, policy.limit.window_s * 1000)
        )
        until = self._blocked.get(ticket.key, now_ms)
        if until is not None:
            raise self._refusal(policy, until - now_ms)
        return ticket

    def judged(self, ticket: Ticket, reply: Reply, now_ms: int) -> Count:
        """Return what a script answered; raises LimitReachedError where the call was one too many."""
        match reply:
            case [int(passes), int(remaining), int(reset_ms)]:
                return self._decided(ticket, Count(bool(passes), remaining, reset_ms), now_ms)
            case _:
                return self.without_redis(ticket, now_ms)

    def without_redis(self, ticket: Ticket, now_ms: int) -> Count:
        """Count a call in this process; raises LimitReachedError."""
        self._on_away(ticket.policy.name)
        limit, until = ticket.policy.limit, now_ms + ticket.policy.limit.window_s * 1000
        if ticket.policy.shape == "window":
            calls, count = count_window(self._windows.get(ticket.key, now_ms) or (), limit, now_ms)
            self._windows.put(ticket.key, calls, until, now_ms)
        else:
            level, count = count_bucket(self._buckets.get(ticket.key, now_ms), limit, now_ms)
            if level:
                self._buckets.put(ticket.key, level, until, now_ms)
        return self._decided(ticket, count, now_ms)

    def forget(self) -> None:
        """Drop what was counted here: Redis is back, and counts for everybody."""
        self._windows.clear()
        self._buckets.clear()
        self._blocked.clear()

    def _decided(self, ticket: Ticket, count: Count, now_ms: int) -> Count:
        if count.passes:
            return count
        self._blocked.put(ticket.key, now_ms + count.reset_ms, now_ms + count.reset_ms, now_ms)
        raise self._refusal(ticket.policy, count.reset_ms)

    def _refusal(self, policy: Policy, wait_ms: int) -> LimitReachedError:
        self._on_limited(policy.name)
        return LimitReachedError("You are calling too often.", policy.limit, -(-wait_ms // 1000))
