"""One origin for everything: pages and API at /, sockets at /live, storage under /{bucket}/, messages at /outbox.

At /hms is the video provider's stand-in.
"""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from local import guard, storage
from local.access import FRONT_KEY
from local.cloud import Emulator
from local.outbox import Outbox
from local.page_key import PageKey

type Headers = list[tuple[bytes, bytes]]

# RFC 9110, 7.6.1: these speak about one connection, not about the message.
_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split()
)
_FRAME_BYTES = 32 * 1024  # API Gateway's limit for one WebSocket frame
_MESSAGE_BYTES = 128 * 1024  # and for one message
# API Gateway's limit for request line and header values, and the share of the line that browsers and proxies accept.
_HEAD_BYTES = 10_240
_LINE_BYTES = 8_000
_FUNCTION_S = 35  # API Gateway gives one 30 s, also the one that answers $connect
_TIMEOUT = httpx.Timeout(_FUNCTION_S, connect=5)


@dataclass(frozen=True)
class Target:
    """Where the front finds what it serves."""

    emulator: Emulator
    http_api_id: str
    live_api_id: str
    live_stage: str
    buckets: tuple[str, ...]
    # The front's own host names, and the key that it asks for at its pages for developers (none on loopback).
    names: frozenset[str] = guard.LOOPBACK
    page_key: str = ""


class Front:
    """The ASGI application."""

    def __init__(self, target: Target, hms: ASGIApp | None = None) -> None:
        self._target = target
        self._hms = hms
        self._buckets = tuple(f"/{bucket}/".encode() for bucket in target.buckets)
        self._client = httpx.AsyncClient(
            base_url=target.emulator.endpoint,
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30),
            trust_env=False,
        )
        self._outbox = Outbox(self._client, target.emulator.front_header)
        self._key = PageKey(target.page_key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        status, problem = _objection(scope, self._target.names)
        asked = None if problem else self._key.answer(scope)
        if problem:
            await guard.refuse(scope, receive, send, status, problem)
        elif asked:
            await asked(scope, receive, send)
        elif self._hms and f"{scope.get('path')}/".startswith("/hms/"):
            await self._hms(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._live(WebSocket(scope, receive, send))
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def close(self) -> None:
        await self._client.aclose()

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: bytes = scope["raw_path"].split(b"?")[0]
        if path == b"/outbox":
            await (await self._outbox.answer(Request(scope, receive)))(scope, receive, send)
            return
        query: bytes = b"?" + scope["query_string"] if scope["query_string"] else b""
        if path.startswith(self._buckets):
            await self._storage(scope, receive, send, path, query)
            return
        # An API lives under its id.
        prefix = f"/_aws/execute-api/{self._target.http_api_id}/$default".encode()
        headers = [*forwarded_headers(scope), self._pass]
        await self._forward(scope, receive, send, prefix + path + query, headers)

    async def _storage(self, scope: Scope, receive: Receive, send: Send, path: bytes, query: bytes) -> None:
        status, problem = storage.refusal(scope)
        if problem:
            headers = [(b"content-type", b"text/plain"), (b"allow", ", ".join(storage.METHODS).encode())]
            await guard.respond(scope, receive, send, status, problem.encode(), headers)
            return
        # Storage verifies its signature over host and path, so it gets both untouched. The link is all that admits
        # the request; only a preflight, which has none, passes by the front's key, and without a query.
        headers = storage.headers_for(scope)
        if scope["method"] == "OPTIONS":
            query, headers = b"", [*headers, self._pass]
        await self._forward(scope, receive, send, path + query, headers)

    @property
    def _pass(self) -> tuple[bytes, bytes]:
        return FRONT_KEY.encode(), self._target.emulator.front_key.encode()

    async def _forward(self, scope: Scope, receive: Receive, send: Send, target: bytes, headers: Headers) -> None:
        has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
        request = self._client.build_request(
            scope["method"],
            "/",
            headers=headers,
            content=_body(receive) if has_body else None,
            extensions={"target": target, "timeout": _TIMEOUT.as_dict()},
        )
        # httpx adds its own defaults for what the caller did not send; only the caller's words should arrive.
        names = {name.lower() for name, _ in headers} | {b"transfer-encoding"}
        for name in [name for name in request.headers if name.encode() not in names]:
            del request.headers[name]
        try:
            response = await self._client.send(request, stream=True)
        except httpx.TransportError:
            await JSONResponse({"message": "Service Unavailable"}, 503)(scope, receive, send)
            return
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": response.status_code,
                    "headers": [
                        (name.lower(), value) for name, value in response.headers.raw if name.lower() not in _HOP_BY_HOP
                    ],
                }
            )
            async for chunk in response.aiter_raw():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await response.aclose()

    async def _live(self, socket: WebSocket) -> None:
        path: str = socket.scope["path"]
        if path != "/live":
            await socket.send_denial_response(PlainTextResponse("Not Found", 404))
            return
        query: bytes = socket.scope["query_string"]
        address = (
            f"ws://127.0.0.1:{self._target.emulator.port}/_aws/execute-api/{self._target.live_api_id}/"
            f"{self._target.live_stage}" + (f"?{query.decode('latin-1')}" if query else "")
        )
        # The emulator's handshake is with the front, so the page's Origin, which is checked by now, is not its own.
        kept = {b"user-agent", b"cookie", b"x-forwarded-for"}
        headers = [(n.decode(), v.decode("latin-1")) for n, v in forwarded_headers(socket.scope) if n in kept]
        headers.append((FRONT_KEY, self._target.emulator.front_key))
        agent = next((value for name, value in headers if name == "user-agent"), None)
        try:
            upstream = await connect(
                address,
                additional_headers=[pair for pair in headers if pair[0] != "user-agent"],
                user_agent_header=agent,
                compression=None,
                open_timeout=_FUNCTION_S,
                ping_interval=None,
                max_size=_MESSAGE_BYTES,
                proxy=None,
            )
        except InvalidStatus as refusal:
            await socket.send_denial_response(PlainTextResponse("Forbidden", refusal.response.status_code))
            return
        except (OSError, InvalidHandshake):
            await socket.send_denial_response(PlainTextResponse("Service Unavailable", 503))
            return
        await socket.accept()
        await _relay(socket, upstream)


def _objection(scope: Scope, names: frozenset[str]) -> tuple[int, str]:
    """Return the status and the reason with which the front refuses a request, whatever it is for, or (0, "")."""
    line = len(scope["raw_path"]) + len(scope["query_string"])
    if line > _LINE_BYTES:
        return 414, f"The address is longer than {_LINE_BYTES} bytes."
    if line + sum(len(value) for _, value in scope["headers"]) > _HEAD_BYTES:
        return 431, f"Address and headers are longer than {_HEAD_BYTES} bytes."
    problem = guard.objection(scope, names)
    return (403, problem) if problem else (0, "")


def forwarded_headers(scope: Scope) -> Headers:
    """Return the caller's headers without the hop-by-hop ones, and X-Forwarded-For as API Gateway would set it."""
    given: Headers = [(name.lower(), value) for name, value in scope["headers"] if name.lower() != FRONT_KEY.encode()]
    named = {part.strip().lower() for name, value in given if name == b"connection" for part in value.split(b",")}
    kept = [(n, v) for n, v in given if n not in _HOP_BY_HOP | named and n != b"x-forwarded-for"]
    before = [value for name, value in given if name == b"x-forwarded-for"]
    client = scope.get("client") or ("127.0.0.1", 0)
    kept.append((b"x-forwarded-for", b", ".join([*before, client[0].encode()])))
    kept.append((b"x-forwarded-proto", scope["scheme"].replace("ws", "http").encode()))
    return kept


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message: MutableMapping[str, Any] = await receive()
        if message["type"] == "http.disconnect":
            raise httpx.ReadError("the caller went away")
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


async def _relay(  # noqa: C901 (two directions and three ways to end)
    socket: WebSocket, upstream: ClientConnection
) -> None:
    """Pass messages both ways until either side closes, then close the other with the same code."""

    async def up() -> int:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 1000)
            text, data = message.get("text"), message.get("bytes")
            payload: str | bytes = text if text is not None else (data or b"")
            size = len(payload.encode()) if isinstance(payload, str) else len(payload)
            if size > _FRAME_BYTES:
                return 1009
            await upstream.send(payload)

    async def down() -> int:
        async for message in upstream:
            if isinstance(message, str):
                await socket.send_text(message)
            else:
                await socket.send_bytes(message)
        return upstream.close_code or 1000

    tasks = [asyncio.create_task(up()), asyncio.create_task(down())]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    code = 1011
    for task in done:
        try:
            code = task.result()
        except (ConnectionClosed, WebSocketDisconnect, RuntimeError):
            code = 1001
    # 1005 and 1006 say that no code was sent; they may not be sent themselves.
    code = 1000 if code in {1005, 1006} else code
    await upstream.close(code)
    if tasks[1] in done:
        try:
            await socket.close(code)
        except (RuntimeError, WebSocketDisconnect):
            return
    elif code == 1009:  # noqa: PLR2004 (message too big, RFC 6455)
        await socket.close(code)
