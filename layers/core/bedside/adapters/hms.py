"""Rooms at 100ms, over its REST API: https://www.100ms.live/docs/server-side/v2/api-reference/Rooms/create-via-api.

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

from bedside.adapters.aws.secrets import HmsKeys
from bedside.adapters.rest import RestClient, RestError
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.ports.video import Party, RecordingAsset

# For one call as a whole; a join makes one of them while somebody waits.
_DEADLINE_S: Final = 4.0
# One call, and then some time for the record, which asks for five seconds itself. Without that much left no call is
# begun, so that what was learned is noted, and only what follows from it is left to whoever looks next.
_NEEDED_S: Final = 10.0
_MANAGEMENT_LIFE_S: Final = 3600
_RENEW_BEFORE_S: Final = 300
# Whoever loses the connection comes back with the same token, so it lives longer than a visit usually does. The room
# is locked when the visit is over.
_APP_LIFE_S: Final = 7200
# Between our clock and theirs.
_SKEW_S: Final = 10
# A room in which nobody is, or no recording that runs: "beam not found".
_NOT_FOUND: Final = 404
# A recording that runs already: "beam already started".
_CONFLICT: Final = 409
# A recording can also leave a chat, a transcript and a summary.
_VIDEOS: Final = frozenset({"room-composite", "room-composite-legacy"})
_MOST_ASSETS: Final = 100


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Hms:
    """The rooms of one app at 100ms. Every call raises UnavailableError after 4 seconds, or for an unexpected answer.

    At once where the function has less than ten seconds left. `page` is the address of a room with {roomId},
    {role} and {token}; `roles` are those of the app's template by party.
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
        """Return the id of the room with this name; 100ms answers with the existing room if there is one."""
        room = {"name": visit_id, "description": "Bedside", "template_id": self._keys.template_id}
        room_id = self._call("POST", "/v2/rooms", room).get("id")
        if not isinstance(room_id, str) or not room_id:
            raise UnavailableError("The video provider did not answer as expected.", "a room without an id")
        return room_id

    def token(self, room_id: str, joining: str, party: Party, now_ms: int) -> str:
        """Return an app token, which lives for two hours; `joining` comes back in webhooks as the user's id."""
        return self._signed(now_ms, _APP_LIFE_S, type="app", room_id=room_id, user_id=joining, role=self._roles[party])

    def page(self, room_id: str, party: Party) -> str:
        """Return the address to embed, with "{token}" where the token goes."""
        if not self._page:
            raise UnavailableError("The address of the rooms' page is not set.", "RoomPage is empty")
        filled = self._page.replace("{roomId}", quote(room_id, safe=""))
        return filled.replace("{role}", quote(self._roles[party], safe=""))

    def end(self, room_id: str) -> None:
        """Send everybody out and let nobody in again; a room in which nobody is only gets locked."""
        body = {"reason": "The visit is over.", "lock": True}
        path = f"/v2/active-rooms/{quote(room_id, safe='')}/end-room"
        if self._call("POST", path, body, fine={_NOT_FOUND}) == {}:
            self._call("POST", f"/v2/rooms/{quote(room_id, safe='')}", {"enabled": False}, fine={_NOT_FOUND})

    def start_recording(self, room_id: str) -> None:
        """Start a recording of the whole room; one that runs already is fine."""
        self._call("POST", f"/v2/recordings/room/{quote(room_id, safe='')}/start", {}, fine={_CONFLICT})

    def stop_recording(self, room_id: str) -> None:
        """Stop the room's recordings; none is fine."""
        self._call("POST", f"/v2/recordings/room/{quote(room_id, safe='')}/stop", {}, fine={_NOT_FOUND})

    def assets(self, room_id: str) -> list[RecordingAsset]:
        """Return the room's videos, at most 100."""
        query = urlencode({"room_id": room_id, "limit": _MOST_ASSETS})
        listed = self._call("GET", f"/v2/recording-assets?{query}").get("data")
        try:
            return [_asset(each) for each in listed or [] if each.get("type") in _VIDEOS]
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnavailableError("The video provider did not answer as expected.", type(error).__name__) from error

    def asset_link(self, asset_id: str) -> str:
        """Return an address from which a video can be fetched without credentials for a while."""
        link = self._call("GET", f"/v2/recording-assets/{quote(asset_id, safe='')}/presigned-url").get("url")
        if not isinstance(link, str) or not link:
            raise UnavailableError("The video provider did not answer as expected.", "a link without an address")
        return link

    def replay(self, since_ms: int, until_ms: int) -> None:
        """Ask for the webhooks of a stretch of time that were not received: 14 days at most, in the last 30."""
        times = {"start_time": _rfc3339(since_ms), "end_time": _rfc3339(until_ms)}
        # The documentation says that these are query parameters, and its example has them in the body.
        self._call("POST", f"/v2/analytics/webhooks/replay?{urlencode(times)}", times)

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, fine: Collection[int] = ()
    ) -> dict[str, Any]:
        """Make one call; gives its answer, or an empty one for a status that is `fine` although it is an error."""
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to ask the video provider.", "OutOfTime")
        headers = {"Authorization": f"Bearer {self._management_token()}"}
        content = b""
        if body is not None:
            headers["Content-Type"], content = "application/json", json.dumps(body).encode()
        try:
            answer = self._rest.request(method, path, headers, content, deadline_s=_DEADLINE_S)
        except RestError as error:
            raise UnavailableError("The video provider does not answer.", str(error)) from error
        if answer.status in fine:
            return {}
        if not 200 <= answer.status < 300:  # noqa: PLR2004  # what succeeded
            # Whatever the reason is: the next call should not fail because of an old token.
            self._management = ""
            raise UnavailableError("The video provider does not answer as expected.", f"HTTP {answer.status}")
        try:
            content_of = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise UnavailableError("The video provider did not answer as expected.", type(error).__name__) from error
        if not isinstance(content_of, dict):
            raise UnavailableError("The video provider did not answer as expected.", "not an object")
        return content_of

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
    """Return an instant to the millisecond: within one second an end must still come after its start."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
