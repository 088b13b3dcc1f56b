"""A visit as the record keeps it, and what one more piece of knowledge makes of it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bedside.visits.facts import Decision, VisitFacts
from bedside.visits.states import CAUSES, TABLE, TERMINAL, Cause, State, allows, transition
from bedside.visits.timeline import Step, TimeLimits, Timeline, timeline

# Between the provider's and ours, at the very most.
_CLOCKS_DIFFER_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Visit:
    """Who meets when (Unix ms), what is known of it, and the changes of state that were recorded, oldest first.

    The names are those of the time of booking. `unsettled` while what its end brings about has still to be done.
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
    unsettled: bool = False

    @property
    def going_on(self) -> bool:
        return self.state not in TERMINAL


def with_facts(visit: Visit, facts: VisitFacts, rules: TimeLimits, now_ms: int) -> Visit:
    """Return the visit with what is known by now and the steps that follow.

    What was recorded stays recorded: steps are only added, each one that the table allows from where the visit stands,
    and a visit that is over stays as it ended.
    """
    if not visit.going_on:
        return replace(visit, facts=facts)
    facts = _in_order(visit, facts)
    found = timeline(facts, rules, max(now_ms, _recorded_at(visit)))
    steps = _on_from(visit, found)
    facts = replace(facts, began_at=facts.began_at if facts.began_at is not None else found.began_at)
    return replace(
        visit,
        facts=facts,
        history=(*visit.history, *steps),
        state=steps[-1].target if steps else visit.state,
        unsettled=visit.unsettled or "endRoom" in effects(steps),
    )


def _recorded_at(visit: Visit) -> int:
    return visit.history[-1].at if visit.history else 0


def _in_order(visit: Visit, facts: VisitFacts) -> VisitFacts:
    """Return what is known with no new decision before the last recorded step: clocks differ, and writers meet.

    But what the provider tells late of a room that was ended before anything had begun ends nothing that began since.
    """
    recorded_at = _recorded_at(visit)
    return replace(
        facts,
        decisions=tuple(
            one
            if one in visit.facts.decisions or one.at >= recorded_at or _past(visit, one)
            else replace(one, at=recorded_at, later_ms=recorded_at - one.at)
            for one in facts.decisions
        ),
    )


def _past(visit: Visit, decision: Decision) -> bool:
    """Tell whether a room was ended when that meant nothing. What people decide was allowed when they were answered."""
    steps = [step for step in visit.history if step.at <= decision.at + _CLOCKS_DIFFER_MS]
    return decision.cause == "roomEnded" and not allows(steps[-1].target if steps else "scheduled", "roomEnded")


def _on_from(visit: Visit, found: Timeline) -> Sequence[Step]:
    """Return the steps from where the visit stands to where the course has come.

    They are the course's own since the last that was recorded, unless what became known since changes the past: then
    the shortest way, which ends as the course does.
    """
    state, recorded_at = visit.state, _recorded_at(visit)
    for number, step in enumerate(found.steps):
        if step.source == state and step.at > recorded_at:
            return found.steps[number:]
    if found.state == state:
        return ()
    last = found.steps[-1]
    return _way(state, last, max(last.at, recorded_at), (last.cause,)) or _way(
        state, last, max(last.at, recorded_at), CAUSES
    )


def _way(state: State, last: Step, at: int, causes: Sequence[Cause]) -> Sequence[Step]:
    """Return the shortest way from a state to the last step's, by one of the causes in the end; nothing without one."""
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
    """Return what recorded steps bring about, each once."""
    return list(dict.fromkeys(effect for step in steps for effect in transition(step.source, step.cause).effects))
