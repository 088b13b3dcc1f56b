"""A browser's socket at /live and the emulator's end of it: both live as long as either."""

import asyncio
from collections.abc import Sequence

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

_FRAME_BYTES = 32 * 1024  # API Gateway's limit for one WebSocket frame
_MESSAGE_BYTES = 128 * 1024  # and for one message


async def serve(socket: WebSocket, address: str, given: Sequence[tuple[bytes, bytes]], open_s: float) -> None:
    """Connect the socket to this address, with these headers, and pass messages until either side closes."""
    headers = [(name.decode(), value.decode("latin-1")) for name, value in given]
    agent = next((value for name, value in headers if name == "user-agent"), None)
    try:
        upstream = await connect(
            address,
            additional_headers=[pair for pair in headers if pair[0] != "user-agent"],
            user_agent_header=agent,
            compression=None,
            open_timeout=open_s,
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
