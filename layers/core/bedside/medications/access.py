"""Authorisation: whose plans somebody may see and change, and who answers doses."""

from bedside.identity.errors import NotVerifiedError
from bedside.identity.person import CLINICIAN, PATIENT
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError
from bedside.medications.errors import PlanNotFoundError
from bedside.medications.plan import Plan


def clinician_facility(principal: Principal) -> str:
    """Return the facility whose patients' plans the principal may see. Raises ForbiddenError, NotVerifiedError."""
    if principal.facility_id is not None and CLINICIAN in principal.roles:
        if principal.verified_clinician:
            return principal.facility_id
        raise NotVerifiedError("An administrator of your facility has to verify you first.")
    raise ForbiddenError("Only patients and clinicians have to do with plans of medicines.")


def require_patient(principal: Principal) -> None:
    """Raise ForbiddenError unless the principal signs in as a patient."""
    if PATIENT not in principal.roles:
        raise ForbiddenError("Only patients have plans of their own.")


def seen(plan: Plan | None, principal: Principal) -> Plan:
    """Return a plan that the principal may see: their own, or that of a patient of their facility.

    Raises PlanNotFoundError.
    """
    if plan is not None:
        here = plan.facility_id is not None and plan.facility_id == principal.facility_id
        if plan.patient_id == principal.user_id or (here and principal.verified_clinician):
            return plan
    raise PlanNotFoundError("There is no such plan.")
