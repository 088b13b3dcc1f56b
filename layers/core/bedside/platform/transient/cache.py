"""A read-through cache in front of DynamoDB: one Redis request per hit, or in this process while Redis is down.

An entry is stored with the versions of its tags, and becomes invalid when any of them changes. On a miss, one caller
gets a lease to load the value; it may store the value only while the lease lasts and the tag versions are unchanged.
So a value read before a change is never stored after it, and concurrent callers need not load the same value.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from bedside.adapters.redis.client import Redis, RedisError, Script
from bedside.kernel.pseudonym import pseudonym
from bedside.platform.transient.invalidations import VERSION_MS, Invalidations
from bedside.platform.transient.process_store import ProcessStore

if TYPE_CHECKING:
    from bedside.adapters.seal import Seal

# Lifetimes of an entry and of a negative entry (None), randomly shortened by up to a fifth so that entries do not all
# expire at once. They bound how long a lost invalidation can leave a stale entry.
LIFE_MS: Final = 30_000
NEGATIVE_LIFE_MS: Final = 10_000
# Short, because invalidations cannot reach this process while Redis is down.
LOCAL_MS: Final = 5000
_LOCAL_CAPACITY: Final = 1000
# A caller that takes longer to load does not store the value.
_LEASE_MS: Final = 2000
_PAUSE_S: Final = 0.02

# Each script returns the token that it was given, so that a stray reply cannot be mistaken for its own.
# KEYS: entry, lease, tags.
_VERSIONS: Final = """
local versions = {}
for n = 3, #KEYS do versions[n - 2] = redis.call('GET', KEYS[n]) or '' end
local seen = table.concat(versions, ' ')
"""

# ARGV: token (16 characters), lease in ms, remaining ms above which a tag's version counts as young.
# Returns {token, outcome, entry}. An entry of another Redis type counts as missing.
_FIND: Final = Script(
    _VERSIONS
    + """
local kept = redis.pcall('HMGET', KEYS[1], 'versions', 'value')
if kept[1] == seen and kept[2] then return {ARGV[1], 'hit', kept[2]} end
for n = 3, #KEYS do
  if redis.call('PTTL', KEYS[n]) > tonumber(ARGV[3]) then return {ARGV[1], 'young', ''} end
end
local lease = redis.call('GET', KEYS[2])
if lease and string.sub(lease, 18) == seen then return {ARGV[1], 'theirs', ''} end
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. seen, 'PX', ARGV[2])
return {ARGV[1], 'ours', ''}
"""
)

# ARGV: token, value, lifetime in ms.
_KEEP: Final = Script(
    _VERSIONS
    + """
if redis.call('GET', KEYS[2]) ~= ARGV[1] .. ' ' .. seen then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'versions', seen, 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
)

type Document = Mapping[str, Any]
# hit: found in Redis. miss: loaded. away: Redis is down.
type CacheOutcome = Literal["hit", "miss", "away"]
type _Found = Literal["hit", "ours", "theirs", "young"]


class Cache:
    """Caches documents for at most 30 s, encrypted and under pseudonymous keys.

    Not to be used for authorisation, nor for values that a write is based on. While Redis is down, each process caches
    its own loads for at most five seconds; pending invalidations are sent before anything else when Redis is back.
    Redis failures never reach the caller; only errors of `load` do.

    While one caller loads a value, others wait for it, for at most `patience_s` seconds. `on_lookup` receives the
    outcome of each call.
    """

    def __init__(
        self,
        redis: Redis,
        seal: "Callable[[], Seal]",
        stage: str,
        key: bytes,
        *,
        patience_s: float,
        randomness: Callable[[int], bytes],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        on_lookup: Callable[[CacheOutcome], None] = lambda _outcome: None,
    ) -> None:
        self._redis = redis
        self._seal = seal
        self._prefix = f"bedside:{stage}:cache:"
        self._key = key
        self._patience_s = patience_s
        self._randomness = randomness
        self._clock = clock
        self._sleep = sleep
        self._on_asked = on_lookup
        self._local: ProcessStore[tuple[Any]] = ProcessStore(_LOCAL_CAPACITY)
        self._invalidations = Invalidations(redis, self._token)

    def get[Value: Document | None](
        self, name: str, tags: Sequence[str], load: Callable[[], Value], now_ms: int, *, index_lag_ms: int = 0
    ) -> Value:
        """Return the cached value of `name`, or else the result of `load`: a document, or None (cached as well).

        If `load` reads an eventually consistent index, `index_lag_ms` is its maximum lag: nothing is cached for that
        long after an invalidation.
        """
        entry = self._name("entry", name)
        keys = [entry, f"{entry}:lease", *(self._name("tag", tag) for tag in tags)]
        token = self._token()
        found = self._find(keys, token, index_lag_ms, now_ms)
        if found is None:
            return self._without_redis(entry, load, now_ms)
        self._local.clear()
        what, sealed = found
        if what == "hit" and (kept := self._opened(sealed, entry, now_ms)):
            self._on_asked("hit")
            value: Value = kept["value"]
            return value
        self._on_asked("miss")
        value = load()
        if what == "ours":
            self._keep(keys, token, value, now_ms)
        return value

    def invalidate(self, tags: Sequence[str], now_ms: int) -> None:
        """Invalidate all entries with any of these tags; to be called after the change."""
        self._local.clear()
        self._invalidations.add([self._name("tag", tag) for tag in tags], now_ms)
        self._invalidations.flush(now_ms)

    def redis_recovered(self, now_ms: int) -> None:
        """Discard local entries, and send pending invalidations."""
        self._local.clear()
        self._invalidations.flush(now_ms)

    def _find(self, keys: list[str], token: str, index_lag_ms: int, now_ms: int) -> tuple[_Found, str] | None:
        """Look up Redis, again while another caller loads; None if Redis is down or invalidations are pending."""
        if not self._invalidations.flush(now_ms):
            return None
        began, pause = self._clock(), _PAUSE_S
        while True:
            asked = self._clock()
            try:
                reply = self._redis.run(_FIND, keys, [token, _LEASE_MS, VERSION_MS - index_lag_ms])
            except RedisError:
                return None
            match reply:
                case [str(echo), "hit" | "ours" | "theirs" | "young" as what, str(sealed)] if echo == token:
                    pass
                case _:
                    return None
            answered = self._clock()
            # The next reply may take as long as this one did.
            if what != "theirs" or answered - began + pause + (answered - asked) > self._patience_s:
                return what, sealed
            self._sleep(pause)
            pause *= 2

    def _keep(self, keys: list[str], token: str, value: Document | None, now_ms: int) -> None:
        whole = NEGATIVE_LIFE_MS if value is None else LIFE_MS
        life = whole - whole * int.from_bytes(self._randomness(2)) // (5 * 0x10000)
        sealed = self._seal().close({"until": now_ms + life, "value": value}, keys[0])
        try:
            self._redis.run(_KEEP, keys, [token, sealed, life])
        except RedisError:
            return  # the next caller loads the value again

    def _opened(self, sealed: str, entry: str, now_ms: int) -> Document | None:
        try:
            kept = self._seal().open(sealed, entry)
        except ValueError:
            return None
        return kept if kept["until"] > now_ms else None

    def _without_redis[Value: Document | None](self, entry: str, load: Callable[[], Value], now_ms: int) -> Value:
        self._on_asked("away")
        kept = self._local.get(entry, now_ms)
        if kept is None:
            kept = (load(),)
            self._local.put(entry, kept, now_ms + LOCAL_MS, now_ms)
        value: Value = kept[0]
        return value

    def _token(self) -> str:
        return self._randomness(8).hex()

    def _name(self, kind: str, name: str) -> str:
        return f"{self._prefix}{kind}:{pseudonym(self._key, f'cache {kind}\n{name}')}"
