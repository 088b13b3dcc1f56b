"""One origin for everything: pages and API at /, sockets at /live, storage under /{bucket}/, messages at /outbox.

At /hms is the video provider's stand-in, at /stripe the payment provider's, at /push that for push services, at /novu
Novu's, and at /ehr those for patients' records.
"""

from collections.abc import AsyncIterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from local import guard, live, storage
from local.access import FRONT_KEY
from local.cloud import Emulator
from local.outbox import Outbox
from local.page_key import PageKey

type Headers = list[tuple[bytes, bytes]]
type Added = Sequence[tuple[bytes, bytes]]

# RFC 9110, 7.6.1: these speak about one connection, not about the message.
_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split()
)
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

    def __init__(
        self,
        target: Target,
        hms: ASGIApp | None = None,
        stripe: ASGIApp | None = None,
        others: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        self._target = target
        known = (("/hms/", hms), ("/stripe/", stripe), *(others or {}).items())
        self._stand_ins = {path: app for path, app in known if app}
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
        path = f"{scope.get('path')}/"
        stand_in = next((app for start, app in self._stand_ins.items() if path.startswith(start)), None)
        if problem:
            await guard.refuse(scope, receive, send, status, problem)
        elif asked:
            await asked(scope, receive, send)
        elif stand_in:
            await stand_in(scope, receive, send)
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
        await self._forward(scope, receive, send, path + query, headers, storage.APART)

    async def _live(self, socket: WebSocket) -> None:
        if socket.scope["path"] != "/live":
            await socket.send_denial_response(PlainTextResponse("Not Found", 404))
            return
        target, query = self._target, socket.scope["query_string"].decode("latin-1")
        address = (
            f"ws://127.0.0.1:{target.emulator.port}/_aws/execute-api/{target.live_api_id}/{target.live_stage}"
            f"{'?' if query else ''}{query}"
        )
        # The emulator's handshake is with the front, so the page's Origin, which is checked by now, is not its own.
        kept = {b"user-agent", b"cookie", b"x-forwarded-for", FRONT_KEY.encode()}
        headers = [pair for pair in [*forwarded_headers(socket.scope), self._pass] if pair[0] in kept]
        await live.serve(socket, address, headers, _FUNCTION_S)

    @property
    def _pass(self) -> tuple[bytes, bytes]:
        return FRONT_KEY.encode(), self._target.emulator.front_key.encode()

    async def _forward(
        self, scope: Scope, receive: Receive, send: Send, target: bytes, headers: Headers, added: Added = ()
    ) -> None:
        """Send the request on with these headers; `added` go to the caller beside the answer's own."""
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
                        *((n.lower(), value) for n, value in response.headers.raw if n.lower() not in _HOP_BY_HOP),
                        *added,
                    ],
                }
            )
            async for chunk in response.aiter_raw():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await response.aclose()


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
