"""How a booking's visit came to nothing, as its history and the provider's reports say."""

from dataclasses import replace

from bedside.bookings.booked_time import visit_of
from bedside.bookings.decision import Ending
from bedside.bookings.visit_outcome import visit_view
from bedside.visits.facts import VisitFacts
from bedside.visits.model import Visit, with_facts
from bedside.visits.presence import Joining, Peer
from bedside.visits.timeline import TimeLimits
from tests.unit.bookings.desk import HOUR, MINUTE, STARTS_AT
from tests.unit.bookings.test_decision import HELD

RULES = TimeLimits()


def _met(*, practitioner_connected: bool) -> Visit:
    """Both have asked to join; the patient was there for half an hour."""
    patient = Peer(STARTS_AT + 1000, STARTS_AT + 30 * MINUTE, left_by_choice=True)
    practitioner = {"p2": Peer(STARTS_AT + 2000)} if practitioner_connected else {}
    joinings = {
        "j1": Joining("patient", STARTS_AT, {"p1": patient}),
        "j2": Joining("practitioner", STARTS_AT + 1, practitioner),
    }
    facts = VisitFacts(STARTS_AT, joinings)
    return with_facts(visit_of(HELD), facts, RULES, STARTS_AT + 2 * HOUR)


def test_a_practitioner_who_never_connects_was_absent() -> None:
    """Who only asks for the room's address leaves the patient alone. Late reports are waited for."""
    visit = _met(practitioner_connected=False)
    [*_, last] = visit.history
    assert not visit.ongoing
    early = visit_view(HELD, visit, RULES, last.at + MINUTE)
    assert (early.ending, early.settles_at) == (None, last.at + HOUR)
    settled = visit_view(HELD, visit, RULES, last.at + HOUR)
    assert (settled.ending, settled.settles_at) == (Ending("absence", last.at, last.by), None)


def test_who_was_connected_is_paid() -> None:
    """Nor is anybody absent of whom, as of the patient, nothing was reported."""
    visit = _met(practitioner_connected=True)
    silent = with_facts(
        visit_of(HELD),
        replace(visit.facts, joinings={name: replace(one, peers={}) for name, one in visit.facts.joinings.items()}),
        RULES,
        STARTS_AT + 2 * HOUR,
    )
    for one in (visit, silent):
        assert not one.ongoing
        view = visit_view(HELD, one, RULES, STARTS_AT + 9 * HOUR)
        assert (view.ending, view.settles_at) == (None, None)
