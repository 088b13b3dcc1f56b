"""Telling pages that a visit has changed. They fetch it anew, so that nothing of it is in the message."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bedside.adapters.ably import Ably, AblyError
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.kernel.opaque_tokens import new_token
from bedside.visits.live_channels import Channel, channel_of
from bedside.visits.live_tickets import TICKET
from bedside.visits.model import Visit
from bedside.visits.subscriptions import Subscriber, Subscriptions

if TYPE_CHECKING:
    from bedside.adapters.aws.websockets import Sockets


class Announcer(Protocol):
    """Tells pages. Never raises: a page that misses a message asks again within seconds."""

    def changed(self, visit: Visit, now_ms: int) -> None:
        """Tell that a visit has changed."""
        ...

    def warned(self, visit: Visit, now_ms: int) -> None:
        """Tell that a visit nears its end."""
        ...

    def invitation(self, who: Principal, now_ms: int) -> dict[str, Any]:
        """Return what a page needs to hear of visits; raises UnavailableError."""
        ...


class SocketAnnouncer:
    """Tells over our own WebSocket API.

    `standing` says who a watcher is by now, None where their sign-in has ended; `on_failure` hears how many pages could
    not be reached.
    """

    def __init__(
        self,
        sockets: "Callable[[], Sockets]",
        watchers: Subscriptions,
        url: str,
        pseudonym_key: bytes,
        standing: Callable[[Subscriber, int], Principal | None],
        randomness: Callable[[int], bytes],
        on_failure: Callable[[int], None],
    ) -> None:
        self._sockets = sockets
        self._watchers = watchers
        self._url = url
        self._key = pseudonym_key
        self._standing = standing
        self._randomness = randomness
        self._on_failure = on_failure

    def changed(self, visit: Visit, now_ms: int) -> None:
        self._tell(
            visit, {"type": "visit-changed", "visitId": visit.visit_id, "state": visit.state, "timestamp": now_ms}
        )

    def warned(self, visit: Visit, now_ms: int) -> None:
        self._tell(visit, {"type": "visit-warning", "visitId": visit.visit_id, "timestamp": now_ms})

    def invitation(self, who: Principal, now_ms: int) -> dict[str, Any]:
        text, handle = new_token(channel_of(who).key(self._key), self._randomness)
        self._watchers.admit(handle, Subscriber(who.user_id, who.family_id), now_ms)
        return {"url": self._url, "ticket": TICKET + text}

    def _tell(self, visit: Visit, message: Mapping[str, Any]) -> None:
        text = json.dumps(message, separators=(",", ":"))
        for channel in _channels(visit):
            try:
                self._send(channel, text, message["timestamp"])
            except UnavailableError:
                self._on_failure(1)

    def _send(self, channel: Channel, text: str, now_ms: int) -> None:
        key = channel.key(self._key)
        connections = self._watchers.connections(key, now_ms)
        listening = [name for name, watcher in connections.items() if channel.open_to(self._standing(watcher, now_ms))]
        gone, failed = self._sockets().send(listening, text) if listening else ([], 0)
        shut_out = [name for name in connections if name not in listening]
        self._watchers.forget(key, [*shut_out, *gone])
        if failed:
            self._on_failure(failed)


class AblyAnnouncer:
    """Tells on the Ably channels `visits:facility:{facilityId}` and `visits:patient:{userId}`."""

    def __init__(self, ably: Ably, rest_url: str, realtime_url: str, on_failure: Callable[[int], None]) -> None:
        self._ably = ably
        self._rest_url = rest_url
        self._realtime_url = realtime_url
        self._on_failure = on_failure

    def changed(self, visit: Visit, now_ms: int) -> None:
        message = {"type": "visit-changed", "visitId": visit.visit_id, "state": visit.state, "timestamp": now_ms}
        self._tell(visit, message, f"{visit.visit_id}-{len(visit.history)}")

    def warned(self, visit: Visit, now_ms: int) -> None:
        message = {"type": "visit-warning", "visitId": visit.visit_id, "timestamp": now_ms}
        self._tell(visit, message, f"{visit.visit_id}-warning")

    def invitation(self, who: Principal, now_ms: int) -> dict[str, Any]:
        name = _ably_name(channel_of(who))
        return {
            "provider": "ably",
            "url": self._realtime_url,
            "ticket": "",
            "channel": name,
            "tokenRequest": self._ably.token_request(name, now_ms),
            "restUrl": self._rest_url,
            "realtimeUrl": self._realtime_url,
        }

    def _tell(self, visit: Visit, message: Mapping[str, Any], message_id: str) -> None:
        for channel in _channels(visit):
            try:
                self._ably.publish(_ably_name(channel), message["type"], message_id, json.dumps(message))
            except AblyError:
                self._on_failure(1)


def _channels(visit: Visit) -> Sequence[Channel]:
    return Channel("facility", visit.facility_id), Channel("patient", visit.patient_id)


def _ably_name(channel: Channel) -> str:
    return f"visits:{channel.kind}:{channel.name}"
