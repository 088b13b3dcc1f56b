"""The socket of a room's page: it enters with a token, passes messages to the others, and says when it leaves."""

import asyncio
import contextlib
import json
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from local.hms.provider import Connection, Provider
from local.hms.tokens import RefusedError, read_entry

_ENTER_WITHIN_S = 10.0
_MESSAGE_CHARACTERS = 64 * 1024
# Codes of our own (RFC 6455, 7.4.2).
REFUSED = 4401
_ENDED = 4410


async def serve(provider: Provider, socket: WebSocket) -> None:
    """Serve one socket until it closes."""
    await socket.accept()
    try:
        async with asyncio.timeout(_ENTER_WITHIN_S):
            entry = read_entry(provider.keys, str((await _read(socket)).get("token")))
    except (TimeoutError, RefusedError) as problem:
        await _refuse(socket, str(problem) or "no token came")
        return
    except (WebSocketDisconnect, ValueError):
        return
    room = provider.rooms.get(entry.room_id)
    if room is None or not room.enabled:
        await _refuse(socket, "the room is closed" if room else "there is no such room")
        return
    waiting: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    connection = provider.connect(room, entry.user_id, entry.role, waiting.put_nowait, lambda: waiting.put_nowait(None))
    writing = asyncio.create_task(_write(socket, waiting))
    reading = asyncio.create_task(_listen(provider, connection, socket))
    try:
        await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (writing, reading):
            task.cancel()
        await asyncio.gather(writing, reading, return_exceptions=True)
        provider.lose(connection)


async def _listen(provider: Provider, connection: Connection, socket: WebSocket) -> None:
    """Do what the page says until it leaves, closes or talks nonsense."""
    with contextlib.suppress(WebSocketDisconnect, ValueError):
        while True:
            message = await _read(socket)
            match message.get("type"):
                case "signal":
                    provider.relay(connection, str(message.get("to")), message.get("data"))
                case "leave":
                    provider.leave(connection)
                    await socket.close()
                    return


async def _write(socket: WebSocket, waiting: asyncio.Queue[dict[str, Any] | None]) -> None:
    """Send what comes until the connection is to break."""
    said_last: dict[str, Any] = {}
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while (message := await waiting.get()) is not None:
            await socket.send_text(json.dumps(message))
            said_last = message
        await socket.close(_ENDED if said_last.get("type") == "ended" else 1011)


async def _refuse(socket: WebSocket, reason: str) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(json.dumps({"type": "refused", "reason": reason}))
        await socket.close(REFUSED)


async def _read(socket: WebSocket) -> dict[str, Any]:
    """Return the next message; raises WebSocketDisconnect, and ValueError for what is none."""
    text = await socket.receive_text()
    try:
        message = json.loads(text) if len(text) <= _MESSAGE_CHARACTERS else None
    except RecursionError:
        message = None
    if not isinstance(message, dict):
        raise ValueError("not a message")  # noqa: TRY004 (it is the caller's JSON)
    return message
