"""The proxy does what each of its faults says, and is well again afterwards."""

import contextlib
import time
from collections.abc import Iterator

import pytest

from bedside.adapters.redis.client import Redis, RedisError
from tests.conftest import Upstash
from tests.faults.proxy import EMPTIED, FAULTS, HANGING, MEANINGS, MUCH_LATER, READ_ONLY, REFUSED, Proxy, proxy

# The fault → whether a command runs under it, and whether its answer is believed.
OUTCOMES = {
    REFUSED: (False, False),
    "reset": (False, False),
    "black hole": (False, False),
    "delivered late": (False, False),
    MUCH_LATER: (False, False),
    "drip": (True, False),
    "delayed 5 s": (True, False),
    "slow": (True, True),
    "reply lost": (True, False),
    READ_ONLY: (False, False),
    "401": (False, False),
    "429": (False, False),
    "500": (False, False),
    "502 HTML": (False, False),
    "503 JSON": (False, False),
    "truncated": (True, False),
    "garbage": (False, False),
    "another's answer": (False, True),
    "flapping, bad first": (False, False),
    "flapping, good first": (True, True),
    EMPTIED: (True, True),
}


@pytest.fixture
def between(upstash: Upstash, redis: Redis) -> Iterator[Proxy]:  # noqa: ARG001  # emptied
    with proxy(upstash.url, upstash.token) as running:
        yield running


def through(between: Proxy, upstash: Upstash, deadline_s: float = 5) -> Redis:
    return Redis(between.origin, upstash.token, deadline_s=deadline_s)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault(between: Proxy, upstash: Upstash, redis: Redis, fault: str) -> None:
    """The command runs or not, the answer comes or not, as `OUTCOMES` says; then all is well."""
    ran, believed = OUTCOMES[fault]
    client = through(between, upstash, 0.25 if fault in HANGING else 5)
    with contextlib.suppress(RedisError):  # a busy machine
        client.execute("PING")
    between.switch(fault)
    if believed:
        assert client.execute("INCR", "n") in {1, 7}
    else:
        with pytest.raises(RedisError):
            client.execute("INCR", "n")
    assert redis.execute("GET", "n") == ("1" if ran else None)
    between.switch(None)
    assert through(between, upstash).execute("PING") == "PONG"


def test_every_fault_is_explained() -> None:
    """The page says what each does."""
    assert set(OUTCOMES) == set(FAULTS) == set(MEANINGS)


def test_hanging_faults_hang(between: Proxy, upstash: Upstash) -> None:
    """They use up all the time that a client has, and no more."""
    for fault in sorted(HANGING):
        between.switch(fault)
        started = time.monotonic()
        with pytest.raises(RedisError, match="TimeoutError"):
            through(between, upstash, 0.2).execute("PING")
        assert time.monotonic() - started >= 0.2


def test_what_is_delivered_late_runs_in_order(between: Proxy, upstash: Upstash, redis: Redis) -> None:
    """Nothing runs during the fault; all of it does before the next request."""
    between.switch("delivered late")
    for word in ("one", "two"):
        with pytest.raises(RedisError):
            through(between, upstash, 0.2).execute("RPUSH", "said", word)
    assert redis.execute("LRANGE", "said", 0, -1) == []
    between.switch(None)
    assert redis.execute("LRANGE", "said", 0, -1) == ["one", "two"]


def test_what_is_delivered_much_later_waits(between: Proxy, upstash: Upstash, redis: Redis) -> None:
    """It outlives the fault, and newer requests, until it is asked for."""
    between.switch(MUCH_LATER)
    with pytest.raises(RedisError):
        through(between, upstash, 0.2).execute("SET", "said", "old")
    between.switch(None)
    through(between, upstash).execute("SET", "said", "new")
    assert redis.execute("GET", "said") == "new"
    between.deliver()
    assert redis.execute("GET", "said") == "old"


def test_flapping(between: Proxy, upstash: Upstash) -> None:
    """Bad and good take turns by request."""

    def answers() -> list[bool]:
        told = []
        for _ in range(4):
            try:
                client.execute("PING")
                told.append(True)
            except RedisError:
                told.append(False)
        return told

    client = through(between, upstash)
    between.switch("flapping, bad first")
    assert answers()[:3] == [False, True, False]
    between.switch("flapping, good first")
    assert answers()[:3] == [True, False, True]


def test_emptied(between: Proxy, upstash: Upstash) -> None:
    """What was stored is gone, once."""
    client = through(between, upstash)
    client.execute("SET", "kept", "1")
    between.switch(EMPTIED)
    assert client.execute("GET", "kept") is None
    client.execute("SET", "kept", "2")
    between.switch(None)
    assert client.execute("GET", "kept") == "2"


def test_read_only(between: Proxy, upstash: Upstash) -> None:
    """What is stored can be read."""
    client = through(between, upstash)
    client.execute("SET", "kept", "1")
    between.switch(READ_ONLY)
    with pytest.raises(RedisError, match="READONLY"):
        client.execute("SET", "kept", "2")
    assert client.execute("GET", "kept") == "1"


def test_refusing_cuts_what_is_connected(between: Proxy, upstash: Upstash) -> None:
    """A kept connection does not outlive the fault's beginning, and the same address works again after it."""
    client = through(between, upstash)
    client.execute("PING")
    between.switch(REFUSED)
    with pytest.raises(RedisError):
        client.execute("PING")
    with pytest.raises(RedisError, match="ConnectionRefusedError"):
        client.execute("PING")
    between.switch(None)
    assert client.execute("PING") == "PONG"


def test_it_counts(between: Proxy, upstash: Upstash) -> None:
    """Requests, whatever became of them, and connections."""
    client = through(between, upstash)
    client.execute("PING")
    client.execute("PING")
    assert (between.seen, between.connections) == (2, 1)
    between.switch("reset")
    with pytest.raises(RedisError):
        client.execute("PING")
    assert between.seen == 3
