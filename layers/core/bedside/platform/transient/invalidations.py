"""Changes that Redis has to be told of, so that nothing it kept from before them is found any more."""

from collections.abc import Callable, Iterable
from typing import Final

from bedside.adapters.redis.client import Redis, RedisError, Script

# A tag's version has to outlive every entry and every lease that began before it. Then it may go: nothing is left that
# knows an earlier one.
VERSION_MS: Final = 60_000
_OWED: Final = 1000

# KEYS: tags. ARGV: token, which becomes their version, its ms. Returns the token, so that no other answer is taken for
# this one.
_CHANGE: Final = Script("""
for n = 1, #KEYS do redis.call('SET', KEYS[n], ARGV[1], 'PX', ARGV[2]) end
return ARGV[1]
""")


class Invalidations:
    """Gives tags new versions: in one request, or as soon as Redis answers again.

    Up to 1,000 tags wait for that, none for longer than anything that was kept before its change can live.
    """

    def __init__(self, redis: Redis, token: Callable[[], str]) -> None:
        self._redis = redis
        self._token = token
        self._owed: dict[str, int] = {}

    def note(self, tags: Iterable[str], now_ms: int) -> None:
        """Note that what these tags (names in Redis) stand for has changed."""
        for tag in tags:
            self._owed.pop(tag, None)
            self._owed[tag] = now_ms + VERSION_MS
        while len(self._owed) > _OWED:
            del self._owed[next(iter(self._owed))]

    def told(self, now_ms: int) -> bool:
        """Tell Redis what it has not been told; False where that cannot be, and nothing of it is to be believed."""
        owed = [tag for tag, until in self._owed.items() if until > now_ms]
        if owed:
            token = self._token()
            try:
                if self._redis.run(_CHANGE, owed, [token, VERSION_MS]) != token:
                    return False
            except RedisError:
                return False
        self._owed.clear()
        return True
