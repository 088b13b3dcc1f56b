"""Authorisation for patients: staff see and change those of their own facility, and nobody else any."""

from bedside.identity.errors import NotVerifiedError
from bedside.identity.person import CLINICIAN, FACILITY_ADMIN
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError


def staff_facility(principal: Principal) -> str:
    """Return the facility whose patients the principal may see, as its verified clinician or administrator.

    Raises ForbiddenError, NotVerifiedError.
    """
    if principal.facility_id is not None:
        if principal.verified_clinician or FACILITY_ADMIN in principal.roles:
            return principal.facility_id
        if CLINICIAN in principal.roles:
            raise NotVerifiedError("An administrator of your facility has to verify you first.")
    raise ForbiddenError("Only clinicians and administrators of a facility see its patients.")
