"""Authorisation for visits. A visit that the caller may not see is reported as not found."""

from dataclasses import replace

from bedside.identity.person import FACILITY_ADMIN
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError
from bedside.ports.video import Party
from bedside.visits.errors import VisitNotFoundError
from bedside.visits.model import Visit


def staff_facility(principal: Principal) -> str | None:
    """Return the facility whose visits the principal may see and book, as its verified clinician or administrator."""
    return principal.facility_id if principal.verified_clinician or FACILITY_ADMIN in principal.roles else None


def require_visible(visit: Visit, principal: Principal) -> Visit:
    """Return the visit if the principal may see it. Raises VisitNotFoundError."""
    if principal.user_id == visit.patient_id or staff_facility(principal) == visit.facility_id:
        return visit
    raise VisitNotFoundError("There is no such visit.")


def as_seen_by(principal: Principal, visit: Visit) -> Visit:
    """Return the visit as its facility sees it, or for others without how far the notes are until they are released."""
    if staff_facility(principal) == visit.facility_id or visit.notes_state == "released":
        return visit
    return replace(visit, notes_state="none")


def party_of(visit: Visit, principal: Principal) -> Party:
    """Return the principal's role in the visit. Raises VisitNotFoundError, ForbiddenError."""
    require_visible(visit, principal)
    if principal.user_id == visit.practitioner_id and principal.verified_clinician:
        return "practitioner"
    if principal.user_id == visit.patient_id:
        return "patient"
    raise ForbiddenError("Only the patient and the practitioner of the visit may do this.")


def require_may_cancel(visit: Visit, principal: Principal) -> Visit:
    """Return the visit if the principal takes part, or administers its facility, whose people come and go.

    Raises VisitNotFoundError, ForbiddenError.
    """
    if FACILITY_ADMIN not in principal.roles or principal.facility_id != visit.facility_id:
        party_of(visit, principal)
    return visit


def require_staff(visit: Visit, principal: Principal) -> Visit:
    """Return the visit if the principal is a verified clinician or an administrator of its facility.

    Raises VisitNotFoundError, ForbiddenError for its patient.
    """
    require_visible(visit, principal)
    if staff_facility(principal) != visit.facility_id:
        raise ForbiddenError("Only clinicians and administrators of the facility may do this.")
    return visit


def require_practitioner(visit: Visit, principal: Principal) -> Visit:
    """Return the visit if the principal is its practitioner. Raises VisitNotFoundError, ForbiddenError."""
    if party_of(visit, principal) != "practitioner":
        raise ForbiddenError("Only the practitioner of the visit may do this.")
    return visit


def require_patient(visit: Visit, principal: Principal) -> Visit:
    """Return the visit if the principal is its patient. Raises VisitNotFoundError, ForbiddenError."""
    if party_of(visit, principal) != "patient":
        raise ForbiddenError("Only the patient of the visit may do this.")
    return visit
