"""Carers: who learns that a patient has missed a dose, as long as the patient consents."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from phonenumbers import SUPPORTED_REGIONS

from bedside.identity.person import user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, UserNotFoundError
from bedside.medications.access import seen
from bedside.medications.course import Course
from bedside.medications.lifecycle import PlanLifecycle
from bedside.medications.plan import Consent, Plan
from bedside.medications.representation import PlanDocument, plan_document

# Of earlier consents and withdrawals, beside the latest.
_KEPT: Final = 49


@dataclass(frozen=True, slots=True)
class Carers:
    """Consents of patients that a person of their facility learns of missed doses; `country` is that of a facility."""

    lifecycle: PlanLifecycle
    people: PersonRepository
    country: Callable[[str, int], str]
    pseudonym_key: bytes

    def name(self, principal: Principal, plan_id: str, phone: str, now_ms: int) -> PlanDocument:
        """Record the patient's consent that the person with this number learns of missed doses.

        Raises PlanNotFoundError, ForbiddenError, InvalidRequestError, UserNotFoundError, UnavailableError.
        """
        plan = self._own(principal, plan_id)
        if plan.facility_id is None:
            raise ForbiddenError("Only people of a facility can name somebody of it.")
        number = parse_phone(phone, SUPPORTED_REGIONS, self.country(plan.facility_id, now_ms))
        person = self.people.find(Scope(plan.facility_id), user_id_of(self.pseudonym_key, number))
        if person is None or not person.active:
            raise UserNotFoundError("Nobody of your facility has this number.")
        if person.user_id == plan.patient_id:
            raise InvalidRequestError([FieldFault("phone", "Name somebody else.")])
        patient = self.people.find(Scope(plan.facility_id), plan.patient_id)
        consent = Consent(now_ms, person.user_id, given=True, patient_name=patient.display_name if patient else None)
        return plan_document(self._record(plan_id, consent, now_ms), person.display_name)

    def withdraw(self, principal: Principal, plan_id: str, now_ms: int) -> PlanDocument:
        """Record that nobody may learn of missed doses any more. Raises PlanNotFoundError, ForbiddenError."""
        carer_id = self._own(principal, plan_id).carer_id or ""
        return plan_document(self._record(plan_id, Consent(now_ms, carer_id, given=False), now_ms), None)

    def _own(self, principal: Principal, plan_id: str) -> Plan:
        plan = seen(self.lifecycle.repository.find(plan_id), principal)
        if plan.patient_id != principal.user_id:
            raise ForbiddenError("Only the patient decides who learns of missed doses.")
        return plan

    def _record(self, plan_id: str, consent: Consent, now_ms: int) -> Plan:
        def change(course: Course) -> Course:
            plan = course.plan
            if plan.carer_id == (consent.carer_id if consent.given else None):
                return course
            # A withdrawal ends whichever consent there is by now.
            ended = replace(consent, carer_id=plan.carer_id or "") if not consent.given else consent
            return replace(course, plan=replace(plan, consents=(*plan.consents[-_KEPT:], ended)))

        return self.lifecycle.update(plan_id, change, now_ms).plan
