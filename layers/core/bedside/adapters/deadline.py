"""HTTP responses with a deadline for the whole: a socket timeout applies per read, so slow servers could exceed it."""

import http.client
import io
import math
import os
import socket
import ssl
import time
from functools import cache


@cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context that the process shares; building one takes about 20 ms.

    It trusts the system's authorities, and those in AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, such as a
    proxy's. (OpenSSL itself reads SSL_CERT_FILE and SSL_CERT_DIR.)
    """
    context = ssl.create_default_context()
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if bundle := os.environ.get(name):
            context.load_verify_locations(bundle)
            break
    return context


# In Lambda a module is loaded with a full processor, and the first invocation may get a fraction of one.
if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    tls_context()


def left(ends_at: float) -> float:
    """Return the seconds until a deadline on the monotonic clock. Raises TimeoutError if it has passed."""
    seconds = ends_at - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline has passed")
    return seconds


def response(
    sock: socket.socket,
    method: str,
    ends_at: float,
    *,
    read_s: float = math.inf,
    chunk_bytes: int = io.DEFAULT_BUFFER_SIZE,
) -> http.client.HTTPResponse:
    """Return the response on a socket; each read takes at most `read_s` seconds, and none lasts beyond `ends_at`."""
    source = _Source(_Reader(sock, ends_at, read_s), chunk_bytes)
    return http.client.HTTPResponse(source, method=method)  # type: ignore[arg-type]  # needs makefile only


class _Source:
    """The part of a socket that http.client.HTTPResponse uses: a file to read from."""

    def __init__(self, reader: "_Reader", chunk_bytes: int) -> None:
        self._reader = reader
        self._chunk_bytes = chunk_bytes

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader, self._chunk_bytes)


class _Reader(io.RawIOBase):
    """The read side of a socket, where each read gets only the time left until the deadline."""

    def __init__(self, sock: socket.socket, ends_at: float, read_s: float) -> None:
        super().__init__()
        self._sock = sock
        self._ends_at = ends_at
        self._read_s = read_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase types it as any buffer
        self._sock.settimeout(min(self._read_s, left(self._ends_at)))
        return self._sock.recv_into(buffer)
