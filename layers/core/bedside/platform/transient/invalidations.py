"""Cache invalidations, pending until Redis has received them."""

from collections.abc import Callable, Iterable
from typing import Final

from bedside.adapters.redis.client import Redis, RedisError, Script

# A tag's version must outlive every entry and lease that refers to an earlier version.
VERSION_MS: Final = 60_000
_MAX_PENDING: Final = 1000

# KEYS: tags. ARGV: token, which becomes their version, and its lifetime in ms. Returns the token, so that a stray reply
# cannot be mistaken for its own.
_CHANGE: Final = Script("""
for n = 1, #KEYS do redis.call('SET', KEYS[n], ARGV[1], 'PX', ARGV[2]) end
return ARGV[1]
""")


class Invalidations:
    """Invalidates tags, in one request or as soon as Redis is reachable again.

    At most 1,000 tags are pending, each until every entry stored before its change has expired.
    """

    def __init__(self, redis: Redis, token: Callable[[], str]) -> None:
        self._redis = redis
        self._token = token
        self._pending: dict[str, int] = {}

    def add(self, tags: Iterable[str], now_ms: int) -> None:
        """Add tags (keys in Redis) to be invalidated by the next `flush`."""
        for tag in tags:
            self._pending.pop(tag, None)
            self._pending[tag] = now_ms + VERSION_MS
        while len(self._pending) > _MAX_PENDING:
            del self._pending[next(iter(self._pending))]

    def flush(self, now_ms: int) -> bool:
        """Send all pending invalidations; False if that failed, in which case Redis must not be trusted."""
        pending = [tag for tag, until in self._pending.items() if until > now_ms]
        if pending:
            token = self._token()
            try:
                if self._redis.run(_CHANGE, pending, [token, VERSION_MS]) != token:
                    return False
            except RedisError:
                return False
        self._pending.clear()
        return True
