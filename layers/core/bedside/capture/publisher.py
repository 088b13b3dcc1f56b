"""Publishes changes of a session to the pages that watch it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bedside.capture.model import Session
from bedside.capture.session_access import SessionAccess
from bedside.live.publisher import InvitationDocument, Publisher
from bedside.live.subscriptions import Subscriber

# Returns whether a sign-in grants access to a facility's sessions at an instant (Unix ms).
type MayWatch = Callable[[Subscriber, str, int], bool]


@dataclass(frozen=True, slots=True)
class SessionAudience:
    """The pages that watch a session; their connections are stored in its item."""

    session: Session
    access: SessionAccess
    may_watch: MayWatch

    @property
    def channel(self) -> str:
        """The Ably channel; its name includes the facility, because encounter ids are not unique across facilities."""
        return f"session:{self.session.facility_id}:{self.session.encounter_id}"

    def connections(self, now_ms: int) -> Mapping[str, Subscriber]:  # noqa: ARG002  # the protocol's
        return {name: connection.subscriber for name, connection in self.session.connections.items()}

    def may_listen(self, subscriber: Subscriber, now_ms: int) -> bool:
        return self.may_watch(subscriber, self.session.facility_id, now_ms)

    def revoke(self, connections: Sequence[str], now_ms: int) -> None:
        self.access.remove_connections(self.session, connections, now_ms)

    def disconnect(self, connections: Sequence[str], now_ms: int) -> None:
        if connections:
            self.access.disconnect(self.session, connections, now_ms)


@dataclass(frozen=True, slots=True)
class SessionPublisher:
    """Publishes messages to a session's pages. Never raises, because a page that misses a message catches up."""

    publisher: Publisher
    access: SessionAccess
    may_watch: MayWatch

    def publish(self, session: Session, message: Mapping[str, Any], now_ms: int) -> None:
        """Publish a change of the session."""
        self.announce(session, message, str(message["revision"]), now_ms)

    def announce(self, session: Session, message: Mapping[str, Any], name: str, now_ms: int) -> None:
        """Publish a message; what has the same name is delivered once, however often it is published."""
        self.publisher.publish(self._audience(session), message, f"{session.key}-{session.started}-{name}", now_ms)

    def invitation(self, session: Session, ticket: str, now_ms: int) -> InvitationDocument:
        """Return what a page needs to watch the session."""
        return self.publisher.invitation(self._audience(session).channel, ticket, now_ms)

    def _audience(self, session: Session) -> SessionAudience:
        return SessionAudience(session, self.access, self.may_watch)
