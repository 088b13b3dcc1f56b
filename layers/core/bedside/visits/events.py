"""What a change of a visit adds to the timeline of its encounter. No I/O."""

from collections.abc import Iterator, Sequence

from bedside.encounters.events import SYSTEM, Actor, Event, event, user
from bedside.visits.model import Visit
from bedside.visits.states import TERMINAL
from bedside.visits.summary import OUTCOMES


def visit_events(before: Visit, after: Visit) -> Sequence[Event]:
    """Return the events of a change, by their instants; joinings, steps and consents are only ever added."""
    found = [*_joinings(before, after), *_steps(before, after), *_consents(before, after)]
    return sorted(found, key=lambda one: int(one["at"]))


def _joinings(before: Visit, after: Visit) -> Iterator[Event]:
    for name, joining in after.facts.joinings.items():
        if name not in before.facts.joinings:
            person = after.patient_id if joining.party == "patient" else after.practitioner_id
            yield event("visit-joined", joining.at, _person(after, person))


def _steps(before: Visit, after: Visit) -> Iterator[Event]:
    for step in after.history[len(before.history) :]:
        if step.target == "cancelled":
            # By one who takes part, or by an administrator.
            yield event("visit-cancelled", step.at, _person(after, step.by, user(step.by)))
        elif step.target in TERMINAL:
            yield event("visit-ended", step.at, _person(after, step.by), outcome=OUTCOMES[step.cause])
        elif step.target == "interrupted":
            yield event("visit-interrupted", step.at, SYSTEM)
        elif step.target == "inProgress":
            yield event("visit-resumed" if step.source == "interrupted" else "visit-started", step.at, SYSTEM)


def _consents(before: Visit, after: Visit) -> Iterator[Event]:
    for consent in after.facts.consents:
        if consent not in before.facts.consents:
            yield event("recording-consent", consent.at, _person(after, consent.by), decision=consent.decision)


def _person(visit: Visit, by: str, other: Actor = SYSTEM) -> Actor:
    """Return the party with an id, or else the product itself: clocks and the provider act without anybody."""
    if by == visit.patient_id:
        return Actor("patient", by)
    return user(by) if by == visit.practitioner_id else other
