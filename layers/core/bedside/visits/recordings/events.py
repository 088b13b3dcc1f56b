"""What a change of a recording adds to the timeline of its visit's encounter. No I/O."""

from collections.abc import Sequence
from typing import Final

from bedside.encounters.events import SYSTEM, Actor, Event, event
from bedside.visits.recordings.model import FINISHED, Recording

_RUNNING: Final = frozenset({"starting", "running"})


def recording_events(before: Recording, after: Recording, by: Actor, now_ms: int) -> Sequence[Event]:
    """Return the events of a change; `by` is who starts or stops the recording with it."""
    events: list[Event] = []
    if _starts(after) > _starts(before):
        events.append(event("recording-started", now_ms, by))
    if _stops(after) > _stops(before):
        events.append(event("recording-stopped", now_ms, by))
    elif after.over and not before.over and before.state in _RUNNING and (before.asks or before.beams):
        events.append(event("recording-stopped", now_ms, SYSTEM))
    if after.state in FINISHED and before.state != after.state:
        events.append(event("recording-ready" if after.state == "completed" else "recording-failed", now_ms, SYSTEM))
    return events


def _starts(recording: Recording) -> int:
    """Return how often it was started, by us or in the room itself: of the two, each knows only its own."""
    return max(len(recording.asks), len(recording.beams))


def _stops(recording: Recording) -> int:
    return sum(ask.stop_at is not None for ask in recording.asks)
