"""The people that plans are for, as their facility knows them."""

from dataclasses import dataclass
from typing import Final

from bedside.identity.person import PATIENT
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.medications.access import clinician_facility
from bedside.patients.repository import PatientRepository

_NO_PATIENT: Final = "Your facility has no such patient."


@dataclass(frozen=True, slots=True)
class PlanPatient:
    """A person who has plans, their facility, and for clinicians their id in its directory."""

    user_id: str
    facility_id: str | None
    chart_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlanPatients:
    """Finds the person whose plans somebody asks for."""

    patients: PatientRepository
    people: PersonRepository

    def find(self, principal: Principal, patient_id: str | None) -> PlanPatient:
        """Return the person whose plans are meant.

        Patients have their own. Verified clinicians name a patient of their facility's directory, by the id there or
        that of the person who signs in. Raises ForbiddenError, NotVerifiedError, InvalidRequestError, UnavailableError.
        """
        if PATIENT in principal.roles and patient_id in {None, principal.user_id}:
            return PlanPatient(principal.user_id, principal.facility_id)
        facility_id = clinician_facility(principal)
        if patient_id is None:
            raise InvalidRequestError([FieldFault("patientId", "Say which patient's plans you want.")])
        record = self.patients.find(facility_id, patient_id) or self.patients.find_person(facility_id, patient_id)
        if record is None:
            raise InvalidRequestError([FieldFault("patientId", _NO_PATIENT, "no-patient")])
        if record.user_id is None:
            raise InvalidRequestError([FieldFault("patientId", "Nobody signs in for this patient yet.", "no-sign-in")])
        person = self.people.find(Scope(facility_id), record.user_id)
        if person is None or PATIENT not in person.roles or not person.active:
            raise InvalidRequestError([FieldFault("patientId", _NO_PATIENT, "no-patient")])
        return PlanPatient(person.user_id, facility_id, record.patient_id)
