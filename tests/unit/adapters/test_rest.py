"""Requests end by their deadline whatever the server does, and say whether they were sent."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters import rest
from bedside.adapters.ably import Ably
from bedside.adapters.aws.client import AwsService
from bedside.adapters.aws.secret_values import HmsKeys, PaymentKeys
from bedside.adapters.hms import Hms
from bedside.adapters.redis.client import Redis
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.adapters.stripe.client import StripeClient
from tests.examples import examples
from tests.fakes.hostile import (
    Behaviour,
    dripping,
    hostile,
    ok,
    refused,
    resetting,
    saying,
    silent,
)
from tests.fakes.http_request import read_request

DEADLINE_S = 0.3
# What a loaded machine may add to the deadline.
SLACK_S = 15


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def client(stack: ExitStack) -> Callable[[Behaviour], RestClient]:
    """Give a client of a server that behaves so."""

    def make(behaviour: Behaviour) -> RestClient:
        return RestClient(stack.enter_context(hostile(behaviour)))

    return make


def ask(client: RestClient, deadline_s: float = DEADLINE_S) -> Answer:
    return client.request("POST", "/", {"content-type": "text/plain"}, b"question", deadline_s=deadline_s)


def failure(client: RestClient) -> RestError:
    """Ask, which must fail in time; gives the failure."""
    started = time.monotonic()
    with pytest.raises(RestError) as caught:
        ask(client)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    return caught.value


@pytest.mark.parametrize("behaviour", [silent, dripping, resetting])
def test_a_server_that_does_not_answer_costs_the_deadline_at_most(
    behaviour: Behaviour, client: Callable[[Behaviour], RestClient]
) -> None:
    """Silence, a slow drip and a reset all end in time, as failures of a request that may have been acted on."""
    asking = client(behaviour)
    assert failure(asking).sent
    assert asking.requests == 1


def test_a_closed_port_is_refused_at_once() -> None:
    """Nobody listens: the request fails without having been sent, and is not counted."""
    asking = RestClient(refused())
    assert not failure(asking).sent
    assert asking.requests == 0


def test_a_black_hole_of_several_addresses_costs_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with five addresses of which none accepts takes one deadline, not five."""
    with socket.socket() as listener, ExitStack() as fillers:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):  # a full backlog drops what comes after
            filler = fillers.enter_context(socket.socket())
            filler.settimeout(0)
            filler.connect_ex(listener.getsockname())
        port = listener.getsockname()[1]
        places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] * 5

        def resolve(*_: Any, **__: Any) -> list[Any]:
            return places

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        assert not failure(RestClient(f"http://redis.example:{port}")).sent


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    """A name whose first address refuses is reached at its second."""
    port = int(stack.enter_context(hostile(saying(ok(b"here")))).rpartition(":")[2])
    closed = int(refused().rpartition(":")[2])
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number)) for number in (closed, port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
    assert ask(RestClient("http://redis.example"), 5).body == b"here"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x-many: 1\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",
        b"\xff" * 1000,
    ],
    ids=range(9),
)
def test_half_an_answer_is_none(answer: bytes, client: Callable[[Behaviour], RestClient]) -> None:
    """Nonsense and answers cut off anywhere are failures; a truncated body is never handed on as the whole."""
    assert failure(client(saying(answer))).sent


def test_an_error_page_is_an_answer(client: Callable[[Behaviour], RestClient]) -> None:
    """A gateway's HTML comes back with its status, for the caller to judge."""
    page = b"<html>Bad Gateway</html>"
    answer = ask(client(saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page))), 5)
    assert (answer.status, answer.body) == (502, page)


def test_the_connection_is_kept(client: Callable[[Behaviour], RestClient]) -> None:
    """Several requests to one server go over one connection."""
    connections: list[socket.socket] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connections.append(connection)
        saying(ok(b"fine"), keep=True)(connection, over)

    asking = client(behave)
    for _ in range(3):
        assert ask(asking, 5).body == b"fine"
    assert (len(connections), asking.requests) == (1, 3)


@pytest.mark.parametrize(("idle_s", "made"), [(4, 1), (6, 2)])
def test_a_connection_that_was_idle_for_too_long_is_not_used(
    monkeypatch: pytest.MonkeyPatch, idle_s: float, made: int
) -> None:
    """By the time of day, which goes on while a function's environment is frozen."""
    connections: list[socket.socket] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connections.append(connection)
        saying(ok(b"fine"), keep=True)(connection, over)

    with hostile(behave) as origin:
        asking = RestClient(origin, max_idle_s=5)
        ask(asking, 5)
        later = time.time() + idle_s
        monkeypatch.setattr("bedside.adapters.rest.time.time", lambda: later)
        ask(asking, 5)
    assert len(connections) == made


def test_a_connection_closed_while_idle_is_not_noticed_by_the_caller(
    client: Callable[[Behaviour], RestClient],
) -> None:
    """A server that hangs up between requests costs a new connection and no failure."""
    hung_up = threading.Event()

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        read_request(connection)
        connection.sendall(ok(b"fine"))
        connection.close()
        hung_up.set()

    asking = client(behave)
    for _ in range(3):
        assert ask(asking, 5).body == b"fine"
        assert hung_up.wait(5)
        hung_up.clear()
        time.sleep(0.01)  # real time: the end of a connection is on its way


@pytest.mark.parametrize(
    ("method", "idempotent", "again"),
    [("GET", False, True), ("PUT", False, True), ("POST", True, True), ("POST", False, False)],
)
def test_a_server_that_hangs_up_on_a_reused_connection_is_asked_again_where_that_is_safe(
    client: Callable[[Behaviour], RestClient],
    method: str,
    idempotent: bool,  # noqa: FBT001  # parametrised
    again: bool,  # noqa: FBT001  # as above
) -> None:
    """It may have acted before it hung up, so a request that would act twice fails, as one that was sent."""
    connections: list[socket.socket] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connections.append(connection)
        if len(connections) > 1:
            saying(ok(b"again"), keep=True)(connection, over)
            return
        read_request(connection)
        connection.sendall(ok(b"first"))
        read_request(connection)  # the second request has arrived when the connection ends

    asking = client(behave)

    def call() -> bytes:
        return asking.request(method, "/", {}, b"", deadline_s=5, idempotent=idempotent).body

    assert call() == b"first"
    if again:
        assert call() == b"again"
    else:
        with pytest.raises(RestError) as caught:
            call()
        assert caught.value.sent
    assert (len(connections), asking.requests) == ((2, 3) if again else (1, 2))


def test_a_server_that_hangs_up_on_a_new_connection_is_not_asked_again(
    client: Callable[[Behaviour], RestClient],
) -> None:
    """It was not the pause that broke it."""
    asking = client(resetting)
    with pytest.raises(RestError):
        asking.request("GET", "/", {}, deadline_s=5)
    assert asking.requests == 1


@pytest.mark.parametrize(
    "made",
    [
        lambda origin: Redis(origin, "t", deadline_s=1),
        lambda origin: Ably(origin, "app.key:secret"),
        lambda origin: Hms(origin, HmsKeys("key", "s" * 32, "t"), "", {}),
        lambda origin: StripeClient(origin, PaymentKeys("sk_test_12345678")),
        lambda origin: AwsService("dynamodb", "us-east-1", origin=origin),
        lambda origin: AwsService("ssm", "us-east-1", origin=origin, max_idle_s=5),
    ],
    ids=["redis", "ably", "hms", "stripe", "dynamodb", "ssm"],
)
def test_no_client_keeps_a_connection_over_a_freeze(made: Callable[[str], Any]) -> None:
    """A frozen environment does not see that its connections end."""
    assert made("https://peer.example")._rest._max_idle_s <= 30  # noqa: SLF001  # what each is made with


def test_an_answer_that_says_close_is_not_kept(client: Callable[[Behaviour], RestClient]) -> None:
    """`Connection: close` and bodies that end with the connection work, each request on a new one."""
    asking = client(saying(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine"))
    assert [ask(asking, 5).body for _ in range(2)] == [b"fine", b"fine"]


def test_after_a_failure_the_next_request_works(client: Callable[[Behaviour], RestClient]) -> None:
    """A failure leaves nothing behind that could answer the next request wrongly."""
    count = iter(range(10))

    def behave(connection: socket.socket, over: threading.Event) -> None:
        (silent if next(count) == 0 else saying(ok(b"second"), keep=True))(connection, over)

    asking = client(behave)
    assert failure(asking).sent
    assert ask(asking, 5).body == b"second"


def test_an_answer_beyond_the_limit_is_refused(
    client: Callable[[Behaviour], RestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the limit, announced, chunked or to the end of the connection, is a failure and not a cut answer."""
    monkeypatch.setattr(rest, "MAX_ANSWER_BYTES", 1000)
    assert ask(client(saying(ok(b"x" * 1000))), 5).body == b"x" * 1000
    chunk = b"800\r\n" + b"x" * 2048 + b"\r\n0\r\n\r\n"
    for answer in (
        ok(b"x" * 1001),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 1001,
    ):
        with pytest.raises(RestError):
            ask(client(saying(answer)), 5)


@pytest.mark.parametrize("origin", ["", "redis.example", "ftp://redis.example", "https://", "//redis.example"])
def test_an_origin_has_to_be_one(origin: str) -> None:
    """What is no http(s) origin is refused when the client is made, not at its first request."""
    with pytest.raises(ValueError, match="origin"):
        RestClient(origin)


def test_a_server_without_a_good_certificate_is_not_talked_to() -> None:
    """HTTPS to a server that speaks plain text fails in time."""
    with hostile(saying(ok(b"plain"))) as origin:
        assert not failure(RestClient(origin.replace("http:", "https:"))).sent


@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=st.binary(max_size=200), proper=st.booleans())
def test_any_bytes_are_an_answer_or_a_failure(answer: bytes, proper: bool) -> None:  # noqa: FBT001  # drawn
    """Whatever bytes come back, the caller gets an answer or a RestError."""
    answer = b"HTTP/1.1 200 OK\r\n" + answer if proper else answer
    with hostile(saying(answer)) as origin:
        client = RestClient(origin)
        try:
            assert isinstance(ask(client), Answer)
        except RestError as error:
            assert error.sent  # noqa: PT017  # either outcome is right
