"""The fast path of capture sessions in Redis: what a hot call needs, in one request.

One hash per session, under its key, living exactly as long as the record says. Fields: `s` start (tells one session of
an encounter from the next), `e` end of life, `d` whose session it is (sealed), `t:{digest}` end of a QR token's life,
`i:{imageId}` an image's slot: `here`, `gone`, or the instant until which its place is held; `over` once the session has
ended; `b` until when it is believed. What is over or gone stays so, whatever is written later from an older view.
What Redis does not know, or has not been told for a minute, is asked of DynamoDB: so whatever it missed while it was
away is over within that minute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from bedside.adapters.redis.client import Redis, RedisError, Reply, Script
from bedside.capture.model import Session, patient_facts
from bedside.kernel.opaque_tokens import OpaqueToken
from bedside.platform.limits.algorithms import BUCKET
from bedside.platform.limits.limiter import PendingCheck
from bedside.platform.transient.counters import NO_COUNT, TALLY, PendingCount

if TYPE_CHECKING:
    from bedside.adapters.seal import Seal  # the cipher library is loaded only by those who open or close
    from bedside.platform.transient.drafts import PendingDraft

# KEYS[1] session, then what to count. ARGV: start, end of life, sealed facts, believed until, the three of a tally,
# then pairs of field and value.
_REMEMBER: Final = Script(
    TALLY
    + """
tally(2, ARGV[5], ARGV[6], ARGV[7])
local known = redis.call('HMGET', KEYS[1], 's', 'over')
if known[1] then
  if tonumber(known[1]) > tonumber(ARGV[1]) or (known[1] == ARGV[1] and known[2]) then return 0 end
  if known[1] ~= ARGV[1] then redis.call('DEL', KEYS[1]) end
end
redis.call('HSET', KEYS[1], 's', ARGV[1], 'e', ARGV[2], 'd', ARGV[3], 'b', ARGV[4])
for n = 8, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[n]) ~= 'gone' then redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
end
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
"""
)

# KEYS[1] session, KEYS[2] counter. ARGV: now, token field, quota, length in ms.
# Returns {count}, and with it {start, end of life, sealed facts, images} where the token opens a session.
_SCAN: Final = Script(
    BUCKET
    + """
local count = bucket(KEYS[2], tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]))
local ends = redis.call('HGET', KEYS[1], ARGV[2])
if count[1] == 0 or not ends or tonumber(ends) <= tonumber(ARGV[1]) then return {count} end
local found = redis.call('HMGET', KEYS[1], 's', 'e', 'd', 'over', 'b')
local now = tonumber(ARGV[1])
if found[4] or not found[5] or tonumber(found[5]) <= now or tonumber(found[2]) <= now then return {count} end
local images = 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do if value == 'here' then images = images + 1 end end
return {count, {found[1], found[2], found[3], images}}
"""
)

# KEYS[1] session, KEYS[2] counter, KEYS[3] draft if there is one. ARGV: now, start, image field, held until, limit,
# quota (0 not to count), length in ms, the draft, its life in ms. Returns {count, outcome, end of life}, or {count} for
# a call that is one too many.
_RESERVE: Final = Script(
    BUCKET
    + """
local found = redis.call('HMGET', KEYS[1], 's', 'e', ARGV[3], 'over', 'b')
local now = tonumber(ARGV[1])
local count = {1, 0, 0}
if tonumber(ARGV[6]) > 0 then count = bucket(KEYS[2], now, tonumber(ARGV[6]), tonumber(ARGV[7])) end
if count[1] == 0 then return {count} end
if found[4] or found[1] ~= ARGV[2] or not found[5] or tonumber(found[5]) <= now or tonumber(found[2]) <= now then
  return {count, 'unknown', '0'}
end
local slot = found[3]
if slot == 'gone' then return {count, 'gone', found[2]} end
if slot == 'here' then return {count, 'held', found[2]} end
if not slot or tonumber(slot) <= now then
  local taken = 0
  local fields = redis.call('HGETALL', KEYS[1])
  for n = 1, #fields, 2 do
    if string.sub(fields[n], 1, 2) == 'i:' then
      local value = fields[n + 1]
      if value == 'here' or (value ~= 'gone' and tonumber(value) > now) then taken = taken + 1 end
    end
  end
  if taken >= tonumber(ARGV[5]) then return {count, 'full', found[2]} end
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
if KEYS[3] then redis.call('SET', KEYS[3], ARGV[8], 'PX', ARGV[9]) end
return {count, 'held', found[2]}
"""
)

# KEYS[1] session, KEYS[2] a draft to forget (the session itself if there is none), then what to count. ARGV: start, end
# of life, image field, value, the three of a tally. Marks nothing in a session that Redis does not know.
_MARK: Final = Script(
    TALLY
    + """
if KEYS[2] ~= KEYS[1] then redis.call('DEL', KEYS[2]) end
tally(3, ARGV[5], ARGV[6], ARGV[7])
if redis.call('HGET', KEYS[1], 's') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'e', ARGV[2])
if redis.call('HGET', KEYS[1], ARGV[3]) ~= 'gone' then redis.call('HSET', KEYS[1], ARGV[3], ARGV[4]) end
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
"""
)

# KEYS[1] session. ARGV: start, end of life. Leaves nothing of an ended session but the fact that it is over.
_END: Final = Script("""
local known = redis.call('HGET', KEYS[1], 's')
if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 's', ARGV[1], 'over', '1')
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
""")

# A change that the record took and Redis missed, such as the end of a session, is not believed for longer than this.
BELIEVED_MS: Final = 60_000

type ReservationOutcome = Literal["held", "gone", "full", "unknown"]


@dataclass(frozen=True, slots=True)
class CachedSession:
    """What a QR token opened."""

    started: int
    expires_at: int
    facts: Mapping[str, Any]
    image_count: int


class FastPath:
    """Sessions in Redis. Every method raises RedisError when Redis cannot say."""

    def __init__(self, redis: Redis, seal: "Callable[[], Seal]", stage: str) -> None:
        self._redis = redis
        self._seal = seal
        self._prefix = f"bedside:{stage}:session:"

    def remember(self, session: Session, now_ms: int, tally: PendingCount = NO_COUNT) -> None:
        """Write down a session as the record has it now, and count; places that Redis holds for it stay held."""
        fields: list[str | int] = []
        for digest, ends in session.tokens.items():
            fields += [f"t:{digest}", ends]
        for image_id, slot in session.slots.items():
            fields += [f"i:{image_id}", "here" if slot > 0 else -slot]
        for image_id in session.deleted:
            fields += [f"i:{image_id}", "gone"]
        place = self._prefix + session.key
        facts = patient_facts(session.facility_id, session.encounter_id, session.patient)
        sealed = self._seal().close(facts, place)
        written = (session.started, session.expires_at, sealed, now_ms + BELIEVED_MS)
        self._redis.run(_REMEMBER, [place, *tally.keys], [*written, *tally.args, *fields])

    def scan(self, token: OpaqueToken, check: PendingCheck, now_ms: int) -> tuple[Reply, CachedSession | None]:
        """Return the limiter's count, and what the QR token opens, or None where Redis does not know it."""
        place = self._prefix + token.key
        reply = self._redis.run(_SCAN, [place, check.key], [now_ms, f"t:{token.digest}", *check.args])
        match reply:
            case [count]:
                return count, None
            case [count, [str(started), str(expires_at), str(sealed), int(images)]]:
                pass
            case _:
                raise RedisError("not an answer of this script")
        try:
            facts = self._seal().open(sealed, place)
        except ValueError as error:
            raise RedisError("sealed by an unknown key") from error
        return count, CachedSession(int(started), int(expires_at), facts, images)

    def reserve(
        self,
        key: str,
        started: int,
        image_id: str,
        held_until: int,
        limit: int,
        check: PendingCheck | None,
        now_ms: int,
        draft: "PendingDraft | None" = None,
    ) -> tuple[Reply, ReservationOutcome, int]:
        """Hold a place for an image, once however often it is asked for, and with it a draft of what is said of it.

        Returns the limiter's count (None where there is no check), what came of it, and the end of life.
        """
        place = self._prefix + key
        counter, quota = (check.key, check.args) if check else (place, (0, 0))
        keys = [place, counter, draft.key] if draft else [place, counter]
        kept = (draft.sealed, draft.life_ms) if draft else ()
        args = [now_ms, started, f"i:{image_id}", held_until, limit, *quota, *kept]
        reply = self._redis.run(_RESERVE, keys, args)
        match reply:
            case [count]:
                return count, "unknown", 0
            case [count, "held" | "gone" | "full" | "unknown" as outcome, str(expires_at)]:
                return count, outcome, int(expires_at)
            case _:
                raise RedisError("not an answer of this script")

    def holds_place(self, key: str, image_id: str) -> bool:
        """Tell whether a place is held for an image that has not arrived."""
        slot = self._redis.execute("HGET", self._prefix + key, f"i:{image_id}")
        return isinstance(slot, str) and slot.isdigit()

    def mark(
        self, session: Session, image_id: str, *, here: bool, draft: str | None = None, tally: PendingCount = NO_COUNT
    ) -> None:
        """Note that an image has arrived, or that it is gone for good; forget the draft under this key, and count."""
        self._mark(session, f"i:{image_id}", "here" if here else "gone", draft, tally)

    def extend(self, session: Session) -> None:
        """Note a longer life."""
        self._mark(session, "e", session.expires_at, None, NO_COUNT)

    def end(self, session: Session) -> None:
        """Forget a session and everything that opens it, for good."""
        self._redis.run(_END, [self._prefix + session.key], [session.started, session.expires_at])

    def _mark(self, session: Session, field: str, value: str | int, draft: str | None, tally: PendingCount) -> None:
        place = self._prefix + session.key
        args = (session.started, session.expires_at, field, value, *tally.args)
        self._redis.run(_MARK, [place, draft or place, *tally.keys], args)
