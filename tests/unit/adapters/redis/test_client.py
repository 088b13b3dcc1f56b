"""Our Redis client beyond test_contract.py: its deadline, its circuit breaker, who hears of failures."""

import base64
import json
import socket
import threading
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters.redis.circuit_breaker import CircuitBreaker, StateChange
from bedside.adapters.redis.client import CommandError, Redis, RedisError, Script
from bedside.adapters.rest import Answer, RestClient
from tests.conftest import Upstash
from tests.examples import examples
from tests.fakes.hostile import Behaviour, dripping, hostile, ok, refused, resetting, saying, silent
from tests.fakes.http_request import read_request


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


def test_every_command_that_is_sent_is_told() -> None:
    """By its first key, also if it failed; one that the breaker refuses is told as refused, and not as sent."""
    sent: list[str] = []
    refusals: list[None] = []
    with hostile(resetting) as origin:
        redis = Redis(
            origin,
            "token",
            deadline_s=5,
            on_request=lambda key, seconds: sent.append(key) if seconds >= 0 else None,
            on_refusal=lambda: refusals.append(None),
        )
        for command in (("GET", "a"), ("PING",), ("EVALSHA", "sha", "2", "first", "second"), ("GET", "b")):
            with pytest.raises(RedisError):
                redis.execute(*command)
    assert sent == ["a", "PING", "first"]
    assert len(refusals) == 1


def test_a_lone_surrogate_is_not_sent(redis: Redis) -> None:
    """Text that is no Unicode fails before it reaches the network."""
    before = redis.requests
    for _ in range(4):
        with pytest.raises(CommandError):
            redis.execute("SET", "a", "\ud800")
        with pytest.raises(CommandError):
            redis.run(Script("return 1"), ["\udfff"], [])
    assert redis.requests == before
    assert redis.state == "up"


@pytest.mark.parametrize("behaviour", [silent, dripping, resetting])
def test_a_bad_server_costs_the_deadline_at_most(behaviour: Any) -> None:
    """Every call ends by its deadline, a script's two requests by two, and each failure is told once."""
    told: list[str] = []
    with hostile(behaviour) as origin:
        redis = Redis(origin, "token", deadline_s=0.2, on_failure=told.append)
        started = time.monotonic()
        with pytest.raises(RedisError):
            redis.run(Script("return 1"), [], [])
        assert time.monotonic() - started < 15
    assert (len(told), redis.requests) == (1, 1)


def test_a_closed_port_fails_at_once() -> None:
    """Nothing is waited for and nothing retried."""
    started = time.monotonic()
    with pytest.raises(RedisError, match="ConnectionRefused"):
        Redis(refused(), "token", deadline_s=5).execute("GET", "a")
    assert time.monotonic() - started < 15


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
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


class Watched:
    """A client whose breaker's clock stands still until it is moved, and what it told of."""

    def __init__(self, origin: str, token: str = "", **more: Any) -> None:
        self.now = 0.0
        self.changes: list[StateChange] = []
        self.told: list[str] = []
        self.redis = Redis(
            origin,
            token,
            deadline_s=more.pop("deadline_s", 5),
            breaker=CircuitBreaker(clock=lambda: self.now, on_change=self.changes.append),
            on_failure=self.told.append,
            **more,
        )

    def state(self) -> str:
        return self.redis.state

    def fail(self, times: int = 1) -> None:
        for _ in range(times):
            with pytest.raises(RedisError):
                self.redis.execute("GET", "a")


def http_answer(status: bytes, document: Any) -> bytes:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(b"400 Bad Request", {"error": "ERR max daily request limit exceeded. Limit: 10000, Usage: 10000."}),
        http_answer(b"400 Bad Request", {"error": "ERR max requests limit exceeded. Limit: 500000, Usage: 500000."}),
        http_answer(b"400 Bad Request", {"error": "LOADING Redis is loading the dataset in memory"}),
        http_answer(b"400 Bad Request", {"error": "BUSY Redis is busy running a script."}),
        http_answer(b"400 Bad Request", {"error": "READONLY You can't write against a read only replica."}),
        http_answer(b"400 Bad Request", {"error": "OOM command not allowed when used memory > 'maxmemory'."}),
        http_answer(b"400 Bad Request", {"error": "MISCONF Redis is configured to save RDB snapshots"}),
        http_answer(b"400 Bad Request", {"error": "CLUSTERDOWN The cluster is down"}),
        http_answer(b"401 Unauthorized", {"error": "WRONGPASS invalid or missing auth token"}),
        http_answer(b"429 Too Many Requests", {"error": "ERR too many requests"}),
        http_answer(b"500 Internal Server Error", {"error": "ERR internal"}),
        http_answer(b"502 Bad Gateway", b"<html>502</html>"),
        http_answer(b"503 Service Unavailable", {"message": "upstream connect error"}),
        http_answer(b"200 OK", {"error": "ERR an error that should have been a 400"}),
        http_answer(b"200 OK", b"garbage"),
    ],
    ids=range(15),
)
def test_what_says_that_redis_is_not_well_opens_the_breaker(answer: bytes) -> None:
    """After three of them nothing is sent any more, until the probe; failures are told, those turned away are not."""
    with hostile(saying(answer)) as origin:
        watched = Watched(origin)
        watched.fail(3)
        assert (watched.state(), watched.redis.requests, len(watched.told)) == ("open", 3, 3)
        watched.fail(5)
        with pytest.raises(RedisError, match="away"):
            watched.redis.run(Script("return 1"), [], [])
        assert (watched.redis.requests, len(watched.told)) == (3, 3)
        watched.now += 5
        watched.fail(2)
        assert (watched.state(), watched.redis.requests) == ("open", 4)


def test_an_open_breaker_waits_for_nobody() -> None:
    """Three calls pay the deadline for a server that is silent; the fourth pays nothing, not even a connection."""
    with hostile(silent) as origin:
        watched = Watched(origin, deadline_s=0.1)
        watched.fail(3)
        watched.fail(50)
        assert watched.redis.requests == 3


def test_a_refused_command_is_no_sign_of_illness(upstash: Upstash) -> None:
    """However often Redis refuses a wrong command, it is there."""
    watched = Watched(upstash.url, upstash.token)
    watched.redis.execute("SET", "text", "a")
    for command in (("INCR", "text"), ("NO-SUCH-COMMAND",), ("GET",), ("HGET", "text", "f")) * 2:
        with pytest.raises(CommandError):
            watched.redis.execute(*command)
    with pytest.raises(CommandError, match="wrong"):
        watched.redis.run(Script("return redis.error_reply('wrong thing')"), [], [])
    assert (watched.state(), watched.changes) == ("up", [])
    assert len(watched.told) == 9


def test_a_command_that_is_too_large_is_no_sign_of_illness() -> None:
    """Upstash says so in words much like those about its quotas."""
    answer = http_answer(b"400 Bad Request", {"error": "ERR max request size exceeded. Limit: 10485760 bytes"})
    with hostile(saying(answer)) as origin:
        watched = Watched(origin)
        with pytest.raises(CommandError):
            watched.redis.execute("SET", "a", "b")
        assert watched.state() == "up"


def test_a_refused_command_ends_a_row_of_failures() -> None:
    """It was answered."""
    refused_command = http_answer(b"400 Bad Request", {"error": "ERR value is not an integer"})
    answers = [http_answer(b"500 Oops", {"error": "x"})] * 2
    with hostile(taking_turns([*answers, refused_command, *answers])) as origin:
        watched = Watched(origin)
        watched.fail(5)
        assert watched.state() == "up"
        watched.fail()
        assert watched.state() == "open"


def test_an_unknown_script_is_no_failure(upstash: Upstash) -> None:
    """Redis says so without running it; nobody is told, and the row of failures ends."""
    watched = Watched(upstash.url, upstash.token)
    for number in range(4):
        script = Script(f"return {number} -- {time.time_ns()}")
        assert watched.redis.run(script, [], []) == number
    assert (watched.told, watched.changes, watched.redis.requests) == ([], [], 8)


def test_noscript_to_a_command_that_is_no_script_is_told(upstash: Upstash) -> None:
    """Only `run` knows what to do about it."""
    watched = Watched(upstash.url, upstash.token)
    with pytest.raises(CommandError, match="NOSCRIPT"):
        watched.redis.execute("EVALSHA", "0" * 40, 0)
    assert len(watched.told) == 1


def test_changes_tell_how_it_went() -> None:
    """Opened after one answer and three failures; a probe failed, another one was answered."""
    good, bad = ok(b'{"result": 1}'), http_answer(b"500 Oops", {"error": "x"})
    with hostile(taking_turns([good, bad, bad, bad, bad, good])) as origin:
        watched = Watched(origin)
        assert watched.redis.execute("X") == 1
        watched.fail(3)
        watched.fail(2)
        watched.now += 5
        watched.fail()
        watched.now += 5
        assert watched.redis.execute("X") == 1
    told = [
        (change.before, change.after, change.calls, change.failures, change.fallbacks) for change in watched.changes
    ]
    assert told == [
        ("up", "open", 4, 3, 0),
        ("open", "probing", 0, 0, 2),
        ("probing", "open", 1, 1, 0),
        ("open", "probing", 0, 0, 0),
        ("probing", "up", 1, 0, 0),
    ]
    assert 0 < watched.changes[0].latency_s < 5


@pytest.mark.parametrize(
    ("remaining_s", "deadline_s"), [(10, 0.3), (0.5, 0.3), (0.4, 0.2), (0.25, 0.05), (0.201, 0.001)]
)
def test_the_deadline_leaves_time_to_go_on(
    remaining_s: float, deadline_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product's 300 ms, or what is left of the invocation less 200 ms, whichever is shorter."""
    asked: list[float] = []

    def request(_client: RestClient, *_: Any, **more: float) -> Answer:
        asked.append(more["deadline_s"])
        return Answer(200, {}, b'{"result": 1}')

    monkeypatch.setattr(RestClient, "request", request)
    redis = Redis("http://127.0.0.1:9", "token", deadline_s=0.3, remaining_s=lambda: remaining_s)
    assert redis.execute("X") == 1
    assert asked == [pytest.approx(deadline_s)]


def test_without_time_nothing_is_sent(upstash: Upstash) -> None:
    """Less than 200 ms are left: calls fail at once, which is not Redis's failure and is no probe."""
    left = [10.0]
    watched = Watched(upstash.url, upstash.token, remaining_s=lambda: left[0])
    left[0] = 0.15
    watched.fail(4)
    assert watched.redis.requests == 0
    left[0] = 10.0
    watched.redis.execute("PING")
    left[0] = 0.2
    watched.fail(4)
    assert (watched.redis.requests, watched.told, watched.state()) == (1, [], "up")


def taking_turns(answers: list[bytes]) -> Behaviour:
    """Answer each request with the next of these; the last for ever."""
    left = list(answers)

    def behave(connection: socket.socket, over: threading.Event) -> None:
        while not over.is_set() and read_request(connection):
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return behave
