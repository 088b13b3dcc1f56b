"""Webhook events of the video provider about visits (https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/webhook)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from bedside.visits.errors import VisitNotFoundError
from bedside.visits.facts import Decision, VisitFacts, with_decision, with_observed_peer
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit

_ID_LENGTH: Final = 128
# The author of decisions reported by the provider.
_PROVIDER: Final = "provider"
_OF_RECORDINGS: Final = ("recording.", "beam.")
# The reason of a departure that its user asked for, such as by the red button in the room.
_BY_CHOICE: Final = "client request"
# The field of each event about a peer that holds its time.
_OF_PEERS: Final = {"peer.join.success": "joined_at", "peer.leave.success": "left_at"}


class Recorder(Protocol):
    """Handles recording events, and departures from a room that may be recorded."""

    def handle_event(self, visit_id: str, kind: str, data: Mapping[str, Any], now_ms: int) -> bool: ...

    def on_departure(self, visit: Visit, now_ms: int) -> None: ...

    def visit_of(self, room_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class ProviderEvents:
    """Adds the provider's events to the facts of visits; tolerates repeated, late and reordered events."""

    lifecycle: VisitLifecycle
    recordings: Callable[[], Recorder]

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        """Handle an event, and return whether it was relevant to a visit. Raises UnavailableError."""
        visit_id, room_id = _text(data.get("room_name")), _text(data.get("room_id"))
        if not visit_id and room_id and kind.startswith(_OF_RECORDINGS):
            # Events about beams contain only the room's id.
            visit_id = self.recordings().visit_of(room_id)
        try:
            return bool(visit_id and room_id) and self._handle(visit_id, room_id, kind, data, at_ms, now_ms)
        except VisitNotFoundError:
            return False

    def _handle(  # an event's parts
        self, visit_id: str, room_id: str, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int
    ) -> bool:
        if kind.startswith(_OF_RECORDINGS):
            return self.recordings().handle_event(visit_id, kind, data, now_ms)
        if kind in _OF_PEERS:
            relevant = self._peer(visit_id, room_id, data, _OF_PEERS[kind], at_ms, now_ms)
            if relevant and kind == "peer.leave.success":
                self.recordings().on_departure(self.lifecycle.repository.get(visit_id), now_ms)
            return relevant
        if kind != "room.end.success":
            return False
        decision = Decision("roomEnded", min(at_ms, now_ms), _PROVIDER)
        return self._update(visit_id, room_id, lambda facts: with_decision(facts, decision), now_ms)

    def _peer(  # as above
        self, visit_id: str, room_id: str, data: Mapping[str, Any], what: str, at_ms: int, now_ms: int
    ) -> bool:
        joining, peer_id = _text(data.get("user_id")), _text(data.get("peer_id"))
        if not joining or not peer_id:
            return False
        # The provider's clock may be ahead of ours, and an event cannot lie in the future.
        at = min(_instant(data.get(what), at_ms), now_ms)

        def change(facts: VisitFacts) -> VisitFacts:
            if what == "joined_at":
                return with_observed_peer(facts, joining, peer_id, joined_at=at)
            chosen = data.get("reason") == _BY_CHOICE
            return with_observed_peer(facts, joining, peer_id, left_at=at, left_by_choice=chosen)

        return self._update(visit_id, room_id, change, now_ms)

    def _update(self, visit_id: str, room_id: str, change: Callable[[VisitFacts], VisitFacts], now_ms: int) -> bool:
        """Change a visit's facts if the event is from its room, and return whether it is.

        Names of rooms are not unique: the provider's other rooms may have the name of one of ours.
        """

        def changed(visit: Visit) -> VisitFacts:
            return change(visit.facts) if visit.facts.room_id == room_id else visit.facts

        return self.lifecycle.update(visit_id, changed, now_ms).facts.room_id == room_id


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _ID_LENGTH else ""


def _instant(value: object, otherwise: int) -> int:
    """Return an ISO 8601 instant as Unix ms, or `otherwise` if it is malformed."""
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
            if found.tzinfo is not None:
                return round(found.timestamp() * 1000)
        except (ValueError, OverflowError):
            return otherwise
    return otherwise
