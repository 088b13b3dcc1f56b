"""The patient of a session, and whether two accounts of one can be the same person. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedside.kernel.text import clean_line


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient of an encounter, by the EHR's id if there is one; `record_id` is their id in the directory."""

    patient_id: str
    name: str | None = field(default=None, repr=False)
    nhi: str | None = field(default=None, repr=False)
    record_id: str | None = None

    def contradicts(self, other: "Patient") -> bool:
        """Return whether the two cannot be one person; a name or NHI that one of them lacks contradicts nothing.

        Nor does another name of the same patient in the directory: they have been renamed meanwhile.
        """
        if self.same_record(other):
            return False
        return self.patient_id != other.patient_id or _differ(self.name, other.name) or _differ(self.nhi, other.nhi)

    def same_record(self, other: "Patient") -> bool:
        """Return whether both are known to be the same patient in the directory."""
        return self.record_id is not None and self.record_id == other.record_id

    def facts(self) -> dict[str, str]:
        """Return what is known of the patient, as attributes of a session item."""
        facts = {"patientId": self.patient_id, "patientName": self.name, "patientNHI": self.nhi}
        return {name: value for name, value in facts.items() if value}

    def document(self) -> dict[str, str]:
        """Return the facts for a clinician's page, with the patient's id in the directory."""
        return {**self.facts(), **({"recordId": self.record_id} if self.record_id else {})}


def patient_of(facts: Mapping[str, Any]) -> Patient:
    """Return the patient of a session, from its item or the facts that `patient_facts` returns."""
    return Patient(facts["patientId"], facts.get("patientName"), facts.get("patientNHI"), facts.get("patientRecordId"))


def patient_facts(facility_id: str, encounter_id: str, patient: Patient) -> dict[str, Any]:
    """Return the attributes of a session item that identify facility, encounter and patient."""
    return {"facilityId": facility_id, "encounterId": encounter_id, **patient.facts()}


def session_facts(facility_id: str, encounter_id: str, patient: Patient) -> dict[str, Any]:
    """Return the attributes above for a new session, with the patient's id in the directory."""
    record = {"patientRecordId": patient.record_id} if patient.record_id else {}
    return {**patient_facts(facility_id, encounter_id, patient), **record}


def _differ(one: str | None, other: str | None) -> bool:
    """Return whether two texts differ in more than case; sessions of earlier releases hold uncleaned text."""
    return bool(one and other) and clean_line(one or "").casefold() != clean_line(other or "").casefold()
