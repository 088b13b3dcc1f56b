"""Requests to an ASGI application without a server: what a guard answers, or what it lets through."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from local.guard import App, Message, Receive, Scope, Send
from tests.threads import in_a_thread


def request(method: str, url: str, headers: Mapping[str, str] | None = None, kind: str = "http") -> Scope:
    """Return the scope of a request; the URL's host is its Host unless the headers name another."""
    place = urlsplit(url)
    given = {"host": place.netloc} | {name.lower(): value for name, value in (headers or {}).items()}
    return {
        "type": kind,
        "scheme": place.scheme,
        "method": method if kind == "http" else None,
        "path": place.path,
        "raw_path": place.path.encode(),
        "query_string": place.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "extensions": {"websocket.http.response": {}} if kind == "websocket" else {},
    }


class Inner:
    """The application behind a guard: answers 200, and keeps the scopes and bodies that reached it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        body, more = b"", scope["type"] == "http"
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})


def answer(app: App, scope: Scope, *chunks: bytes) -> int:
    """Send a request, its body in chunks, and return the status."""
    parts = chunks or (b"",)
    waiting: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": number < len(parts)}
        for number, chunk in enumerate(parts, 1)
    ]
    said: list[Any] = []

    async def receive() -> Message:
        return waiting.pop(0) if scope["type"] == "http" else {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    in_a_thread(lambda: asyncio.run(app(scope, receive, send)))  # type: ignore[arg-type]  # an application is a coroutine function
    return int(said[0]["status"])
