"""Who may do what with a visit. Whoever may not see it is told that there is none."""

from bedside.identity.person import FACILITY_ADMIN
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, VisitNotFoundError
from bedside.ports.video import Party
from bedside.visits.model import Visit


def works_at(who: Principal) -> str | None:
    """Return the facility whose visits somebody may see and book: of its verified clinicians and administrators."""
    return who.facility_id if who.verified_clinician or FACILITY_ADMIN in who.roles else None


def seen(visit: Visit, who: Principal) -> Visit:
    """Return the visit to those who may see it; raises VisitNotFoundError."""
    if who.user_id == visit.patient_id or works_at(who) == visit.facility_id:
        return visit
    raise VisitNotFoundError("There is no such visit.")


def party_of(visit: Visit, who: Principal) -> Party:
    """Return as what somebody takes part; raises VisitNotFoundError, ForbiddenError."""
    seen(visit, who)
    if who.user_id == visit.practitioner_id and who.verified_clinician:
        return "practitioner"
    if who.user_id == visit.patient_id:
        return "patient"
    raise ForbiddenError("Only the patient and the practitioner of the visit may do this.")


def practising(visit: Visit, who: Principal) -> Visit:
    """Return the visit to its practitioner; raises VisitNotFoundError, ForbiddenError."""
    if party_of(visit, who) != "practitioner":
        raise ForbiddenError("Only the practitioner of the visit may do this.")
    return visit
