"""What the stand-in serves under /hms: REST API, the room's page, recordings, switches, and a page for people."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from local import guard
from local.hms import signalling
from local.hms.api import Api
from local.hms.provider import Provider
from local.hms.rooms import Room, stamp
from local.switches import answer_switches, json_of
from local.webhooks import Webhook

_STATIC = Path(__file__).with_name("static")
_BOARDS = Path(__file__).parent.with_name("boards")
_SHOWN = 200


class Hms:
    """The ASGI application around a provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.app = Starlette(
            routes=[
                Route("/hms", self._board),
                Route("/hms/room", self._room),
                Route("/hms/state", self._state),
                Route("/hms/faults", self._faults, methods=["GET", "POST", "DELETE"]),
                Route("/hms/drop", self._drop, methods=["POST"]),
                Route("/hms/recordings/{asset_id}.mp4", self._recording),
                WebSocketRoute("/hms/signal", self._signal),
                Mount("/hms/static", StaticFiles(directory=_STATIC)),
                Mount("/hms/boards", StaticFiles(directory=_BOARDS)),
                *Api(provider).routes("/hms/api"),
            ],
            middleware=[Middleware(_Headers)],
        )

    def for_functions(self) -> ASGIApp:
        """Return the part that the provider's customers call: API and recordings, without page, switches or socket."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith(("/hms/api/", "/hms/recordings/")):
                await self.app(scope, receive, send)
            else:
                await guard.refuse(scope, receive, send, 404, "Not Found")

        return answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def _board(self, _request: Request) -> Response:
        return FileResponse(_BOARDS / "hms.html")

    async def _room(self, _request: Request) -> Response:
        return FileResponse(_STATIC / "room.html")

    async def _signal(self, socket: WebSocket) -> None:
        await signalling.serve(self.provider, socket)

    async def _state(self, request: Request) -> Response:
        limit = request.query_params.get("limit", "")
        newest = self.provider.webhooks.newest()[: int(limit) if limit.isdecimal() else _SHOWN]
        rooms = [self._shown(room) for room in self.provider.rooms.all()]
        return JSONResponse({"rooms": rooms[:_SHOWN], "webhooks": [_sent(webhook) for webhook in newest]})

    async def _faults(self, request: Request) -> Response:
        provider = self.provider
        provider.faults, answer = await answer_switches(request, provider.faults, provider.now_ms())
        return answer

    async def _drop(self, request: Request) -> Response:
        try:
            wanted = await json_of(request)
            count = self.provider.drop(str(wanted["room"]), str(wanted.get("role", "")))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return JSONResponse({"message": "expected: {room: its name, role: whose connection, or nobody's}"}, 422)
        return JSONResponse({"dropped": count})

    async def _recording(self, request: Request) -> Response:
        asset_id, query = request.path_params["asset_id"], request.query_params
        recording = self.provider.recordings.asset(asset_id)
        if not self.provider.recordings.admits(asset_id, query.get("expires", ""), query.get("signature", "")):
            return PlainTextResponse("Forbidden", 403)
        if recording is None:
            return PlainTextResponse("Not Found", 404)
        return Response(recording.video(), media_type="video/mp4")

    def _shown(self, room: Room) -> dict[str, Any]:
        peers = room.session.peers.values() if room.session else []
        return {
            "id": room.room_id,
            "name": room.name,
            "enabled": room.enabled,
            "recording": self.provider.recordings.is_recorded(room),
            "peers": [
                {
                    "peerId": peer.peer_id,
                    "userId": peer.user_id,
                    "role": peer.role,
                    "connected": self.provider.connected(peer.peer_id),
                }
                for peer in peers
            ],
        }


class _Headers:
    """Adds to every answer what a browser may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        socket = f"{'wss' if request.url.scheme == 'https' else 'ws'}://{request.url.netloc}"
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; media-src 'self' blob:; "
            f"connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )
        added = {
            "content-security-policy": policy,
            "permissions-policy": "camera=(self), microphone=(self)",
            "cross-origin-resource-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        }

        async def send_with(message: Any) -> None:  # noqa: ANN401 (an ASGI message)
            if message["type"] == "http.response.start":
                headers = [(name.encode(), value.encode()) for name, value in added.items()]
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        await self._app(scope, receive, send_with)


def _sent(webhook: Webhook) -> dict[str, Any]:
    data = webhook.event["data"]
    return {
        "id": webhook.event["id"],
        "type": webhook.kind,
        "at": stamp(webhook.at_ms),
        "outcome": webhook.outcome,
        "attempts": webhook.attempts,
        "room": data.get("room_name", ""),
        "detail": data.get("reason") or data.get("role") or data.get("error_type") or "",
    }
