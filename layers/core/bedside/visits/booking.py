"""Booking of visits."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydantic import AwareDatetime, Field

from bedside.identity.person import PATIENT, Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, UnavailableError
from bedside.kernel.request_ids import request_id
from bedside.kernel.wire import Identifier, Wire
from bedside.patients.repository import PatientRepository
from bedside.visits.access import staff_facility
from bedside.visits.errors import ClashError, VisitNotFoundError
from bedside.visits.facts import VisitFacts
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit
from bedside.visits.patient_names import PatientNames
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import VisitDocument, visit_document
from bedside.visits.timeline import TimeLimits

_NO_PATIENT: Final = "Your facility has no such patient."
NOT_AHEAD: Final = "This must be in the future, within a year."


class BookRequest(Wire):
    patient_id: Identifier
    practitioner_id: Identifier
    starts_at: AwareDatetime
    duration_minutes: int = Field(ge=1, le=180)
    # Set by a person who was told of the patient's other visit.
    allow_patient_clash: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """Books visits between people of one facility; `randomness(n)` returns n random bytes."""

    repository: VisitRepository
    lifecycle: VisitLifecycle
    people: PersonRepository
    patients: PatientRepository
    names: PatientNames
    rules: TimeLimits
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes

    def book(self, principal: Principal, request: BookRequest, key: str | None, now_ms: int) -> VisitDocument:
        """Book a visit, or return the one already booked with the same request and idempotency key.

        Raises ForbiddenError, InvalidRequestError, ClashError, PatientClashError unless it is allowed, and
        UnavailableError.
        """
        facility_id = staff_facility(principal)
        if facility_id is None:
            raise ForbiddenError("Only clinicians and administrators of a facility book visits.")
        starts_at = round(request.starts_at.timestamp() * 1000)
        scope, faults = Scope(facility_id), []
        patient, missing = self._patient(facility_id, request.patient_id)
        practitioner = self.people.find(scope, request.practitioner_id)
        if patient is None or PATIENT not in patient.roles or not patient.active:
            faults.append(FieldFault("patientId", missing, "no-patient" if missing == _NO_PATIENT else "no-sign-in"))
        if practitioner is None or not practitioner.verified_clinician:
            faults.append(
                FieldFault("practitionerId", "Your facility has no such verified clinician.", "no-practitioner")
            )
        if patient and patient.user_id == request.practitioner_id:
            faults.append(
                FieldFault("practitionerId", "Patient and practitioner must be different people.", "same-person")
            )
        if not self.rules.may_start(starts_at, now_ms):
            faults.append(FieldFault("startsAt", NOT_AHEAD, "not-ahead"))
        if faults or patient is None or practitioner is None:
            raise InvalidRequestError(faults)
        visit = Visit(
            visit_id=self._new_id(principal, request, key),
            facility_id=facility_id,
            patient_id=patient.user_id,
            practitioner_id=practitioner.user_id,
            duration_minutes=request.duration_minutes,
            facts=VisitFacts(starts_at),
            patient_name=patient.display_name,
            practitioner_name=practitioner.display_name,
        )
        [visit] = self.names.named([visit])
        visit = self._create(visit, principal, request, key, now_ms)
        self.lifecycle.on_booked(visit, now_ms)
        return visit_document(visit, self.rules, now_ms)

    def _patient(self, facility_id: str, patient_id: str) -> tuple[Person | None, str]:
        """Return the person who takes part as this patient, by their own id or that of the directory.

        If there is none, also what is missing.
        """
        scope = Scope(facility_id)
        if person := self.people.find(scope, patient_id):
            return person, _NO_PATIENT
        record = self.patients.find(facility_id, patient_id)
        if record and record.user_id is None:
            return None, "Nobody signs in for this patient yet."
        return (self.people.find(scope, record.user_id) if record and record.user_id else None), _NO_PATIENT

    def _create(self, visit: Visit, principal: Principal, request: BookRequest, key: str | None, now_ms: int) -> Visit:
        """Create the visit; return the existing one if an earlier attempt booked it, but the response was lost."""
        allowed = request.allow_patient_clash
        try:
            created = self.repository.create(visit, by=principal.user_id, allow_patient_clash=allowed, now_ms=now_ms)
        except ClashError as clash:
            self.lifecycle.on_clash(clash, now_ms)
            # Since then it may have been cancelled, and others booked for its time.
            with suppress(VisitNotFoundError):
                if key is not None:
                    return self.repository.get(visit.visit_id)
            raise
        if created:
            return visit
        if key is None:
            raise UnavailableError("The visit could not be booked.", cause="SameId")
        return self.repository.get(visit.visit_id)

    def _new_id(self, principal: Principal, request: BookRequest, key: str | None) -> str:
        return request_id(
            "visit",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
        )
