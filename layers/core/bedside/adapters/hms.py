"""Rooms at 100ms, through its REST API: https://www.100ms.live/docs/server-side/v2/api-reference/Rooms/create-via-api.

https://www.100ms.live/docs/get-started/v2/get-started/security-and-tokens describes both kinds of token.
"""

import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt

from bedside.adapters.aws.secret_values import HmsKeys
from bedside.adapters.rest import RestClient, RestError
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.ports.video import Party, RecordingAsset

# For one call as a whole; joining a visit makes one while the user waits.
_DEADLINE_S: Final = 4.0
# One call, plus the five seconds that DynamoDB needs afterwards. With less time left no call is made, so that the facts
# are stored, and only their consequences are left to the next look at the visit.
_NEEDED_S: Final = 10.0
_MANAGEMENT_LIFE_S: Final = 3600
_RENEW_BEFORE_S: Final = 300
# A client that loses its connection reconnects with the same token, so it outlives a typical visit. The room is locked
# when the visit ends.
_APP_LIFE_S: Final = 7200
# Tolerated difference between our clock and theirs.
_SKEW_S: Final = 10
# The room is empty, or no recording is running: "beam not found".
_NOT_FOUND: Final = 404
# A recording is already running: "beam already started".
_CONFLICT: Final = 409
# A recording can also produce a chat, a transcript and a summary.
_VIDEOS: Final = frozenset({"room-composite", "room-composite-legacy"})
_MAX_ASSETS: Final = 100


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Hms:
    """The rooms of one app at 100ms.

    Every request raises UnavailableError after 4 seconds, for an unexpected response, or immediately if the invocation
    has less than ten seconds left. `page` is the URL of a room with {roomId}, {role} and {token}; `roles` maps each
    party to a role of the app's template.
    """

    def __init__(
        self, api_url: str, keys: HmsKeys, page: str, roles: Mapping[str, str], now_ms: Callable[[], int] = _now_ms
    ) -> None:
        self._rest = RestClient(api_url)
        self._keys = keys
        self._page = page
        self._roles = roles
        self._now_ms = now_ms
        self._management = ""
        self._management_until_s = 0

    def open(self, visit_id: str) -> str:
        """Return the id of the visit's room; 100ms returns the existing room if there is one."""
        room = {"name": visit_id, "description": "Bedside", "template_id": self._keys.template_id}
        room_id = self._call("POST", "/v2/rooms", room).get("id")
        if not isinstance(room_id, str) or not room_id:
            raise UnavailableError("The video provider did not answer as expected.", "a room without an id")
        return room_id

    def token(self, room_id: str, joining: str, party: Party, now_ms: int) -> str:
        """Return an app token, valid for two hours; webhooks report `joining` as the user id."""
        return self._signed(now_ms, _APP_LIFE_S, type="app", room_id=room_id, user_id=joining, role=self._roles[party])

    def page(self, room_id: str, party: Party) -> str:
        """Return the URL to embed, with "{token}" as the placeholder for the token."""
        if not self._page:
            raise UnavailableError("The address of the rooms' page is not set.", "RoomPage is empty")
        filled = self._page.replace("{roomId}", quote(room_id, safe=""))
        return filled.replace("{role}", quote(self._roles[party], safe=""))

    def end(self, room_id: str) -> None:
        """Remove everyone from the room and lock it; an empty room is only locked."""
        body = {"reason": "The visit is over.", "lock": True}
        path = f"/v2/active-rooms/{quote(room_id, safe='')}/end-room"
        if self._call("POST", path, body, fine={_NOT_FOUND}) == {}:
            self._call("POST", f"/v2/rooms/{quote(room_id, safe='')}", {"enabled": False}, fine={_NOT_FOUND})

    def start_recording(self, room_id: str) -> None:
        """Start a recording of the whole room; succeeds if one is already running."""
        self._call("POST", f"/v2/recordings/room/{quote(room_id, safe='')}/start", {}, fine={_CONFLICT})

    def stop_recording(self, room_id: str) -> None:
        """Stop the room's recordings; succeeds if none is running."""
        self._call("POST", f"/v2/recordings/room/{quote(room_id, safe='')}/stop", {}, fine={_NOT_FOUND})

    def assets(self, room_id: str) -> list[RecordingAsset]:
        """Return the room's videos, at most 100."""
        query = urlencode({"room_id": room_id, "limit": _MAX_ASSETS})
        listed = self._call("GET", f"/v2/recording-assets?{query}").get("data")
        try:
            return [_asset(each) for each in listed or [] if each.get("type") in _VIDEOS]
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnavailableError("The video provider did not answer as expected.", type(error).__name__) from error

    def asset_link(self, asset_id: str) -> str:
        """Return a temporary URL from which a video can be downloaded without credentials."""
        link = self._call("GET", f"/v2/recording-assets/{quote(asset_id, safe='')}/presigned-url").get("url")
        if not isinstance(link, str) or not link:
            raise UnavailableError("The video provider did not answer as expected.", "a link without an address")
        return link

    def replay(self, since_ms: int, until_ms: int) -> None:
        """Ask 100ms to resend the webhooks that it failed to deliver in a period: at most 14 of the last 30 days."""
        times = {"start_time": _rfc3339(since_ms), "end_time": _rfc3339(until_ms)}
        # The documentation calls these query parameters, but its example sends them in the body.
        self._call("POST", f"/v2/analytics/webhooks/replay?{urlencode(times)}", times)

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, fine: Collection[int] = ()
    ) -> dict[str, Any]:
        """Return the response's JSON object, or an empty one for an error status listed in `fine`."""
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to ask the video provider.", "OutOfTime")
        headers = {"Authorization": f"Bearer {self._management_token()}"}
        content = b""
        if body is not None:
            headers["Content-Type"], content = "application/json", json.dumps(body).encode()
        try:
            # Doing any of these twice is like once: a second start gets a 409, and a room's name is its visit.
            answer = self._rest.request(method, path, headers, content, deadline_s=_DEADLINE_S, idempotent=True)
        except RestError as error:
            raise UnavailableError("The video provider does not answer.", str(error)) from error
        if answer.status in fine:
            return {}
        if not 200 <= answer.status < 300:  # noqa: PLR2004  # HTTP's successes
            # Discarded whatever the reason, so that the next call does not fail because of an outdated token.
            self._management = ""
            raise UnavailableError("The video provider does not answer as expected.", f"HTTP {answer.status}")
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise UnavailableError("The video provider did not answer as expected.", type(error).__name__) from error
        if not isinstance(document, dict):
            raise UnavailableError("The video provider did not answer as expected.", "not an object")
        return document

    def _management_token(self) -> str:
        now_ms = self._now_ms()
        if not self._management or now_ms // 1000 > self._management_until_s - _RENEW_BEFORE_S:
            self._management = self._signed(now_ms, _MANAGEMENT_LIFE_S, type="management")
            self._management_until_s = now_ms // 1000 + _MANAGEMENT_LIFE_S
        return self._management

    def _signed(self, now_ms: int, life_s: int, **claims: str) -> str:
        now_s = now_ms // 1000
        times = {"iat": now_s - _SKEW_S, "nbf": now_s - _SKEW_S, "exp": now_s + life_s}
        document = {"access_key": self._keys.access_key, "version": 2, "jti": secrets.token_hex(16), **claims, **times}
        return jwt.encode(document, self._keys.secret, algorithm="HS256")


def _asset(found: Mapping[str, Any]) -> RecordingAsset:
    duration, size = found.get("duration"), found.get("size")
    return RecordingAsset(
        asset_id=str(found["id"]),
        status=str(found["status"]),
        duration_s=None if duration is None else int(duration),
        size=None if size is None else int(size),
        path=str(found.get("path", "")),
    )


def _rfc3339(at_ms: int) -> str:
    """Return an instant with milliseconds, so that a period shorter than a second still ends after it starts."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
