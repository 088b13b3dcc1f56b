"""One GET by our own adapter; with a TLS context, which a real database needs and the local bridge does not."""

import os
import ssl
from collections.abc import Callable

from bedside.adapters.redis.client import Redis


def prepare() -> Callable[[], str]:
    """Return the call."""
    ssl.create_default_context()
    redis = Redis(os.environ["BENCH_REDIS_URL"], os.environ["BENCH_REDIS_TOKEN"], deadline_s=5)
    return lambda: str(redis.execute("GET", "benchmark"))
