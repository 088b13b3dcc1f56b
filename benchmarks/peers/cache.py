"""Sessions in Redis: a hash for each, which the product keeps in the same shape."""

import base64
import json
import os
from typing import Any

from benchmarks.peers import clients, limits, phones
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.session import Session

_BELIEVED_MS = 60_000
_FACTS = ("facilityId", "encounterId", "patientId", "patientName", "patientNHI")
# KEYS: session, counter. ARGV: now, start, image field, held until, limit, quota, window in s. Gives {calls, outcome}.
_HOLD = """
local calls = redis.call('INCR', KEYS[2])
if calls == 1 then redis.call('EXPIRE', KEYS[2], ARGV[7]) end
if calls > tonumber(ARGV[6]) then return {calls, 'limited'} end
local now = tonumber(ARGV[1])
local found = redis.call('HMGET', KEYS[1], 's', 'e', ARGV[3], 'over', 'b')
if found[4] or found[1] ~= ARGV[2] or not found[5] or tonumber(found[5]) <= now or tonumber(found[2]) <= now then
  return {calls, 'unknown'}
end
local slot = found[3]
if slot == 'gone' then return {calls, 'gone'} end
if slot == 'here' then return {calls, 'held'} end
if not slot or tonumber(slot) <= now then
  local taken = 0
  local fields = redis.call('HGETALL', KEYS[1])
  for n = 1, #fields, 2 do
    local value = fields[n + 1]
    if string.sub(fields[n], 1, 2) == 'i:' and value ~= 'gone' and (value == 'here' or tonumber(value) > now) then
      taken = taken + 1
    end
  end
  if taken >= tonumber(ARGV[5]) then return {calls, 'full'} end
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
return {calls, 'held'}
"""


def remember(session: Session, now: int, *, new: bool = False) -> None:
    """Write down a session as the record has it."""
    place = _place(session["pk"])
    facts = {name: session[name] for name in _FACTS if name in session}
    nonce = os.urandom(12)
    sealed = nonce + clients.cipher.encrypt(nonce, json.dumps(facts).encode(), place.encode())
    fields: dict[str, Any] = {
        "s": str(session["started"]),
        "e": str(session["expiresAt"]),
        "d": base64.b64encode(sealed).decode(),
        "b": str(now + _BELIEVED_MS),
    }
    fields |= {f"t:{digest}": str(ends) for digest, ends in session["tokens"].items()}
    fields |= {f"i:{name}": "here" if slot > 0 else str(-slot) for name, slot in session["slots"].items()}
    fields |= {f"i:{name}": "gone" for name in session.get("deletedImages", ())}
    fields |= {f"a:{phone.phone_id}": phone.name for phone in phones.listed(session)}
    pipeline = clients.redis.pipeline()
    if new:
        pipeline.delete(place)
    pipeline.hset(place, values=fields)
    pipeline.pexpireat(place, int(session["expiresAt"]))
    pipeline.exec()


def scan(key: str, digest: str, phone: str, address: str, now: int) -> tuple[dict[str, str], dict[str, Any] | None]:
    """Count the call and return the session of a QR token if Redis has it and the phone in it, in one request."""
    place = _place(key)
    fields, [found] = limits.count(limits.TOKEN_VALIDATE, address, lambda pipeline: pipeline.hgetall(place))
    name = found.get(f"a:{phone}") if found else None
    if not name or "over" in found or any(int(found.get(part, 0)) <= now for part in ("e", "b", f"t:{digest}")):
        return fields, None
    sealed = base64.b64decode(found["d"])
    facts: dict[str, Any] = json.loads(clients.cipher.decrypt(sealed[:12], sealed[12:], place.encode()))
    count = sum(value == "here" for part, value in found.items() if part.startswith("i:"))
    times = {"started": int(found["s"]), "expiresAt": int(found["e"])}
    return fields, {**facts, **times, "imageCount": count, "phone": name}


def hold(key: str, started: int, image_id: str, until: int, most: int, now: int) -> tuple[dict[str, str], str]:
    """Count the call and hold a place for an image; one request."""
    limit = limits.PRESIGNED_URL
    calls, outcome = clients.redis.eval(
        _HOLD,
        keys=[_place(key), limits.counter(limit, key)],
        args=[str(each) for each in (now, started, f"i:{image_id}", until, most, limit.quota, limit.window_s)],
    )
    return limits.judge(limit, calls), outcome


def report(key: str, started: int, phone_id: str, unsent: int, now: int) -> tuple[dict[str, str], int | None]:
    """Count the call and return how many images the session holds, None if Redis cannot tell.

    One request, and another if the phone's number of unsent photos has changed.
    """
    place = _place(key)
    fields, [found] = limits.count(limits.SESSION_STATUS, key, lambda pipeline: pipeline.hgetall(place))
    if not found or "over" in found or found["s"] != str(started) or any(int(found[name]) <= now for name in "eb"):
        return fields, None
    if found.get(f"u:{phone_id}", "0") != str(unsent):
        clients.redis.hset(place, f"u:{phone_id}", str(unsent))
    return fields, sum(value == "here" for name, value in found.items() if name.startswith("i:"))


def mark(session: Session, image_id: str, *, here: bool) -> None:
    """Note that an image has arrived, or that it is gone."""
    pipeline = clients.redis.pipeline()
    pipeline.hset(
        _place(session["pk"]),
        values={f"i:{image_id}": "here" if here else "gone", "e": str(session["expiresAt"])},
    )
    pipeline.pexpireat(_place(session["pk"]), int(session["expiresAt"]))
    pipeline.exec()


def end(session: Session) -> None:
    """Forget an ended session, but for that it is over."""
    place = _place(session["pk"])
    pipeline = clients.redis.pipeline()
    pipeline.delete(place)
    pipeline.hset(place, values={"s": str(session["started"]), "over": "1"})
    pipeline.pexpireat(place, int(session["expiresAt"]))
    pipeline.exec()


def ping() -> bool:
    """Return whether Redis answers."""
    try:
        return clients.redis.ping() == "PONG"
    except Exception:  # noqa: BLE001  # any failure means that Redis does not answer
        return False


def refuse(outcome: str) -> None:
    """Refuse a place that could not be held."""
    if outcome == "gone":
        raise Refusal(409, "image-deleted")
    if outcome == "full":
        raise Refusal(409, "image-limit-reached")


def _place(key: str) -> str:
    return f"bedside:{clients.STAGE}:session:{key}"
