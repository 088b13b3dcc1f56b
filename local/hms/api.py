"""The REST API: those of 100ms's calls that Bedside makes, behind a management token."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.hms.provider import Provider
from local.hms.rooms import Room, stamp
from local.hms.tokens import RefusedError, check_management
from local.webhooks import Outcome

_OLDEST = timedelta(days=30)
_LONGEST = timedelta(days=14)
_MOST_EVENTS = 50_000
_PRESIGNED_S = 3 * 24 * 3600
_STATUSES: dict[str, tuple[Outcome, ...]] = {
    "failed": ("given up", "dropped"),
    "success": ("received",),
    "all": ("given up", "dropped", "received"),
}

type Answer = tuple[int, dict[str, Any]]


class Api:
    """Answers under {prefix}/v2."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def routes(self, prefix: str) -> list[Route]:
        """Return the calls."""
        calls: list[tuple[str, str, Callable[[Request], Awaitable[Answer]]]] = [
            ("POST", "/rooms", self._open),
            ("POST", "/rooms/{room_id}", self._change),
            ("POST", "/active-rooms/{room_id}/end-room", self._end),
            ("POST", "/recordings/room/{room_id}/start", self._start),
            ("POST", "/recordings/room/{room_id}/stop", self._stop),
            ("GET", "/recording-assets", self._assets),
            ("GET", "/recording-assets/{asset_id}/presigned-url", self._link),
            ("POST", "/analytics/webhooks/replay", self._replay),
        ]
        return [Route(f"{prefix}/v2{path}", self._guarded(call), methods=[verb]) for verb, path, call in calls]

    def _guarded(self, call: Callable[[Request], Awaitable[Answer]]) -> Callable[[Request], Awaitable[JSONResponse]]:
        async def answer(request: Request) -> JSONResponse:
            if self._provider.now_ms() < self._provider.faults.api_down:
                return _said(_failure(503, "the service is switched off"))
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            try:
                if scheme.lower() != "bearer":
                    return _said(_failure(401, "Authentication error"))
                check_management(self._provider.keys, token)
                return _said(await call(request))
            except RefusedError as problem:
                return _said(_failure(401, "Token validation error", str(problem)))
            except (ValueError, LookupError, RecursionError) as problem:
                return _said(_failure(400, "Invalid request", str(problem)))

        return answer

    async def _open(self, request: Request) -> Answer:
        wanted = await _body(request)
        name, template = str(wanted.get("name") or ""), str(wanted.get("template_id") or "")
        if not name or not all(each.isascii() and (each.isalnum() or each in ".-:_") for each in name):
            return _failure(400, "Invalid body param: name")
        if template not in {"", self._provider.keys.template_id}:
            return _failure(400, "Error: template not found")
        room = self._provider.rooms.open(name, self._provider.keys.template_id, str(wanted.get("description") or ""))
        return 200, _shown(room)

    async def _change(self, request: Request) -> Answer:
        room, wanted = self._room(request), await _body(request)
        if room is None:
            return _failure(404, "room not found")
        room.enabled = bool(wanted.get("enabled", room.enabled))
        return 200, _shown(room)

    async def _end(self, request: Request) -> Answer:
        room, wanted = self._room(request), await _body(request)
        if room is None or (room.session is None and not wanted.get("lock")):
            return _failure(404, "active room not found")
        self._provider.end(room, str(wanted.get("reason") or ""), lock=bool(wanted.get("lock")))
        return 200, {"message": "session is ending"}

    async def _start(self, request: Request) -> Answer:
        await _body(request)
        room = self._room(request)
        if room is None:
            return _failure(403, "user does not have required permission")
        recording = self._provider.recordings.start(room)
        if recording is None:
            return _failure(409, "beam already started")
        return 200, recording.shown() | {"status": "starting", "started_at": None}

    async def _stop(self, request: Request) -> Answer:
        room = self._room(request)
        stopped = self._provider.stop_recording(room) if room else []
        if not stopped:
            return _failure(404, "beam not found")
        return 200, {"limit": 10, "data": stopped, "last": stopped[-1]["id"]}

    async def _assets(self, request: Request) -> Answer:
        limit = min(100, max(10, int(request.query_params.get("limit", "10"))))
        found = [each.asset() for each in self._provider.recordings.of(request.query_params.get("room_id", ""))]
        found = found[::-1][:limit]
        return 200, {"limit": limit, "data": found, "last": found[-1]["id"] if found else ""}

    async def _link(self, request: Request) -> Answer:
        recording = self._provider.recordings.asset(request.path_params["asset_id"])
        if recording is None:
            return _failure(404, "recording asset not found")
        life_s = int(request.query_params.get("presign_duration", _PRESIGNED_S))
        link = self._provider.recordings.link(recording, life_s)
        return 200, {"id": recording.asset_id, "path": recording.path, "url": link, "expiry": life_s}

    async def _replay(self, request: Request) -> Answer:
        wanted = dict(request.query_params) | await _body(request)
        now = datetime.fromtimestamp(self._provider.now_ms() / 1000, UTC)
        since = _time(wanted.get("start_time"), now - timedelta(days=1))
        until = _time(wanted.get("end_time"), now)
        if since < now - _OLDEST:
            return _failure(400, "start_time must be within the last 30 days")
        if not since < until <= since + _LONGEST:
            return _failure(400, "end_time must be within 14 days after start_time")
        count = self._provider.webhooks.replay(
            int(since.timestamp() * 1000),
            # The last second counts whole.
            int(until.timestamp() * 1000) + 999,
            room_id=str(wanted.get("room_id") or ""),
            kinds=_listed(wanted.get("event_names")),
            statuses=_STATUSES[str(wanted.get("status") or "failed")],
        )
        message = f"Webhook replay has been queued for processing ({count} of at most {_MOST_EVENTS})"
        return 200, {"workflow_id": f"webhook-replay-{count}", "status": "started", "message": message}

    def _room(self, request: Request) -> Room | None:
        return self._provider.rooms.get(request.path_params["room_id"])


def _shown(room: Room) -> dict[str, Any]:
    return {
        "id": room.room_id,
        "name": room.name,
        "enabled": room.enabled,
        "description": room.description,
        "template_id": room.template_id,
        "recording_info": {"enabled": False},
        "region": "us",
        "created_at": stamp(room.created_at),
        "updated_at": stamp(room.created_at),
    }


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    found = await request.json() if body else {}
    if not isinstance(found, dict):
        raise ValueError("the body is no object")  # noqa: TRY004 (it is the caller's JSON)
    return found


def _time(text: object, usual: datetime) -> datetime:
    if not text:
        return usual
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError("a time has no zone")
    return found


def _listed(names: object) -> list[str]:
    """Return the names of a JSON list, or of a query parameter."""
    return [str(name) for name in names] if isinstance(names, list) else str(names or "").replace(",", " ").split()


def _failure(code: int, message: str, *details: str) -> Answer:
    return code, {"code": code, "message": message, "details": list(details)}


def _said(answer: Answer) -> JSONResponse:
    return JSONResponse(answer[1], answer[0])
