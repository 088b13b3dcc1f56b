"""The patient of a session, and whether two accounts of one can be the same person. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedside.kernel.text import clean_line


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient of an encounter. Name and NHI are shown on the phone, and nowhere else."""

    patient_id: str
    name: str | None = field(default=None, repr=False)
    nhi: str | None = field(default=None, repr=False)

    def contradicts(self, other: "Patient") -> bool:
        """Return whether the two cannot be one person; a name or NHI that one of them lacks contradicts nothing."""
        return self.patient_id != other.patient_id or _differ(self.name, other.name) or _differ(self.nhi, other.nhi)

    def facts(self) -> dict[str, str]:
        """Return what is known of the patient, as attributes of a session item."""
        facts = {"patientId": self.patient_id, "patientName": self.name, "patientNHI": self.nhi}
        return {name: value for name, value in facts.items() if value}


def patient_of(facts: Mapping[str, Any]) -> Patient:
    """Return the patient of a session, from its item or the facts that `patient_facts` returns."""
    return Patient(facts["patientId"], facts.get("patientName"), facts.get("patientNHI"))


def patient_facts(facility_id: str, encounter_id: str, patient: Patient) -> dict[str, Any]:
    """Return the attributes of a session item that identify facility, encounter and patient."""
    return {"facilityId": facility_id, "encounterId": encounter_id, **patient.facts()}


def _differ(one: str | None, other: str | None) -> bool:
    """Return whether two texts differ in more than case; sessions of earlier releases hold uncleaned text."""
    return bool(one and other) and clean_line(one or "").casefold() != clean_line(other or "").casefold()
