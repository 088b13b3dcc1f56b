"""Proxies by the usual environment variables: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in either case.

The standard library reads them too, but importing urllib.request would cost a cold start several milliseconds.
"""

import base64
import os
import socket
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bedside.adapters.deadline import response


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is spoken to in plain HTTP; `authorization` is its Proxy-Authorization header, or ""."""

    host: str
    port: int
    authorization: str

    @property
    def headers(self) -> str:
        """The lines that authenticate a request to the proxy."""
        return f"Proxy-Authorization: {self.authorization}\r\n" if self.authorization else ""

    def tunnel(self, sock: socket.socket, host: str, port: int, ends_at: float) -> None:
        """Have the proxy connect `sock` to the host. Raises OSError if it refuses."""
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{self.headers}\r\n".encode("latin-1"))
        # One byte at a time, so that nothing is read of what the host itself sends.
        with closing(response(sock, "CONNECT", ends_at, chunk_bytes=1)) as answer:
            answer.begin()
            if answer.status != 200:  # noqa: PLR2004  # HTTP OK
                raise OSError(f"the proxy answered {answer.status}")


def proxy_for(scheme: str, host: str) -> Proxy | None:
    """Return the proxy for requests to `host`, or None. Raises ValueError if its address is not http://host[:port]."""
    # CGI sets HTTP_PROXY from a request's header (httpoxy), so only the lower-case name is safe for it, as with curl.
    address = os.environ.get(f"{scheme}_proxy") or (os.environ.get("HTTPS_PROXY") if scheme == "https" else "")
    if not address or _direct(host):
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("a proxy must be http://host[:port]")
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    authorization = f"Basic {base64.b64encode(user.encode()).decode()}" if parts.username else ""
    return Proxy(parts.hostname, parts.port or 80, authorization)


def _direct(host: str) -> bool:
    """Return whether the host is this machine, or NO_PROXY lists it, a domain that it is in, or everything (*)."""
    if host in {"localhost", "::1"} or host.startswith("127."):
        return True
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [name.strip().lower().lstrip(".") for name in listed.split(",") if name.strip()]
    return "*" in names or any(host == name or host.endswith(f".{name}") for name in names)
