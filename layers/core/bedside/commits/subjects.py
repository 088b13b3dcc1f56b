"""Whose record a file goes to: the patient as they were when it was committed, whoever corrects them meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedside.capture.model import Session
from bedside.patients.patient import NHI, Patient
from bedside.patients.repository import PatientRepository
from bedside.ports.records import RecordIdentifier, RecordPatient


@dataclass(frozen=True, slots=True)
class Subjects:
    """Says who a patient is now. Methods raise UnavailableError."""

    patients: PatientRepository

    def of_session(self, session: Session) -> RecordPatient:
        """Return a session's patient: as the directory has them, or else as the session does."""
        known = session.patient
        if known.record_id and (found := self.find(session.facility_id, known.record_id)):
            return found
        identifiers = (RecordIdentifier(NHI, known.nhi),) if known.nhi else ()
        # Of somebody who was removed from the directory, the id may be the directory's own.
        return RecordPatient(known.name or "", None if known.record_id else known.patient_id, identifiers)

    def find(self, facility_id: str, record_id: str) -> RecordPatient | None:
        """Return a patient of the directory, or None."""
        record = self.patients.find(facility_id, record_id)
        return _subject(record) if record else None


def contradicts(then: RecordPatient, now: RecordPatient | None) -> bool:
    """Return whether a patient is no longer who they were when a file was committed.

    What was corrected or taken away contradicts, what was added does not.
    """
    return (
        now is None
        or then.name != now.name
        or then.external_id not in {None, now.external_id}
        or then.birth_date not in {None, now.birth_date}
        or not set(then.identifiers) <= set(now.identifiers)
    )


def nhi_of(patient: RecordPatient) -> str:
    """Return a patient's NHI number, "" if there is none."""
    return next((each.value for each in patient.identifiers if each.system == NHI), "")


def subject_item(patient: RecordPatient) -> dict[str, Any]:
    """Return a patient as stored with a file."""
    return {
        "name": patient.name,
        "externalId": patient.external_id,
        "identifiers": [{"system": each.system, "value": each.value} for each in patient.identifiers],
        "birthDate": patient.birth_date,
    }


def subject_from_item(item: Mapping[str, Any]) -> RecordPatient:
    """Return the patient stored with a file."""
    numbers = tuple(RecordIdentifier(each["system"], each["value"]) for each in item["identifiers"])
    return RecordPatient(item["name"], item["externalId"], numbers, item["birthDate"])


def _subject(record: Patient) -> RecordPatient:
    identifiers = tuple(RecordIdentifier(each.system, each.value) for each in record.identifiers)
    return RecordPatient(record.name, record.external_id, identifiers, record.born)
