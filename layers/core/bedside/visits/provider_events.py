"""What the video provider tells of visits (https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/webhook)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from bedside.kernel.errors import VisitNotFoundError
from bedside.visits.facts import Decision, with_decision, with_observed_peer
from bedside.visits.lifecycle import VisitLifecycle

_ID_LENGTH: Final = 128
# Who is said to have decided what the provider tells.
_PROVIDER: Final = "provider"
_OF_RECORDINGS: Final = ("recording.", "beam.")
# What they tell of a peer.
_OF_PEERS: Final = {"peer.join.success": "joined_at", "peer.leave.success": "left_at"}


class Recorder(Protocol):
    """Hears of recordings; tells whether it had to do with any of ours."""

    def handle_event(self, visit_id: str, kind: str, data: Mapping[str, Any], now_ms: int) -> bool: ...

    def visit_of(self, room_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class ProviderEvents:
    """Adds what the provider tells to what is known. Again, late, or in another order is the same."""

    lifecycle: VisitLifecycle
    recordings: Callable[[], Recorder]

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        """Tell whether the event was about a visit, and something that we need to know; raises UnavailableError."""
        visit_id, room_id = _text(data.get("room_name")), _text(data.get("room_id"))
        if not visit_id and room_id and kind.startswith(_OF_RECORDINGS):
            # What is told of beams names only the room's id.
            visit_id = self.recordings().visit_of(room_id)
        try:
            return bool(visit_id) and self._handle(visit_id, kind, data, at_ms, now_ms)
        except VisitNotFoundError:
            return False

    def _handle(self, visit_id: str, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        if kind.startswith(_OF_RECORDINGS):
            return self.recordings().handle_event(visit_id, kind, data, now_ms)
        if kind in _OF_PEERS:
            return self._peer(visit_id, data, _OF_PEERS[kind], at_ms, now_ms)
        if kind != "room.end.success":
            return False
        decision = Decision("roomEnded", min(at_ms, now_ms), _PROVIDER)
        self.lifecycle.learn(visit_id, lambda visit: with_decision(visit.facts, decision), now_ms)
        return True

    def _peer(self, visit_id: str, data: Mapping[str, Any], what: str, at_ms: int, now_ms: int) -> bool:
        joining, peer_id = _text(data.get("user_id")), _text(data.get("peer_id"))
        if not joining or not peer_id:
            return False
        # What is yet to come has not happened: the provider's clock is a little ahead of ours.
        at = {what: min(_instant(data.get(what), at_ms), now_ms)}
        self.lifecycle.learn(visit_id, lambda visit: with_observed_peer(visit.facts, joining, peer_id, **at), now_ms)
        return True


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _ID_LENGTH else ""


def _instant(value: object, otherwise: int) -> int:
    """Return an ISO 8601 instant as Unix ms."""
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return otherwise
        if found.tzinfo is not None:
            return round(found.timestamp() * 1000)
    return otherwise
