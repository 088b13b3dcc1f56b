"""When a visit clashes with others of its two people. No I/O."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bedside.visits.busy_day import Reservation
from bedside.visits.errors import ClashError, Hold, PatientClashError
from bedside.visits.model import Visit
from bedside.visits.reservations import Judge


def reservations_of(visit: Visit) -> dict[str, Reservation]:
    """Return the time that a visit takes of each person; the practitioner first, whose clashes count for more.

    Of the practitioner's time it also takes the buffers around it.
    """
    start = visit.facts.starts_at
    end = start + visit.duration_minutes * 60_000
    before, after = visit.buffers
    return {
        visit.practitioner_id: Reservation(visit.visit_id, visit.facility_id, start - before, end + after),
        visit.patient_id: Reservation(visit.visit_id, visit.facility_id, start, end),
    }


def held_for(visit: Visit, until: int) -> dict[str, Reservation]:
    """Return the same time, held until an instant (Unix ms) for a visit that is yet to be paid."""
    return {person_id: replace(one, held_until=until) for person_id, one in reservations_of(visit).items()}


def judge_of(visit: Visit, is_over: Callable[[str], bool], *, allow_patient_clash: bool) -> Judge:
    """Return what judges the clashes of a visit's time; `is_over` tells whether a visit no longer needs its own.

    It raises ClashError, and PatientClashError unless it is allowed.
    """

    def judge(person_id: str, clashes: Sequence[Reservation]) -> Sequence[Reservation]:
        over = [one for one in clashes if one.held_until is None and is_over(one.owner)]
        # What is booked counts for more than what is held, and may yet be given up.
        found = min(
            (one for one in clashes if one not in over), key=lambda one: one.held_until is not None, default=None
        )
        if found is not None:
            held = Hold(found.owner, found.held_until) if found.held_until is not None else None
            visit_id = found.owner if held is None and found.facility_id == visit.facility_id else None
            if person_id == visit.practitioner_id:
                raise ClashError("The practitioner has another visit at this time.", visit_id, held)
            if not allow_patient_clash:
                raise PatientClashError("The patient has another visit at this time.", visit_id, held)
        return over

    return judge
