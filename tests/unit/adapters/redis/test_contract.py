"""What a request path needs of a Redis client: asked of ours, and of `upstash-redis` with its defaults.

What the package is known to fail stands in known_failures.py; docs/adr/0003 shows the outcome of every test here.
"""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Protocol

import pytest

from bedside.adapters.redis.client import Redis, RedisError, Reply, Script
from tests.conftest import Upstash
from tests.fakes.hostile import hostile, ok, refused, saying
from tests.fakes.http_request import read_request
from tests.fakes.upstash_peer import UpstashPeer
from tests.unit.adapters.redis.known_failures import KNOWN

OURS, PEER = "bedside", "upstash-redis"
TOKEN = "token"
# How long a server goes on with what it should not do, if the client stays; many times our deadline.
PATIENCE_S = 2.0
DEADLINE_S = 0.2


class Client(Protocol):
    """Both clients; `slept_s` is what they have waited between tries."""

    @property
    def requests(self) -> int: ...
    @property
    def slept_s(self) -> float: ...
    def execute(self, *command: str | int) -> Reply: ...
    def run(self, script: Script, keys: list[str], args: list[str | int]) -> Reply: ...


class Ours(Redis):
    """Our own client, which does not sleep: it sends nothing twice."""

    slept_s = 0.0


type Connect = Callable[..., Client]


@pytest.fixture(params=[OURS, pytest.param(PEER, marks=pytest.mark.slow)])
def connect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Give a client of an origin: ours or the peer. What the peer is known to fail, it has to fail."""
    peers: list[UpstashPeer] = []

    def peer(origin: str, token: str = TOKEN, **_: float) -> Client:
        peers.append(UpstashPeer(origin, token, monkeypatch))
        return peers[-1]

    def ours(origin: str, token: str = TOKEN, deadline_s: float = 5) -> Client:
        return Ours(origin, token, deadline_s=deadline_s)

    if request.param == PEER:
        monkeypatch.setenv("NO_PROXY", "*")
        case = request.node.callspec.id.replace(PEER, "").strip("-")
        reason = KNOWN.get(f"{request.node.originalname}[{case}]" if case else request.node.originalname)
        if reason:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    yield peer if request.param == PEER else ours
    for each in peers:
        each.close()


@pytest.fixture
def client(connect: Connect, upstash: Upstash, redis: Redis) -> Client:  # noqa: ARG001  # which empties the database
    """A client of a real, empty Redis."""
    return connect(upstash.url, upstash.token)


@pytest.mark.parametrize("value", ["", "OK", "7", "naïve 💉", "a\nb\x00c", '"', "x" * 100_000], ids=[*range(6), "long"])
def test_text_survives(client: Client, value: str) -> None:
    """What is set is what is got."""
    assert client.execute("SET", "a", value) == "OK"
    assert client.execute("GET", "a") == value


def test_replies_keep_their_types(client: Client) -> None:
    """Integers, nothing, lists and nested lists come back as such."""
    assert client.execute("INCR", "n") == 1
    assert client.execute("GET", "none") is None
    assert client.execute("RPUSH", "l", "a", 2) == 2
    assert client.execute("LRANGE", "l", 0, -1) == ["a", "2"]
    nested = Script("return {1, {'a', {KEYS[1]}}, ARGV[1]}")
    assert client.run(nested, ["k"], ["v"]) == [1, ["a", ["k"]], "v"]


def test_a_known_script_costs_one_request(client: Client) -> None:
    """The first run sends the script after asking by its hash; from then on the hash suffices."""
    script = Script(f"return redis.call('INCR', KEYS[1]) -- {time.time_ns()}")
    before = client.requests
    assert client.run(script, ["n"], []) == 1
    assert client.requests - before == 2
    assert client.run(script, ["n"], []) == 2
    assert client.requests - before == 3


def test_a_refused_command_says_why(client: Client) -> None:
    """In Redis's own words."""
    client.execute("SET", "text", "a")
    with pytest.raises(RedisError, match="not an integer"):
        client.execute("INCR", "text")
    with pytest.raises(RedisError, match="wrong"):
        client.run(Script("return redis.error_reply('wrong thing')"), [], [])


def test_a_wrong_token_is_a_failure(connect: Connect, upstash: Upstash) -> None:
    """With the server's own word for it."""
    with pytest.raises(RedisError, match="WRONGPASS"):
        connect(upstash.url, "another").execute("GET", "a")


def test_connections_are_kept(connect: Connect) -> None:
    """Three requests go over one connection."""
    connections: list[socket.socket] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connections.append(connection)
        saying(ok(b'{"result": 1}'), keep=True)(connection, over)

    with hostile(behave) as origin:
        client = connect(origin)
        assert [client.execute("X") for _ in range(3)] == [1, 1, 1]
    assert len(connections) == 1


def test_a_connection_that_was_closed_while_idle_is_replaced(connect: Connect) -> None:
    """Without a failure, and without waiting."""
    hung_up = threading.Event()

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        read_request(connection)
        connection.sendall(ok(b'{"result": 1}'))
        connection.close()
        hung_up.set()

    with hostile(behave) as origin:
        client = connect(origin)
        for _ in range(3):
            assert client.execute("X") == 1
            assert hung_up.wait(5)
            hung_up.clear()
            time.sleep(0.01)  # real time: the end of a connection is on its way
    assert (client.requests, client.slept_s) == (3, 0)


def test_a_silent_server_is_left(connect: Connect) -> None:
    """By the deadline, where the server takes a request and never answers."""
    left = threading.Event()

    def behave(connection: socket.socket) -> None:
        readable, _, _ = select.select([connection], [], [], PATIENCE_S)
        if readable:
            left.set()

    ask_for_once(connect, behave)
    assert left.is_set()


def test_a_dripping_server_is_left(connect: Connect) -> None:
    """By the deadline, although every single read succeeds."""
    left = threading.Event()

    def behave(connection: socket.socket) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while time.monotonic() < ends_at:
                connection.sendall(b" ")
                time.sleep(0.02)  # real time: a server that is slow
            return
        left.set()

    ask_for_once(connect, behave)
    assert left.is_set()


def test_nothing_is_waited_for_where_nobody_listens(connect: Connect) -> None:
    """A closed port is a failure at once."""
    client = connect(refused())
    with pytest.raises(RedisError):
        client.execute("GET", "a")
    assert client.slept_s == 0


def test_a_lost_reply_does_not_repeat_the_command(connect: Connect) -> None:
    """An INCR whose reply was lost has run: sent again, it counts twice."""
    counted: list[bytes] = []

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        request = read_request(connection)
        if request:
            counted.append(request.body)

    with hostile(behave) as origin:
        client = connect(origin)
        with pytest.raises(RedisError):
            client.execute("INCR", "n")
    assert len(counted) == 1


def test_text_that_is_no_unicode_fails_at_once(client: Client) -> None:
    """A lone surrogate is never sent, and waited for by nobody."""
    before = client.requests
    for command in (["SET", "a", "\ud800"], ["EVAL", "return 1", "1", "\udfff"]):
        assert outcome(client, *command) == "RedisError"
    assert (client.requests - before, client.slept_s) == (0, 0)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ],
    ids=["nothing", "no HTTP", "cut off", "cut off in a chunk"],
)
def test_half_an_answer_is_a_failure(connect: Connect, answer: bytes) -> None:
    """One that costs one request and no waiting."""
    failed_once(connect, answer)


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
    ids=[
        "empty",
        "HTML",
        "null",
        "list",
        "empty object",
        "text",
        "fraction",
        "object",
        "no base64",
        "no text",
        "error object",
        "error null",
        "no UTF-8",
        "endless list",
        "deep list",
        "endless number",
    ],
)
def test_an_odd_answer_is_a_failure(connect: Connect, body: bytes) -> None:
    """The one error that callers expect, after one request and no waiting."""
    failed_once(connect, ok(body))


@pytest.mark.parametrize("status", [b"500 Oops", b"502 Bad Gateway", b"429 Too Many"], ids=["500", "502", "429"])
def test_a_result_under_an_error_status_is_a_failure(connect: Connect, status: bytes) -> None:
    """A result counts only with status 200."""
    body = b'{"result": 1}'
    failed_once(connect, b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))


@pytest.mark.parametrize("body", [b"<html>502</html>", b'{"message": "no"}'], ids=["HTML", "JSON"])
def test_an_error_of_a_gateway_is_a_failure(connect: Connect, body: bytes) -> None:
    """What stands between us and Redis has words of its own."""
    failed_once(connect, b"HTTP/1.1 503 Away\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def failed_once(connect: Connect, answer: bytes) -> None:
    """Expect the one error of a request that is answered so, without a second request."""
    with hostile(saying(answer)) as origin:
        client = connect(origin)
        raised = outcome(client, "GET", "a")
    assert (raised, client.requests, client.slept_s) == ("RedisError", 1, 0)


def outcome(client: Client, *command: str) -> str:
    """Return what a command raised; a RecursionError's own traceback would take minutes to print."""
    try:
        reply = client.execute(*command)
    except RedisError:
        return "RedisError"
    except Exception as error:  # noqa: BLE001  # whatever the peer raises is the finding
        return type(error).__name__
    return f"no error but {str(reply)[:20]}"


def ask_for_once(connect: Connect, behave: Callable[[socket.socket], None]) -> None:
    """Let a server behave so for the first request it gets, which must fail; it hangs up on any other."""
    asked: list[bytes] = []

    def once(connection: socket.socket, _over: threading.Event) -> None:
        request = read_request(connection)
        if request and not asked:
            asked.append(request.body)
            behave(connection)

    with hostile(once) as origin, suppress(RedisError):
        connect(origin, deadline_s=DEADLINE_S).execute("GET", "a")
