"""A visit, and how new facts change it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bedside.visits.facts import Decision, VisitFacts
from bedside.visits.notes.model import NotesState
from bedside.visits.states import CAUSES, TABLE, TERMINAL, Cause, State, allows, transition
from bedside.visits.timeline import Step, TimeLimits, Timeline, timeline

# The largest expected difference between the provider's clock and ours.
_CLOCKS_DIFFER_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with its known facts, and the recorded changes of state, oldest first.

    The names are those at the time of booking. Where the directory was asked, a patient's is the present one, and
    `patient_record_id` the patient's id there. `cleanup_pending` until the room, recording and timers of an ended visit
    have been closed. `sequence` counts how often the visit was rescheduled. `notes_state` is written with the notes and
    never with the visit. `buffers` are what is kept free of the practitioner's time before and after it, in ms.
    `service_name` is that of the service that the patient booked, as it was then.
    `booking_id` is the booking that it came of, which has to learn of its end and of its time.
    """

    visit_id: str
    facility_id: str
    patient_id: str
    practitioner_id: str
    duration_minutes: int
    facts: VisitFacts
    state: State = "scheduled"
    history: tuple[Step, ...] = ()
    patient_name: str | None = field(default=None, repr=False)
    practitioner_name: str | None = field(default=None, repr=False)
    cleanup_pending: bool = False
    patient_record_id: str | None = None
    sequence: int = 0
    notes_state: NotesState = "none"
    buffers: tuple[int, int] = (0, 0)
    service_name: str | None = None
    booking_id: str | None = None

    @property
    def ongoing(self) -> bool:
        return self.state not in TERMINAL


def with_facts(visit: Visit, facts: VisitFacts, rules: TimeLimits, now_ms: int) -> Visit:
    """Return the visit with the given facts, and the steps that follow from them.

    Recorded steps never change: steps are only appended, each allowed by the table of transitions, and a visit that has
    ended keeps its state.
    """
    if not visit.ongoing:
        return replace(visit, facts=facts)
    facts = _postpone_decisions(visit, facts)
    found = timeline(facts, rules, max(now_ms, _recorded_at(visit)))
    steps = _steps_to(visit, found)
    facts = replace(facts, began_at=facts.began_at if facts.began_at is not None else found.began_at)
    return replace(
        visit,
        facts=facts,
        history=(*visit.history, *steps),
        state=steps[-1].target if steps else visit.state,
        cleanup_pending=visit.cleanup_pending or "endRoom" in effects(steps),
    )


def _recorded_at(visit: Visit) -> int:
    return visit.history[-1].at if visit.history else 0


def _postpone_decisions(visit: Visit, facts: VisitFacts) -> VisitFacts:
    """Return the facts, with new decisions postponed to the last recorded step if they are earlier.

    Decisions can be earlier because clocks differ and writes are concurrent. Exception: a late report that the room
    was ended at a time when that had no effect must not end a visit that has started since.
    """
    recorded_at = _recorded_at(visit)
    return replace(
        facts,
        decisions=tuple(
            one
            if one in visit.facts.decisions or one.at >= recorded_at or _had_no_effect(visit, one)
            else replace(one, at=recorded_at, later_ms=recorded_at - one.at)
            for one in facts.decisions
        ),
    )


def _had_no_effect(visit: Visit, decision: Decision) -> bool:
    """Return whether the provider ended the room when that had no effect; people's decisions were already validated."""
    steps = [step for step in visit.history if step.at <= decision.at + _CLOCKS_DIFFER_MS]
    return decision.cause == "roomEnded" and not allows(steps[-1].target if steps else "scheduled", "roomEnded")


def _steps_to(visit: Visit, found: Timeline) -> Sequence[Step]:
    """Return the steps from the visit's state to the timeline's.

    These are the timeline's steps after the last recorded one, unless new facts changed the past: then they are the
    shortest path to the timeline's last step.
    """
    state, recorded_at = visit.state, _recorded_at(visit)
    for number, step in enumerate(found.steps):
        if step.source == state and step.at > recorded_at:
            return found.steps[number:]
    if found.state == state:
        return ()
    last = found.steps[-1]
    return _shortest_path(state, last, max(last.at, recorded_at), (last.cause,)) or _shortest_path(
        state, last, max(last.at, recorded_at), CAUSES
    )


def _shortest_path(state: State, last: Step, at: int, causes: Sequence[Cause]) -> Sequence[Step]:
    """Return the shortest path from a state to the target of `last` that ends with one of `causes`, or nothing."""
    waiting: deque[tuple[State, tuple[Step, ...]]] = deque([(state, ())])
    seen = {state}
    while waiting:
        here, taken = waiting.popleft()
        for way in TABLE:
            if way.source != here:
                continue
            steps = (*taken, Step(at, way.cause, here, way.target, last.by))
            if way.target == last.target and way.cause in causes:
                return steps
            if way.target not in seen:
                seen.add(way.target)
                waiting.append((way.target, steps))
    return ()


def effects(steps: Sequence[Step]) -> list[str]:
    """Return the effects of steps, without duplicates."""
    return list(dict.fromkeys(effect for step in steps for effect in transition(step.source, step.cause).effects))
