"""Enforces rate limits: one Redis request per check, none for callers known to be blocked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.adapters.redis.client import Redis, RedisError, Reply, Script
from bedside.kernel.addresses import counted_address
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
class PendingCheck:
    """A check to be made by another script in the same Redis request: the counter's key, and the arguments."""

    policy: Policy
    key: str
    args: tuple[int, int]


class Limiter:
    """Counts calls per policy and caller, or their network; Redis knows them only by a keyed hash.

    While Redis is down, each process counts separately, so the limit applies per environment instead of globally.
    `on_limited` and `on_away` receive the policy's name.
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
        """Count a call. Raises LimitReachedError if it exceeds the limit."""
        pending = self.prepare(policy, caller, now_ms)
        try:
            reply = self._redis.run(_CHECK[policy.shape], [pending.key], [now_ms, *pending.args])
        except RedisError:
            return self.check_locally(pending, now_ms)
        return self.resolve(pending, reply, now_ms)

    def prepare(self, policy: Policy, caller: str, now_ms: int) -> PendingCheck:
        """Return a check for another script to make. Raises LimitReachedError for callers known to be blocked."""
        counted = counted_address(caller) if policy.counts == "address" else caller
        name = pseudonym(self._key, f"limit\n{policy.name}\n{counted}", 24)
        pending = PendingCheck(
            policy, f"{self._prefix}{policy.name}:{name}", (policy.limit.quota, policy.limit.window_s * 1000)
        )
        until = self._blocked.get(pending.key, now_ms)
        if until is not None:
            raise self._refusal(policy, until - now_ms)
        return pending

    def resolve(self, pending: PendingCheck, reply: Reply, now_ms: int) -> Count:
        """Return the result in a script's reply. Raises LimitReachedError if the call exceeds the limit."""
        match reply:
            case [int(passes), int(remaining), int(reset_ms)]:
                return self._decided(pending, Count(bool(passes), remaining, reset_ms), now_ms)
            case _:
                return self.check_locally(pending, now_ms)

    def check_locally(self, pending: PendingCheck, now_ms: int) -> Count:
        """Count a call in this process only. Raises LimitReachedError."""
        self._on_away(pending.policy.name)
        limit, until = pending.policy.limit, now_ms + pending.policy.limit.window_s * 1000
        if pending.policy.shape == "window":
            calls, count = count_window(self._windows.get(pending.key, now_ms) or (), limit, now_ms)
            self._windows.put(pending.key, calls, until, now_ms)
        else:
            level, count = count_bucket(self._buckets.get(pending.key, now_ms), limit, now_ms)
            if level:
                self._buckets.put(pending.key, level, until, now_ms)
        return self._decided(pending, count, now_ms)

    def discard_local(self) -> None:
        """Discard local counts, because Redis is back and counts globally."""
        self._windows.clear()
        self._buckets.clear()
        self._blocked.clear()

    def _decided(self, pending: PendingCheck, count: Count, now_ms: int) -> Count:
        if count.passes:
            return count
        self._blocked.put(pending.key, now_ms + count.reset_ms, now_ms + count.reset_ms, now_ms)
        raise self._refusal(pending.policy, count.reset_ms)

    def _refusal(self, policy: Policy, wait_ms: int) -> LimitReachedError:
        self._on_limited(policy.name)
        return LimitReachedError("You are calling too often.", policy.limit, -(-wait_ms // 1000))
