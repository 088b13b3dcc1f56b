"""A cache before the record: in one Redis request on a hit, without Redis in this process.

A value is kept with the versions of its tags, and is not found any more once one of them has another. Whoever finds
nothing gets a lease: they load, and may write down what they loaded while the lease lasts and the tags are as they were
when it began. So what was read before a change is never written down after it, and others need not load meanwhile.
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

# An entry's life, and that of "there is nothing": up to a fifth less, so that not all end at once. What an invalidation
# that could not be delivered leaves behind lasts no longer.
LIFE_MS: Final = 30_000
NOTHING_MS: Final = 10_000
# While Redis is away nobody can tell this process of a change.
LOCAL_MS: Final = 5000
_LOCAL_CAPACITY: Final = 1000
# Whoever needs longer to load does not write it down.
_LEASE_MS: Final = 2000
_PAUSE_S: Final = 0.02

# Each script answers with the token that it was given, so that no other's answer is taken for its own.
# KEYS: entry, lease, tags.
_VERSIONS: Final = """
local versions = {}
for n = 3, #KEYS do versions[n - 2] = redis.call('GET', KEYS[n]) or '' end
local seen = table.concat(versions, ' ')
"""

# ARGV: token (16 characters), the lease's ms, ms that a tag has left if it is young.
# Returns {token, what, entry}. An entry of another type is none.
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

# ARGV: token, value, its ms.
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
# hit: Redis had it. miss: it was loaded. away: Redis did not say.
type CacheOutcome = Literal["hit", "miss", "away"]
type _Found = Literal["hit", "ours", "theirs", "young"]


class Cache:
    """Keeps documents for at most 30 s, sealed, under names that say nothing.

    Never for what decides who may do what, nor for what a write is made from. While Redis is away each process keeps
    for at most five seconds what it loaded itself; changes that Redis could not be told of are told first of all when
    it answers this process again. No failure of Redis is the caller's: what `load` raises is all that is raised.

    Others wait for whoever loads, but not longer than `patience_s` in all; `on_asked` hears how each call went.
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
        on_asked: Callable[[CacheOutcome], None] = lambda _outcome: None,
    ) -> None:
        self._redis = redis
        self._seal = seal
        self._prefix = f"bedside:{stage}:cache:"
        self._key = key
        self._patience_s = patience_s
        self._randomness = randomness
        self._clock = clock
        self._sleep = sleep
        self._on_asked = on_asked
        self._local: ProcessStore[tuple[Any]] = ProcessStore(_LOCAL_CAPACITY)
        self._changes = Invalidations(redis, self._token)

    def get[Value: Document | None](
        self, name: str, tags: Sequence[str], load: Callable[[], Value], now_ms: int, *, settles_ms: int = 0
    ) -> Value:
        """Return what is kept under `name`, or else what `load` gives: a document, or None for "there is nothing".

        `load` may say for `settles_ms` after a change what was before it (an index does); so long nothing is kept.
        """
        entry = self._name("entry", name)
        keys = [entry, f"{entry}:lease", *(self._name("tag", tag) for tag in tags)]
        token = self._token()
        found = self._find(keys, token, settles_ms, now_ms)
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
        """Let nothing be found any more that has one of these tags; call it after the change."""
        self._local.clear()
        self._changes.note([self._name("tag", tag) for tag in tags], now_ms)
        self._changes.told(now_ms)

    def redis_is_back(self, now_ms: int) -> None:
        """Drop what was kept here, and tell Redis what it missed."""
        self._local.clear()
        self._changes.told(now_ms)

    def _find(self, keys: list[str], token: str, settles_ms: int, now_ms: int) -> tuple[_Found, str] | None:
        """Ask Redis, again while another loads; None where Redis is away, or has not been told of every change."""
        if not self._changes.told(now_ms):
            return None
        began, pause = self._clock(), _PAUSE_S
        while True:
            asked = self._clock()
            try:
                reply = self._redis.run(_FIND, keys, [token, _LEASE_MS, VERSION_MS - settles_ms])
            except RedisError:
                return None
            match reply:
                case [str(echo), "hit" | "ours" | "theirs" | "young" as what, str(sealed)] if echo == token:
                    pass
                case _:
                    return None
            answered = self._clock()
            # The next answer may take as long as this one did.
            if what != "theirs" or answered - began + pause + (answered - asked) > self._patience_s:
                return what, sealed
            self._sleep(pause)
            pause *= 2

    def _keep(self, keys: list[str], token: str, value: Document | None, now_ms: int) -> None:
        whole = NOTHING_MS if value is None else LIFE_MS
        life = whole - whole * int.from_bytes(self._randomness(2)) // (5 * 0x10000)
        sealed = self._seal().close({"until": now_ms + life, "value": value}, keys[0])
        try:
            self._redis.run(_KEEP, keys, [token, sealed, life])
        except RedisError:
            return  # the next to ask loads as well

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
