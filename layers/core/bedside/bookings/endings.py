"""How visits come to nothing, as far as it matters to those who paid for them. No I/O."""

from bedside.bookings.decision import Ending, VisitView
from bedside.visits.model import Visit
from bedside.visits.presence import did_not_show
from bedside.visits.states import allows
from bedside.visits.timeline import TimeLimits


def visit_view(visit: Visit, rules: TimeLimits) -> VisitView:
    """Return what matters of a booking's visit."""
    return VisitView(visit.ongoing, allows(visit.state, "cancel"), visit.facts.starts_at, _ending(visit, rules))


def _ending(visit: Visit, rules: TimeLimits) -> Ending | None:
    """Return how a visit came to nothing: cancelled, or the practitioner did not come."""
    last = visit.history[-1] if visit.history else None
    if last is None or visit.ongoing:
        return None
    if last.target == "cancelled":
        reasons = [one.reason for one in visit.facts.decisions if (one.cause, one.by) == ("cancel", last.by)]
        by_patient = last.by == visit.patient_id
        return Ending("patient" if by_patient else "practice", last.at, last.by, reasons[-1] if reasons else "")
    facts = visit.facts
    missed_by = did_not_show(facts.joinings.values(), facts.starts_at + rules.no_show_ms, facts.rescheduled_at or 0)
    absent = last.target == "noShow" and "practitioner" in missed_by
    return Ending("absence", last.at, last.by) if absent else None
