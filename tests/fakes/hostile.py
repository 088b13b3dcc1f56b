"""Servers that do what servers should not: refuse, keep silent, drip, cut off, talk nonsense."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.fakes.http_request import read_request
from tests.local.places import free_port

type Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def hostile(behaviour: Behaviour) -> Iterator[str]:
    """Let `behaviour` have every connection until the test is over; gives the origin."""
    over, threads = threading.Event(), list[threading.Thread]()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behaviour(connection, over)

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(0.5)
            thread = threading.Thread(target=one, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            acceptor.join(5)
            for thread in threads:
                thread.join(5)


def refused() -> str:
    """Give the origin of a port on which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


def saying(answer: bytes, *, keep: bool = False) -> Behaviour:
    """Answer every request with these bytes; hang up after the first unless `keep`."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        while _asked(connection, over) and read_request(connection):
            connection.sendall(answer)
            if not keep:
                return

    return behave


def _asked(connection: socket.socket, over: threading.Event) -> bool:
    """Wait until a client sends something or hangs up; False where the test is over before."""
    while not over.is_set():
        readable, _, _ = select.select([connection], [], [], 0.02)
        if readable:
            return True
    return False


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Take the request and never answer."""
    read_request(connection)
    over.wait(10)


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """Send a proper answer, one byte every 20 ms."""
    read_request(connection)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000:
        if over.wait(0.02):
            return
        connection.sendall(bytes([byte]))


def resetting(connection: socket.socket, _over: threading.Event) -> None:
    """Reset the connection after the request."""
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def ok(content: bytes, *headers: bytes) -> bytes:
    """Spell a proper answer."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(content), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + content
