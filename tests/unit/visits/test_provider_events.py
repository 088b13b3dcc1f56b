"""What the video provider tells, in its own words."""

from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.visits.facts import with_joining, with_room
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.presence import Joining, Peer
from bedside.visits.provider_events import ProviderEvents
from bedside.visits.repository import VisitRepository
from bedside.visits.timers import Timers
from tests.fakes.rooms import FakeRooms
from tests.fakes.schedules import Schedules
from tests.unit.visits.life import BOOKED, MINUTE, RULES, T

KINDS = ("peer.join.success", "peer.leave.success", "room.end.success", "session.close.success", "recording.success")


class Listener:
    """Hears what is told of visits and of recordings."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.departures: list[str] = []

    def publish_change(self, visit: Any, now: int) -> None: ...

    def publish_warning(self, visit: Any, now: int) -> None: ...

    def invitation(self, who: Any, now: int) -> dict[str, Any]:
        raise NotImplementedError

    def end_with_visit(self, visit: Any, now_ms: int) -> None: ...

    def on_departure(self, visit: Any, _now_ms: int) -> None:
        self.departures.append(visit.state)

    def visit_of(self, room_id: str) -> str:
        return {"room-of-v": "v"}.get(room_id, "")

    def handle_event(self, visit_id: str, kind: str, _data: Any, _now_ms: int) -> bool:
        self.heard.append((visit_id, kind))
        return True


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def record(table: Table) -> VisitRepository:
    """A record with one visit, under way."""
    found = VisitRepository(table, RULES)
    found.create(BOOKED, by="admin", now_ms=T - MINUTE)
    found.update("v", lambda visit: with_joining(with_room(visit.facts, "r"), "p", Joining("patient", T)), T)
    found.update("v", lambda visit: with_joining(visit.facts, "d", Joining("practitioner", T)), T)
    return found


@pytest.fixture
def provider_events(record: VisitRepository, listener: Listener) -> ProviderEvents:
    def failed(part: str, error: Exception) -> None:
        raise AssertionError(part) from error

    lifecycle = VisitLifecycle(record, Timers(Schedules(), RULES), listener, FakeRooms, lambda: listener, failed)
    return ProviderEvents(lifecycle, lambda: listener)


def data(**changes: Any) -> dict[str, Any]:
    return {
        "room_id": "r",
        "room_name": "v",
        "user_id": "p",
        "peer_id": "a",
        "joined_at": "2026-11-21T02:30:05.123456Z",
        "left_at": "2026-11-21T02:40:00Z",
        **changes,
    }


def test_a_peer_comes_and_goes(provider_events: ProviderEvents, record: VisitRepository, listener: Listener) -> None:
    """At the times that the provider gives, which has finer ones than we."""
    now = T + 11 * MINUTE
    assert provider_events.handle("peer.join.success", data(), now, now)
    assert provider_events.handle("peer.leave.success", data(), now, now)
    assert record.get("v").facts.joinings["p"].peers == {"a": Peer(T + 5123, T + 10 * MINUTE)}
    assert record.get("v").state == "interrupted"
    assert listener.departures == ["interrupted"]


def test_a_room_that_was_ended_ends_the_visit(provider_events: ProviderEvents, record: VisitRepository) -> None:
    """Whoever did so at the provider's."""
    assert provider_events.handle("room.end.success", data(), T + 3 * MINUTE, T + 4 * MINUTE)
    visit = record.get("v")
    assert (visit.state, visit.history[-1].at, visit.history[-1].by) == ("completed", T + 3 * MINUTE, "provider")


def test_recordings_are_anothers_matter(provider_events: ProviderEvents, listener: Listener) -> None:
    """They are handed on."""
    for kind in ("recording.success", "beam.started.success"):
        assert provider_events.handle(kind, data(), T, T)
    assert listener.heard == [("v", "recording.success"), ("v", "beam.started.success")]


def test_beams_name_only_the_room(provider_events: ProviderEvents, listener: Listener) -> None:
    """Which leads to the visit that is recorded there."""
    told = data(room_id="room-of-v")
    del told["room_name"]
    assert provider_events.handle("beam.recording.success", told, T, T)
    assert not provider_events.handle("beam.recording.success", {**told, "room_id": "another"}, T, T)
    assert not provider_events.handle("peer.leave.success", told, T, T)
    assert listener.heard == [("v", "beam.recording.success")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "odd",
    [
        {"room_name": None},
        {"room_name": ""},
        {"room_name": 7},
        {"room_name": "somebody-elses"},
        {"room_name": "x" * 3000},
        {"room_id": None},
        {"room_id": "r2"},
        {"room_id": ["r"]},
    ],
)
def test_what_is_about_no_visit_of_ours_is_kept(
    provider_events: ProviderEvents, record: VisitRepository, kind: str, odd: dict[str, Any]
) -> None:
    """An app at the provider may have other rooms, some of them with a visit's name."""
    before = record.get("v")
    assert not provider_events.handle(kind, data(**odd), T, T) or kind == "recording.success"
    assert record.get("v") == before


@pytest.mark.parametrize("odd", [{"user_id": None}, {"peer_id": ""}, {"peer_id": ["a"]}, {"user_id": "a" * 129}])
def test_a_peer_without_a_name_is_kept(
    provider_events: ProviderEvents, record: VisitRepository, odd: dict[str, Any]
) -> None:
    """Nothing can be learned of it."""
    before = record.get("v")
    assert not provider_events.handle("peer.join.success", data(**odd), T, T)
    assert record.get("v") == before


@pytest.mark.parametrize("odd", [None, "", "yesterday", 7, "2026-11-21T02:40:00", "2026-11-21T02:59:00Z"])
def test_a_time_that_is_none_or_to_come_is_that_of_the_event(
    provider_events: ProviderEvents, record: VisitRepository, odd: object
) -> None:
    """Nobody has left who is still to leave."""
    assert provider_events.handle("peer.leave.success", data(left_at=odd), T + MINUTE, T + MINUTE)
    assert record.get("v").facts.joinings["p"].peers["a"].left_at == T + MINUTE


def test_who_never_called_to_join_is_not_kept(provider_events: ProviderEvents, record: VisitRepository) -> None:
    """Such as a recorder, which is a peer at the provider's too."""
    before = record.get("v")
    assert provider_events.handle("peer.join.success", data(user_id="beam"), T, T)
    assert record.get("v") == before
