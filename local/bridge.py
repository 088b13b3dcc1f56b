# ruff: noqa: ANN401 (JSON and Redis replies are of any type)
"""Upstash's REST interface in front of a Redis-compatible server on a unix socket."""

import argparse
import asyncio
import base64
import hmac
import itertools
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.guard import Guard
from local.resp import Error, Pool, Reply, Status
from local.scripts import Scripts

_REQUEST_BYTES = 10 * 1024 * 1024  # Upstash's limit for one request
# Upstash keeps no connection for a client, so nothing that waits, subscribes or remembers is available.
_UNAVAILABLE = frozenset(
    b"AUTH BLPOP BRPOP BLMOVE BLMPOP BRPOPLPUSH BZPOPMIN BZPOPMAX BZMPOP CLIENT CLUSTER CONFIG DEBUG DISCARD EXEC "
    b"HELLO MIGRATE MONITOR MULTI PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT REPLICAOF RESET SAVE SELECT SHUTDOWN SLAVEOF "
    b"SSUBSCRIBE SUBSCRIBE SYNC UNSUBSCRIBE UNWATCH WAIT WATCH".split()
)


class RequestError(Exception):
    """The request is not one of Upstash's; answered 400 with this text."""


class Bridge:
    """The REST calls, and a count of them: (requests, commands)."""

    def __init__(self, pool: Pool, token: str) -> None:
        self._pool = pool
        self._token = token
        self._scripts = Scripts()
        self._sync = itertools.count(1)
        self.requests = 0
        self.commands = 0

    def app(self) -> Starlette:
        methods = ["GET", "POST", "PUT", "HEAD"]
        return Starlette(
            routes=[
                Route("/_bridge/stats", self.stats, methods=["GET"]),
                Route("/_bridge/reset", self.reset, methods=["POST"]),
                Route("/pipeline", self.pipeline, methods=["POST"]),
                Route("/multi-exec", self.multi_exec, methods=["POST"]),
                Route("/", self.command, methods=["POST"]),
                Route("/{path:path}", self.path_command, methods=methods),
            ]
        )

    async def stats(self, request: Request) -> JSONResponse:
        if not self._admits(request):
            return _stranger()
        return JSONResponse({"requests": self.requests, "commands": self.commands})

    async def reset(self, request: Request) -> JSONResponse:
        if not self._admits(request):
            return _stranger()
        self.requests = self.commands = 0
        return JSONResponse({"requests": 0, "commands": 0})

    async def command(self, request: Request) -> JSONResponse:
        return await self._answer(request, self._one)

    async def path_command(self, request: Request) -> JSONResponse:
        return await self._answer(request, self._from_path)

    async def pipeline(self, request: Request) -> JSONResponse:
        return await self._answer(request, self._many)

    async def multi_exec(self, request: Request) -> JSONResponse:
        return await self._answer(request, self._transaction)

    async def _answer(self, request: Request, call: Any) -> JSONResponse:
        self.requests += 1
        headers = {"Upstash-Sync-Token": f"local={next(self._sync)}"}
        if not self._admits(request):
            return _stranger(headers)
        encoded = request.headers.get("upstash-encoding", "").lower() == "base64"
        try:
            status, answer = await call(request, encoded)
        except RequestError as problem:
            status, answer = 400, {"error": str(problem)}
        except (OSError, asyncio.IncompleteReadError):
            status, answer = 500, {"error": "ERR the database is not available"}
        return JSONResponse(answer, status, headers)

    def _admits(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.query_params.get("_token", "")
        return hmac.compare_digest(token.encode(), self._token.encode())

    async def _one(self, request: Request, encoded: bool) -> tuple[int, Any]:  # noqa: FBT001 (called by one method)
        return await self._single(_command(await _json(request)), encoded)

    async def _from_path(self, request: Request, encoded: bool) -> tuple[int, Any]:  # noqa: FBT001 (as _one)
        raw: bytes = request.scope["raw_path"]
        words = [unquote_to_bytes(part) for part in raw.split(b"?")[0].split(b"/")[1:]]
        if request.method == "POST":
            # The body is one more argument; further ones follow from the query string.
            body = await request.body()
            words += [body] if body else []
        for name, value in request.query_params.multi_items():
            if name != "_token":
                words += [name.encode(), *([value.encode()] if value else [])]
        return await self._single(words, encoded)

    async def _single(self, words: list[bytes], encoded: bool) -> tuple[int, Any]:  # noqa: FBT001 (as _one)
        [reply] = await self._run([words])
        body = _result(reply, encoded=encoded)
        return (400 if "error" in body else 200), body

    async def _many(self, request: Request, encoded: bool) -> tuple[int, Any]:  # noqa: FBT001 (as _one)
        replies = await self._run(_commands(await _json(request)))
        return 200, [_result(reply, encoded=encoded) for reply in replies]

    async def _transaction(self, request: Request, encoded: bool) -> tuple[int, Any]:  # noqa: FBT001 (as _one)
        commands = _commands(await _json(request))
        replies = await self._run([[b"MULTI"], *commands, [b"EXEC"]], checked=commands)
        outcome = replies[-1]
        if not isinstance(outcome, list):
            return 400, {"error": str(outcome)}
        return 200, [_result(reply, encoded=encoded) for reply in outcome]

    async def _run(self, commands: list[list[bytes]], checked: list[list[bytes]] | None = None) -> list[Reply]:
        """Run commands on one connection; `checked` are those that came from the client (default: all)."""
        asked = commands if checked is None else checked
        for words in asked:
            if words[0].upper() in _UNAVAILABLE:
                name = words[0].decode(errors="replace")
                raise RequestError(f"ERR Command is not available: '{name}'")
        self.commands += len(asked)
        replies = await self._pool.run([self._scripts.translate(words) for words in commands])
        for index, words in enumerate(commands):
            digest = self._scripts.loaded(words)
            if digest is not None and isinstance(replies[index], bytes):
                replies[index] = digest
        return replies


def _stranger(headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": "WRONGPASS invalid or missing auth token"}, 401, headers)


async def _json(request: Request) -> Any:
    body = await request.body()
    if len(body) > _REQUEST_BYTES:
        raise RequestError("ERR max request size exceeded. Limit: 10485760 bytes")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise RequestError(f"ERR failed to parse command: {problem}") from problem


def _commands(value: Any) -> list[list[bytes]]:
    if not isinstance(value, list) or not value:
        raise RequestError("ERR failed to parse pipeline request")
    return [_command(item) for item in value]


def _command(value: Any) -> list[bytes]:
    if not isinstance(value, list) or not value:
        raise RequestError("ERR empty command")
    return [_argument(item) for item in value]


def _argument(value: Any) -> bytes:
    if value is None:
        raise RequestError("ERR null args are not supported")
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as problem:
        raise RequestError("ERR failed to parse command: invalid text") from problem


def _result(reply: Reply, *, encoded: bool) -> dict[str, Any]:
    return {"error": str(reply)} if isinstance(reply, Error) else {"result": _value(reply, encoded=encoded)}


def _value(reply: Reply, *, encoded: bool) -> Any:
    match reply:
        case list():
            return [_value(item, encoded=encoded) for item in reply]
        case bytes() | Status() | Error():
            data = reply if isinstance(reply, bytes) else reply.encode()
            if encoded and data != b"OK":
                return base64.b64encode(data).decode()
            return data.decode(errors="replace")
        case _:
            return reply


def serve(arguments: Sequence[str] | None = None) -> None:
    """Serve 127.0.0.1:PORT for the server at SOCKET; the bearer token comes from $BRIDGE_TOKEN."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--socket", required=True)
    parsed = parser.parse_args(arguments)
    app = Bridge(Pool(parsed.socket), os.environ["BRIDGE_TOKEN"]).app()
    # Longer than any pause in a test: a client's kept connection must not be closed under a request.
    config = uvicorn.Config(
        Guard(app), "127.0.0.1", parsed.port, log_level="warning", timeout_keep_alive=600, lifespan="off", ws="none"
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve()
