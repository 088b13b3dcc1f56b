from bedside.adapters.redis.client import Redis
from benchmarks.stack import Stack
from tests.conftest import Upstash


def test_counted_calls_are_forgotten_and_nothing_else(upstash: Upstash, redis: Redis) -> None:
    """Ours and the peers'; sessions stay, since a call that is measured lives on them."""
    for key in ("bedside:local:limit:admin:x", "peers:local:limit:admin:x:1", "bedside:local:session:x"):
        redis.execute("SET", key, "1")
    Stack("", upstash.url, upstash.token, "", "", "", "", "", "", "", {}, "", "", "", "").forget_limits()
    assert redis.execute("KEYS", "*") == ["bedside:local:session:x"]
