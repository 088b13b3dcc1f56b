"""The two ways to a clinician's page: our own WebSocket API, or Ably. Configuration chooses."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from bedside.adapters.ably import Ably, AblyError
from bedside.capture.model import Session, Subscriber
from bedside.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from bedside.adapters.aws.websockets import Sockets
    from bedside.capture.session_access import SessionAccess


class Publisher(Protocol):
    """Sends a message to everyone who watches a session. Never raises: a page that misses a message catches up."""

    def publish(self, session: Session, message: Mapping[str, Any], now_ms: int) -> None: ...

    def invitation(self, session: Session, ticket: str, now_ms: int) -> dict[str, Any]:
        """Return what a page needs to watch the session."""
        ...


class SocketPublisher:
    """Publishes over our own WebSocket API.

    `may_watch` tells whether a watcher's sign-in is still good for sessions of a facility; `on_failure` hears how many
    pages could not be reached.
    """

    def __init__(
        self,
        sockets: "Callable[[], Sockets]",
        session_access: "SessionAccess",
        url: str,
        may_watch: Callable[[Subscriber, str, int], bool],
        on_failure: Callable[[int], None],
    ) -> None:
        self._sockets = sockets
        self._session_access = session_access
        self._may_watch = may_watch
        self._url = url
        self._on_failure = on_failure

    def publish(self, session: Session, message: Mapping[str, Any], now_ms: int) -> None:
        if not session.connections:
            return
        try:
            shut_out = [name for name in sorted(session.connections) if not self._allowed(session, name, now_ms)]
        except UnavailableError:  # nobody hears what they might no longer hear; pages catch up by themselves
            self._on_failure(len(session.connections))
            return
        self._session_access.forget(session, shut_out, now_ms)
        listening = sorted(session.connections.keys() - set(shut_out))
        gone, failed = self._sockets().send(listening, json.dumps(message, separators=(",", ":")))
        if gone:
            self._session_access.disconnect(session, gone, now_ms)
        if failed:
            self._on_failure(failed)

    def invitation(self, session: Session, ticket: str, now_ms: int) -> dict[str, Any]:  # noqa: ARG002  # the protocol's
        return {"url": self._url, "ticket": ticket}

    def _allowed(self, session: Session, connection: str, now_ms: int) -> bool:
        return self._may_watch(session.connections[connection].watcher, session.facility_id, now_ms)


class AblyPublisher:
    """Publishes on the Ably channel `session:{facilityId}:{encounterId}`.

    The facility is part of it, or a clinician of another one could listen by opening an encounter of the same number.
    """

    def __init__(self, ably: Ably, rest_url: str, realtime_url: str, on_failure: Callable[[int], None]) -> None:
        self._ably = ably
        self._rest_url = rest_url
        self._realtime_url = realtime_url
        self._on_failure = on_failure

    def publish(self, session: Session, message: Mapping[str, Any], now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        # The same change published twice has the same id, and Ably delivers it once.
        message_id = f"{session.key}-{session.started}-{message['revision']}"
        try:
            self._ably.publish(_channel(session), message["type"], message_id, json.dumps(message))
        except AblyError:
            self._on_failure(1)

    def invitation(self, session: Session, ticket: str, now_ms: int) -> dict[str, Any]:
        return {
            "provider": "ably",
            "url": self._realtime_url,
            "ticket": ticket,
            "channel": _channel(session),
            "tokenRequest": self._ably.token_request(_channel(session), now_ms),
            "restUrl": self._rest_url,
            "realtimeUrl": self._realtime_url,
        }


def _channel(session: Session) -> str:
    return f"session:{session.facility_id}:{session.encounter_id}"
