"""Ties between patients and the people who sign in for them to video visits."""

from dataclasses import dataclass
from typing import Protocol

from bedside.identity.errors import UserNotFoundError
from bedside.identity.person import PATIENT, Person, user_id_of
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.patients.access import staff_facility
from bedside.patients.directory import Directory
from bedside.patients.representation import PatientDocument


class People(Protocol):
    """The people of a facility."""

    def find(self, scope: Scope, user_id: str) -> Person | None: ...


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties a patient to the person who has the patient's phone number; nobody else can sign in with it."""

    directory: Directory
    people: People
    pseudonym_key: bytes

    def tie(
        self, principal: Principal, patient_id: str, if_match: str | None, now_ms: int
    ) -> tuple[PatientDocument, int]:
        """Tie a patient to the person of the facility who signs in with the patient's phone number.

        Raises like `Directory.change`, and UserNotFoundError if there is no such person.
        """
        facility_id = staff_facility(principal)
        patient = self.directory.of_facility(facility_id, patient_id)
        if patient.phone is None:
            raise InvalidRequestError([FieldFault("phone", "The patient has no phone number.", "no-phone")])
        person = self.people.find(Scope(facility_id), user_id_of(self.pseudonym_key, patient.phone))
        if person is None or PATIENT not in person.roles:
            raise UserNotFoundError("No patient of your facility signs in with this phone number.")
        return self.directory.apply(facility_id, patient_id, {"user_id": person.user_id}, if_match, now_ms)

    def untie(
        self, principal: Principal, patient_id: str, if_match: str | None, now_ms: int
    ) -> tuple[PatientDocument, int]:
        """Undo a tie; raises like `Directory.change`."""
        facility_id = staff_facility(principal)
        return self.directory.apply(facility_id, patient_id, {"user_id": None}, if_match, now_ms)
