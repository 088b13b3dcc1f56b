"""Authorisation: who may see services and schedules, and who may change them."""

from bedside.bookings.booking import Booking
from bedside.identity.errors import UserNotFoundError
from bedside.identity.person import FACILITY_ADMIN, Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import ForbiddenError


def own_facility(principal: Principal) -> str:
    """Return the facility of which the principal sees the services. Raises ForbiddenError."""
    if principal.facility_id is None:
        raise ForbiddenError("Only people of a facility book with its practitioners.")
    return principal.facility_id


def is_facility_admin(principal: Principal) -> bool:
    """Return whether the principal administers a facility."""
    return FACILITY_ADMIN in principal.roles and principal.facility_id is not None


def sees_all_services(principal: Principal) -> bool:
    """Return whether the principal also sees services that cannot be booked."""
    return principal.verified_clinician or is_facility_admin(principal)


def is_practice(principal: Principal, booking: Booking) -> bool:
    """Return whether the principal is the booking's practitioner, or administers its facility."""
    if principal.facility_id != booking.facility_id:
        return False
    own = principal.user_id == booking.practitioner_id and principal.verified_clinician
    return own or is_facility_admin(principal)


def practitioner_for(principal: Principal, practitioner_id: str, people: PersonRepository) -> Person:
    """Return a practitioner whose schedule the principal may read and change: their own, or one of their facility.

    Raises ForbiddenError, UserNotFoundError, UnavailableError.
    """
    own = principal.user_id == practitioner_id and principal.verified_clinician
    if not own and not is_facility_admin(principal):
        raise ForbiddenError("Only the practitioner and administrators of the facility may do this.")
    return verified_practitioner(principal, practitioner_id, people)


def practitioner_seen_by(principal: Principal, practitioner_id: str, people: PersonRepository) -> Person:
    """Return a practitioner whose availability the principal may read: their own, or anybody's of their facility.

    Clinicians book visits for each other. Raises ForbiddenError, UserNotFoundError, UnavailableError.
    """
    if not principal.verified_clinician and not is_facility_admin(principal):
        raise ForbiddenError("Only clinicians and administrators of the facility may do this.")
    return verified_practitioner(principal, practitioner_id, people)


def verified_practitioner(principal: Principal, practitioner_id: str, people: PersonRepository) -> Person:
    """Return a verified clinician of the principal's facility. Raises ForbiddenError, UserNotFoundError."""
    person = people.find(Scope(own_facility(principal)), practitioner_id)
    if person is None or not person.verified_clinician:
        raise UserNotFoundError("Your facility has no such verified clinician.")
    return person
