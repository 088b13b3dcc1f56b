"""Redis over REST: replies undone from base64, every failure one error, nothing run twice."""

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters.redis import Redis, RedisError, Script
from tests.conftest import Upstash
from tests.fakes.hostile import dripping, hostile, ok, refused, resetting, saying, silent


@pytest.mark.parametrize("value", ["", "OK", "7", "naïve 💉", "a\nb\x00c", '"', "x" * 100_000])
def test_what_is_set_is_what_is_got(redis: Redis, value: str) -> None:
    """Every text survives the way there and back."""
    assert redis.execute("SET", "a", value) == "OK"
    assert redis.execute("GET", "a") == value


def test_replies_keep_their_types(redis: Redis) -> None:
    """Integers, nothing, lists and nested lists come back as such."""
    assert redis.execute("INCR", "n") == 1
    assert redis.execute("GET", "none") is None
    assert redis.execute("RPUSH", "l", "a", 2) == 2
    assert redis.execute("LRANGE", "l", 0, -1) == ["a", "2"]
    nested = Script("return {1, {'a', {KEYS[1]}}, ARGV[1]}")
    assert redis.run(nested, ["k"], ["v"]) == [1, ["a", ["k"]], "v"]


def test_a_script_costs_one_request_once_it_is_known(redis: Redis) -> None:
    """The first run sends the script after asking by its hash; from then on the hash suffices."""
    script = Script(f"return redis.call('INCR', KEYS[1]) -- {time.time_ns()}")
    before = redis.requests
    assert redis.run(script, ["n"], []) == 1
    assert redis.requests - before == 2
    assert redis.run(script, ["n"], []) == 2
    assert redis.requests - before == 3


def test_a_failing_command_says_why(upstash: Upstash) -> None:
    """Redis's own error is raised and told to whoever listens, once."""
    told: list[str] = []
    redis = Redis(upstash.url, upstash.token, deadline_s=5, on_failure=told.append)
    redis.execute("SET", "text", "a")
    with pytest.raises(RedisError, match="not an integer"):
        redis.execute("INCR", "text")
    with pytest.raises(RedisError, match="wrong"):
        redis.run(Script("return redis.error_reply('wrong thing')"), [], [])
    assert len(told) == 2


def test_a_wrong_token_is_a_failure(upstash: Upstash) -> None:
    """A 401 is a RedisError."""
    redis = Redis(upstash.url, "another", deadline_s=5)
    with pytest.raises(RedisError, match="WRONGPASS"):
        redis.execute("GET", "a")


def test_a_lone_surrogate_is_not_sent(redis: Redis) -> None:
    """Text that is no Unicode fails before it reaches the network."""
    before = redis.requests
    with pytest.raises(RedisError):
        redis.execute("SET", "a", "\ud800")
    assert redis.requests == before


@pytest.mark.parametrize("behaviour", [silent, dripping, resetting])
def test_a_bad_server_costs_the_deadline_at_most(behaviour: Any) -> None:
    """Every call ends by its deadline, a script's two requests by two, and each failure is told once."""
    told: list[str] = []
    with hostile(behaviour) as origin:
        redis = Redis(origin, "token", deadline_s=0.2, on_failure=told.append)
        started = time.monotonic()
        with pytest.raises(RedisError):
            redis.run(Script("return 1"), [], [])
        assert time.monotonic() - started < 3
    assert (len(told), redis.requests) == (1, 1)


def test_a_closed_port_fails_at_once() -> None:
    """Nothing is waited for and nothing retried."""
    started = time.monotonic()
    with pytest.raises(RedisError, match="ConnectionRefused"):
        Redis(refused(), "token", deadline_s=5).execute("GET", "a")
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502</html>",
        b"null",
        b"[]",
        b"{}",
        b'"OK"',
        b'{"result": 1.5}',
        b'{"result": {"a": 1}}',
        b'{"result": "not base64!"}',
        b'{"result": "/w=="}',
        b'{"error": {"code": 1}}',
        b'{"error": null}',
        b"\xff\xfe",
        b'{"result":' + b"[" * 100_000,
        b'{"result":' + b"[" * 3000 + b"]" * 3000 + b"}",
        b'{"result":' + b"9" * 5000 + b"}",
    ],
    ids=range(16),
)
def test_an_odd_answer_is_a_failure(body: bytes) -> None:
    """What is not a Redis answer raises the one error that callers go on from."""
    with hostile(saying(ok(body))) as origin:
        redis = Redis(origin, "token", deadline_s=5)
        with pytest.raises(RedisError):
            redis.execute("GET", "a")
        redis_error_free = redis.requests
    assert redis_error_free == 1


@pytest.mark.parametrize("status", [b"500 Oops", b"502 Bad Gateway", b"429 Too Many"])
def test_a_result_under_an_error_status_is_a_failure(status: bytes) -> None:
    """A result counts only with status 200."""
    body = b'{"result": 1}'
    answer = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)
    with hostile(saying(answer)) as origin, pytest.raises(RedisError):
        Redis(origin, "token", deadline_s=5).execute("GET", "a")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=_json | _json.map(lambda value: {"result": value}))
def test_any_json_is_a_reply_or_a_failure(document: Any) -> None:
    """Whatever JSON comes back, the caller gets a reply or a RedisError, and never a KeyError of it."""
    with hostile(saying(ok(json.dumps(document).encode()))) as origin:
        redis = Redis(origin, "token", deadline_s=5)
        try:
            reply = redis.execute("GET", "a")
        except RedisError:
            return
        assert reply is None or isinstance(reply, str | int | list)


def test_base64_is_undone() -> None:
    """Upstash's encoding is removed at every depth; "OK" is never encoded."""
    packed = base64.b64encode(b"deep").decode()
    with hostile(saying(ok(json.dumps({"result": [[packed, None], "OK", 3]}).encode()))) as origin:
        assert Redis(origin, "token", deadline_s=5).execute("X") == [["deep", None], "OK", 3]
