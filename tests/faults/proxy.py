"""A proxy in front of the Upstash bridge that does to Redis what networks and servers do: switched at any moment."""

import contextlib
import http.client
import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from tests.fakes.http_request import Request, read_request

# Longer than anybody waits for Redis.
LONG_S: Final = 5.0
# Well within the shortest deadline of the bench.
SLOW_S: Final = 0.02


def spell(status: int, content: bytes, content_type: str = "application/json") -> bytes:
    """Spell an HTTP answer."""
    reason = HTTPStatus(status).phrase
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


# Scripts write, as those of ours do that count and hold.
_READS: Final = frozenset({"EXISTS", "GET", "HGET", "HGETALL", "HMGET", "LRANGE", "MGET", "PING", "PTTL", "TTL"})
_READ_ONLY: Final = spell(400, b'{"error": "READONLY You can\'t write against a read only replica."}')


class Upstream:
    """The real bridge, over one kept connection."""

    def __init__(self, origin: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=10)

    def answer(self, request: Request) -> bytes:
        """Let the bridge serve a request; gives the answer as it goes over the wire."""
        headers = {name: value for name, value in request.headers.items() if name not in {"connection", "host"}}
        try:
            self._http.request(request.method, request.path, request.body, headers)
        except OSError:
            self._http.close()
            self._http.request(request.method, request.path, request.body, headers)
        response = self._http.getresponse()
        return spell(response.status, response.read(), response.headers.get("content-type", "application/json"))

    def close(self) -> None:
        self._http.close()


@dataclass
class Exchange:
    """One request on one connection, and what may be done with it."""

    connection: socket.socket
    request: Request
    serve: Callable[[Request], bytes]
    hold: Callable[[Request], None]
    number: int

    def gone_within(self, seconds: float) -> bool:
        """Tell whether the client hung up before so much time had passed."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        return bool(readable)


# Does something with a request; False where the connection is over.
type Behaviour = Callable[[Exchange], bool]


def _well(exchange: Exchange) -> bool:
    exchange.connection.sendall(exchange.serve(exchange.request))
    return True


def _reset(exchange: Exchange) -> bool:
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def _black_hole(exchange: Exchange) -> bool:
    exchange.gone_within(LONG_S)
    return False


def _stall(exchange: Exchange) -> bool:
    exchange.hold(exchange.request)
    return _black_hole(exchange)


def _drip(exchange: Exchange) -> bool:
    for byte in exchange.serve(exchange.request):
        exchange.connection.sendall(bytes([byte]))
        if exchange.gone_within(0.02):
            return False
    return True


def _late(exchange: Exchange) -> bool:
    answer = exchange.serve(exchange.request)
    if exchange.gone_within(LONG_S):
        return False
    exchange.connection.sendall(answer)
    return True


def _slow(exchange: Exchange) -> bool:
    exchange.gone_within(SLOW_S)
    return _well(exchange)


def _lose(exchange: Exchange) -> bool:
    exchange.serve(exchange.request)
    return False


def _truncate(exchange: Exchange) -> bool:
    exchange.connection.sendall(exchange.serve(exchange.request)[:-4])
    return False


def _saying(answer: bytes) -> Behaviour:
    def say(exchange: Exchange) -> bool:
        exchange.connection.sendall(answer)
        return True

    return say


def _refuse_writes(exchange: Exchange) -> bool:
    if str(json.loads(exchange.request.body)[0]).upper() in _READS:
        return _well(exchange)
    exchange.connection.sendall(_READ_ONLY)
    return True


def _flap(bad: int) -> Behaviour:
    def flap(exchange: Exchange) -> bool:
        return (_reset if exchange.number % 2 == bad else _well)(exchange)

    return flap


MUCH_LATER: Final = "delivered much later"
# Nobody listens, or what was there is not: these two are no answers to a request.
REFUSED: Final = "refused"
EMPTIED: Final = "emptied"
READ_ONLY: Final = "read-only"

_ANSWERS: Final[Mapping[str, Behaviour]] = {
    "reset": _reset,
    "black hole": _black_hole,
    "delivered late": _stall,
    MUCH_LATER: _stall,
    "drip": _drip,
    "delayed 5 s": _late,
    "slow": _slow,
    "reply lost": _lose,
    READ_ONLY: _refuse_writes,
    "401": _saying(spell(401, b'{"error": "WRONGPASS invalid or missing auth token"}')),
    "429": _saying(spell(429, b'{"error": "ERR max requests limit exceeded"}')),
    "500": _saying(spell(500, b'{"error": "ERR internal"}')),
    "502 HTML": _saying(spell(502, b"<html><h1>Bad gateway</h1></html>", "text/html")),
    "503 JSON": _saying(spell(503, b'{"message": "try later"}')),
    "truncated": _truncate,
    "garbage": _saying(b"\xff\x00\x80 nothing that anybody would call HTTP\r\n\r\n"),
    "another's answer": _saying(spell(200, b'{"result": 7}')),
    "flapping, bad first": _flap(1),
    "flapping, good first": _flap(0),
}

MEANINGS: Final[Mapping[str, str]] = {
    REFUSED: "nobody listens, and connections are cut",
    "reset": "each request is answered by a reset",
    "black hole": "requests are taken and never answered",
    "delivered late": "as a black hole, but everything is carried out once the fault is over, in order",
    MUCH_LATER: "the same, but only after the next of: the deletion, the end of the session",
    "drip": "the answer comes byte by byte, every 20 ms",
    "delayed 5 s": "the command runs, its answer comes after 5 s",
    "slow": "every answer takes 20 ms longer, within the deadline",
    "reply lost": "the command runs, and the connection is closed without an answer",
    READ_ONLY: "what is stored can be read; every other command, scripts too, is refused",
    "401": "the token is refused",
    "429": "the quota is used up",
    "500": "an error of the server",
    "502 HTML": "an error page of something between",
    "503 JSON": "an error that is not in the shape of Upstash's",
    "truncated": "the answer's last bytes are missing",
    "garbage": "not HTTP",
    "another's answer": "a well-formed answer to another question",
    "flapping, bad first": "every other request is reset, the first too",
    "flapping, good first": "every other request is reset, the first not",
    EMPTIED: "everything that was stored is gone when the fault starts; nothing else is wrong",
}
FAULTS: Final = tuple(MEANINGS)
# Those that cost whoever waits for an answer all of their time.
HANGING: Final = frozenset({"black hole", "delivered late", MUCH_LATER, "drip", "delayed 5 s"})


class Proxy:
    """Passes requests on to the bridge, or does with them what the fault says.

    `seen` counts the requests that arrived, `connections` those that were accepted.
    """

    def __init__(self, origin: str, token: str) -> None:
        self._bridge = origin
        self._token = token
        self._lock = threading.Lock()
        self._fault: str | None = None
        self._number = self.seen = self.connections = 0
        self._held: list[Request] = []
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self._accept(self._listener)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def switch(self, fault: str | None) -> None:
        """Begin a fault, or None to be well again; what was held back is delivered before anything else."""
        before, self._fault = self._fault, fault
        self._number = 0
        if before == fault:
            return
        if before == "delivered late":
            self.deliver()
        if fault == REFUSED:
            self._stop_listening()
        elif before == REFUSED:
            self._listener = socket.create_server(("127.0.0.1", self._port))
            self._accept(self._listener)
        if fault == EMPTIED:
            self._empty()

    def close(self) -> None:
        self._stop_listening()
        for thread in self._threads:
            thread.join(5)

    def deliver(self) -> None:
        """Carry out, in order, what was held back."""
        with self._lock:
            held, self._held = self._held, []
        with contextlib.closing(Upstream(self._bridge)) as upstream:
            for request in held:
                upstream.answer(request)

    def _empty(self) -> None:
        headers = {"authorization": f"Bearer {self._token}"}
        with contextlib.closing(Upstream(self._bridge)) as upstream:
            upstream.answer(Request("POST", "/", headers, b'["FLUSHALL"]'))

    def _stop_listening(self) -> None:
        # A thread that waits in accept() keeps the port open until it is woken.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                self.connections += 1
                self._start(partial(self._converse, connection))

        self._start(accept)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _converse(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open.add(connection)
        upstream = Upstream(self._bridge)
        try:
            with connection, contextlib.suppress(OSError):
                while request := read_request(connection):
                    if not self._treat(connection, request, upstream):
                        break
        finally:
            upstream.close()
            with self._lock:
                self._open.discard(connection)

    def _treat(self, connection: socket.socket, request: Request, upstream: Upstream) -> bool:
        with self._lock:
            self.seen += 1
            self._number += 1
            number, behaviour = self._number, _ANSWERS.get(self._fault or "", _well)
        return behaviour(Exchange(connection, request, upstream.answer, self._hold, number))

    def _hold(self, request: Request) -> None:
        with self._lock:
            self._held.append(request)


@contextmanager
def proxy(origin: str, token: str) -> Iterator[Proxy]:
    """Stand in front of the bridge at `origin` until the test is over."""
    running = Proxy(origin, token)
    try:
        yield running
    finally:
        running.close()
