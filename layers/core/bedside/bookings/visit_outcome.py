"""How visits come to nothing, as far as it matters to those who paid for them. No I/O."""

from typing import Final

from bedside.bookings.booking import Booking
from bedside.bookings.decision import Ending, VisitView
from bedside.bookings.policy import CancelledBy
from bedside.visits.facts import VisitFacts
from bedside.visits.model import Visit
from bedside.visits.presence import did_not_show
from bedside.visits.states import allows
from bedside.visits.timeline import TimeLimits

# The provider's reports of who was there may be late by so much; webhooks are repeated for half an hour.
_REPORTS_MS: Final = 60 * 60_000


def visit_view(booking: Booking, visit: Visit, rules: TimeLimits, now_ms: int) -> VisitView:
    """Return what matters of a booking's visit."""
    ending, settles_at = _ending(booking, visit, rules), None
    ended_at = visit.history[-1].at if visit.history and not visit.ongoing else None
    if ended_at is not None and ending is None and _only_patient_connected(visit.facts):
        # Who has asked to join counts as present during a visit, before the provider has reported it.
        settles_at = ended_at + _REPORTS_MS
        if now_ms >= settles_at:
            ending, settles_at = Ending("absence", ended_at, visit.history[-1].by), None
    can_be_cancelled = allows(visit.state, "cancel")
    return VisitView(visit.ongoing, can_be_cancelled, visit.facts.starts_at, ending, settles_at)


def given_up_by(booking: Booking, visit: Visit, at: int, *, by_patient: bool) -> CancelledBy:
    """Return through whom a booking comes to nothing whose visit the patient or the practice cancels at an instant.

    It is through the practice if the patient has not chosen the visit's time, and through its practitioner's absence if
    they have not come by its beginning.
    """
    if not by_patient or is_moved_by_practice(booking, visit):
        return "practice"
    facts = visit.facts
    since = facts.rescheduled_at or 0
    came = any(one.party == "practitioner" and since <= one.at <= at for one in facts.joinings.values())
    return "patient" if came or at < facts.starts_at else "absence"


def is_moved_by_practice(booking: Booking, visit: Visit) -> bool:
    """Return whether the practice has moved a visit to a time that its patient has not chosen."""
    return booking.agreed_starts_at not in {None, visit.facts.starts_at}


def _ending(booking: Booking, visit: Visit, rules: TimeLimits) -> Ending | None:
    """Return how a visit came to nothing: cancelled, or the practitioner did not come."""
    last = visit.history[-1] if visit.history else None
    if last is None or visit.ongoing:
        return None
    facts = visit.facts
    if last.target == "cancelled":
        reasons = [one.reason for one in facts.decisions if (one.cause, one.by) == ("cancel", last.by)]
        by = given_up_by(booking, visit, last.at, by_patient=last.by == visit.patient_id)
        return Ending(by, last.at, last.by, reasons[-1] if reasons else "")
    missed_by = did_not_show(facts.joinings.values(), facts.starts_at + rules.no_show_ms, facts.rescheduled_at or 0)
    absent = last.target == "noShow" and "practitioner" in missed_by
    return Ending("absence", last.at, last.by) if absent else None


def _only_patient_connected(facts: VisitFacts) -> bool:
    return {one.party for one in facts.joinings.values() if one.peers} == {"patient"}
