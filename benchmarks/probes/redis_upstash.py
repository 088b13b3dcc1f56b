"""One GET by upstash-redis with its defaults."""

import os
from collections.abc import Callable

from upstash_redis import Redis


def prepare() -> Callable[[], str]:
    """Return the call."""
    redis = Redis(os.environ["BENCH_REDIS_URL"], os.environ["BENCH_REDIS_TOKEN"], allow_telemetry=False)
    return lambda: str(redis.get("benchmark"))
