"""Rate limits the usual way: counters in Redis, one for each caller and window."""

from collections.abc import Callable
from typing import Any, NamedTuple

from upstash_redis.client import Pipeline

from benchmarks.peers.clients import STAGE, keyed_hash, now_ms, redis
from benchmarks.peers.refusal import Refusal


class Limit(NamedTuple):
    """So many calls in so many seconds."""

    name: str
    quota: int
    window_s: int


ROLE_CHANGES = Limit("role-changes", 5, 3600)
ADMIN = Limit("admin", 100, 600)
PROFILE = Limit("profile", 30, 300)
OTP_SEND = Limit("otp-send-address", 600, 3600)
OTP_VERIFY = Limit("otp-verify-address", 600, 600)
SESSION_CREATE = Limit("session-create", 600, 600)
TOKEN_VALIDATE = Limit("token-validate", 600, 60)
PRESIGNED_URL = Limit("presigned-url", 200, 100)
SESSION_STATUS = Limit("session-status", 120, 60)
VISITS = Limit("visits", 300, 300)


def count(
    limit: Limit, caller: str, also: Callable[[Pipeline], Any] = lambda _pipeline: None
) -> tuple[dict[str, str], list[Any]]:
    """Count a call in one request, in which `also` may ask for more; refuses one that is too many.

    Gives the header fields that tell what is left, and the answers to what else was asked.
    """
    key = counter(limit, caller)
    pipeline = redis.pipeline()
    pipeline.incr(key)
    pipeline.expire(key, limit.window_s, nx=True)
    also(pipeline)
    answers: list[Any] = pipeline.exec()
    calls, _, *others = answers
    return judge(limit, calls), others


def counter(limit: Limit, caller: str) -> str:
    """Return the key of a caller's counter in this window; it does not reveal the caller."""
    name = keyed_hash(f"limit\n{limit.name}\n{caller}").hex()[:24]
    return f"peers:{STAGE}:limit:{limit.name}:{name}:{now_ms() // 1000 // limit.window_s}"


def judge(limit: Limit, calls: int) -> dict[str, str]:
    """Return the RateLimit header fields for a caller's number of calls; rejects a call beyond the limit."""
    reset = limit.window_s - now_ms() // 1000 % limit.window_s
    fields = {
        "ratelimit-policy": f'"{limit.name}";q={limit.quota};w={limit.window_s}',
        "ratelimit": f'"{limit.name}";r={max(0, limit.quota - calls)};t={reset}',
    }
    if calls > limit.quota:
        raise Refusal(429, "limit-reached", {**fields, "retry-after": str(reset)})
    return fields
