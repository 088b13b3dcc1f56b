"""HTTP requests with a deadline for the whole request, over one persistent connection."""

import http.client
import select
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bedside.adapters.allowed_hosts import is_public
from bedside.adapters.deadline import left, response, tls_context
from bedside.adapters.proxy import proxy_for

MAX_ANSWER_BYTES: Final = 10 * 1024 * 1024
# While a Lambda environment is frozen, a peer or a device on the way may drop a connection unnoticed.
MAX_IDLE_S: Final = 20.0
# RFC 9110, 9.2.2: doing these twice is the same as doing them once.
_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_HUNG_UP: Final = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class RestError(Exception):
    """The request did not complete; `sent` tells whether the server may have executed it."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class RestClient:
    """Client of one origin, one request at a time, each with a deadline in seconds for the whole of it.

    A connection that was idle for longer than `max_idle_s` is not reused. `requests` counts the requests sent. Not
    thread-safe: a Lambda environment serves one event at a time. With `public_only`, for an origin that others supply,
    https goes to public addresses only, and never through a proxy, which would resolve the name itself.
    """

    def __init__(self, origin: str, *, max_idle_s: float = MAX_IDLE_S, public_only: bool = False) -> None:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an origin must be http(s)://host[:port]")
        self._tls = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._tls else 80)
        self._host_header = parts.netloc
        self._base_path = parts.path.rstrip("/")
        self._public_only = public_only and self._tls
        self._proxy = None if public_only else proxy_for(parts.scheme, parts.hostname)
        # A proxy gets plain requests with the whole address, and makes a tunnel for others.
        plain = self._proxy is not None and not self._tls
        self._through = f"http://{parts.netloc}" if plain else ""
        self._proxy_headers = self._proxy.headers if self._proxy and plain else ""
        self._sock: socket.socket | None = None
        self._max_idle_s = max_idle_s
        self._used_at = 0.0
        self.requests = 0

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        deadline_s: float,
        idempotent: bool = False,
    ) -> Answer:
        """Send one request and return the complete response. Raises RestError for any failure, by the deadline.

        If the server has hung up on a reused connection, a request that is `idempotent`, or whose method is, is sent
        once more over a new one. Name resolution is the only step that the deadline cannot interrupt.
        """
        ends_at, before = time.monotonic() + deadline_s, self.requests
        sock = self._reusable()
        try:
            if sock is not None and (idempotent or method in _IDEMPOTENT):
                try:
                    return self._exchange(sock, method, path, headers, body, ends_at)
                except _HUNG_UP:
                    sock = None
            return self._exchange(sock or self._connect(ends_at), method, path, headers, body, ends_at)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RestError(type(error).__name__, sent=self.requests > before) from error

    def _exchange(
        self, sock: socket.socket, method: str, path: str, headers: Mapping[str, str], body: bytes, ends_at: float
    ) -> Answer:
        """Send a request on a connection, and keep the connection only if the complete response has been read."""
        self._sock = None
        try:
            target = f"{self._through}{self._base_path}{path}"
            head = f"{method} {target} HTTP/1.1\r\nHost: {self._host_header}\r\n{self._proxy_headers}"
            head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head += f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
            sock.settimeout(left(ends_at))
            self.requests += 1
            sock.sendall(head.encode("latin-1") + body)
            answer = response(sock, method, ends_at)
            with closing(answer):  # left to the garbage collector, it prints a warning to standard error
                answer.begin()
                content = answer.read(MAX_ANSWER_BYTES + 1)
        except BaseException:
            sock.close()
            raise
        # `length` is the number of announced bytes that were not received.
        if answer.length or len(content) > MAX_ANSWER_BYTES:
            sock.close()
            raise http.client.IncompleteRead(content)
        if answer.will_close:
            sock.close()
        else:
            self._sock, self._used_at = sock, time.time()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, names, content)

    def close(self) -> None:
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def _reusable(self) -> socket.socket | None:
        """Return the open connection, unless it was idle for too long or the server has closed it.

        A closed connection is readable. Idle time is measured by the wall clock, because the monotonic clock may stop
        while the environment is frozen.
        """
        if self._sock is not None and time.time() - self._used_at > self._max_idle_s:
            self.close()
        if self._sock is None:
            return None
        readable, _, _ = select.select([self._sock], [], [], 0)
        if readable:
            self.close()
        return self._sock

    def _connect(self, ends_at: float) -> socket.socket:
        proxy = self._proxy
        sock = self._reach(*((proxy.host, proxy.port) if proxy else (self._host, self._port)), ends_at)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self._tls:
                return sock
            sock.settimeout(left(ends_at))
            if proxy:
                proxy.tunnel(sock, self._host, self._port, ends_at)
            return tls_context().wrap_socket(sock, server_hostname=self._host)
        except BaseException:
            sock.close()
            raise

    def _reach(self, host: str, port: int, ends_at: float) -> socket.socket:
        """Connect to the first address that responds; socket.create_connection would give each the full timeout."""
        refusal: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if self._public_only and not is_public(str(address[0])):
                raise OSError("the address is not a public one")
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(left(ends_at))
                sock.connect(address)
            except OSError as error:
                sock.close()
                refusal = error
            else:
                return sock
        raise refusal or OSError("the name has no address")
