"""What every local port checks first: the request names this machine, and no other site's page wrote it.

Without this check, a page that a developer opens could use these ports: with a form, or as its own origin once its
name resolves to 127.0.0.1 (DNS rebinding). Standard library only: the emulator's process uses it as well.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_BYTES = 32 * 1024 * 1024


class Guard:
    """An ASGI application that answers 403 to requests with a foreign Host or Origin."""

    def __init__(self, app: App, names: Collection[str] = LOOPBACK) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = objection(scope, self._names)
        if problem:
            await refuse(scope, receive, send, 403, problem)
        else:
            await self._app(scope, receive, send)


def objection(scope: Scope, names: Collection[str]) -> str:
    """Return why the request must be refused, or an empty string.

    `names` are the host names of this port. A write or a WebSocket may have no Origin (scripts, functions), or ours.
    """
    if scope["type"] not in {"http", "websocket"}:
        return ""
    hosts, origins = values(scope, b"host"), values(scope, b"origin")
    found = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
    if not found or found[1] not in names:
        return "This port does not serve that host."
    is_write = scope["type"] == "websocket" or scope["method"] not in _READS
    # A proxy of ours may speak plain HTTP behind an HTTPS page, so the scheme is not compared.
    if is_write and any(origin.lower().partition("://")[2] != hosts[0].lower() for origin in origins):
        return "Pages of other origins cannot write here."
    return ""


def values(scope: Scope, name: bytes) -> list[str]:
    """Return the values of all headers with this name (lower case)."""
    return [value.decode("latin-1").strip() for each, value in scope["headers"] if each.lower() == name]


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, message: str) -> None:
    """Answer with a problem in JSON; a WebSocket is refused before it opens."""
    body = json.dumps({"message": message}).encode()
    await respond(scope, receive, send, status, body, [(b"content-type", b"application/json")])


async def respond(
    scope: Scope, receive: Receive, send: Send, status: int, body: bytes, headers: Collection[tuple[bytes, bytes]]
) -> None:
    """Answer a request, or a WebSocket before it opens."""
    prefix = ""
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        prefix = "websocket."
    else:
        await _drain(receive)
    sent = [(b"content-length", str(len(body)).encode()), *headers]
    await send({"type": f"{prefix}http.response.start", "status": status, "headers": sent})
    await send({"type": f"{prefix}http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})


async def _drain(receive: Receive) -> None:
    """Read what the caller still sends, within reason: a caller that is cut off never sees the answer."""
    size, more = 0, True
    while more and size < _BODY_BYTES:
        message = await receive()
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
