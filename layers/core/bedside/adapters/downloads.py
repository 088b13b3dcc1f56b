"""Downloads from URLs supplied by a third party: of listed hosts only, and redirects are not followed."""

import http.client
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult

from bedside.adapters.allowed_hosts import AddressError, AllowedHosts, is_public
from bedside.adapters.deadline import left, response, tls_context

# For connecting, and for each read; the download as a whole has its own deadline.
_CONNECT_S: Final = 10.0
_READ_S: Final = 20.0
_CHUNK_BYTES: Final = 256 * 1024
_OK: Final = 200
# Statuses by which stores reject an invalid or expired link; Google answers an expired one with 400.
_DEAD: Final = frozenset({400, 401, 403, 404, 410})


class DownloadError(Exception):
    """A file could not be fetched; `dead` means that its link no longer works. The reason contains no URL."""

    def __init__(self, reason: str, *, dead: bool = False) -> None:
        super().__init__(reason)
        self.dead = dead


@dataclass(frozen=True, slots=True)
class Download:
    """A file being downloaded: its announced length in bytes, None if unknown, and its content in pieces.

    Reading raises DownloadError if the download breaks off, takes too long, or differs from the announced length.
    """

    length: int | None
    pieces: Iterator[bytes]


class Downloads:
    """Downloads from `hosts`, which are patterns of AllowedHosts."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = AllowedHosts(hosts)

    @contextmanager
    def fetch(self, url: str, *, deadline_s: float) -> Iterator[Download]:
        """Download the file at `url`. Raises DownloadError, also for a URL that is not allowed."""
        parts = self._allowed(url)
        ends_at = time.monotonic() + deadline_s
        with ExitStack() as open_until_read:
            try:
                sock = open_until_read.enter_context(closing(_connected(parts, ends_at)))
                answer = open_until_read.enter_context(closing(_asked(sock, parts, ends_at)))
                answer.begin()
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise DownloadError(f"It could not be fetched: {type(error).__name__}.") from error
            if answer.status != _OK:
                raise DownloadError(f"The server answered {answer.status}.", dead=answer.status in _DEAD)
            yield Download(answer.length, _pieces(answer))

    def _allowed(self, url: str) -> SplitResult:
        try:
            return self._hosts.parse(url)
        except AddressError as error:
            raise DownloadError(str(error)) from error


def _connected(parts: SplitResult, ends_at: float) -> socket.socket:
    secure, host = parts.scheme == "https", parts.hostname or ""
    refusal: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, parts.port or (443 if secure else 80), type=socket.SOCK_STREAM
    ):
        if secure and not is_public(str(address[0])):
            raise DownloadError("Its address is not a public one.")
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(min(_CONNECT_S, left(ends_at)))
            sock.connect(address)
            return tls_context().wrap_socket(sock, server_hostname=host) if secure else sock
        except OSError as error:
            sock.close()
            refusal = error
    raise refusal or OSError("the name has no address")


def _asked(sock: socket.socket, parts: SplitResult, ends_at: float) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    sock.sendall(head.encode("ascii"))
    return response(sock, "GET", ends_at, read_s=_READ_S, chunk_bytes=_CHUNK_BYTES)


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    announced, came = answer.length, 0
    try:
        while piece := answer.read1(_CHUNK_BYTES):
            came += len(piece)
            yield piece
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(f"It broke off: {type(error).__name__}.") from error
    if announced is not None and came != announced:
        raise DownloadError("It broke off.")
