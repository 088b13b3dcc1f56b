"""The patients of encounters, as the directory of patients has them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bedside.encounters.encounter import Encounter
from bedside.patients.patient import Patient


class Directory(Protocol):
    """A facility's patients by each of the ids that an encounter may have of them. Raises UnavailableError."""

    def find(self, facility_id: str, patient_id: str) -> Patient | None: ...

    def find_external(self, facility_id: str, external_id: str) -> Patient | None: ...

    def find_person(self, facility_id: str, user_id: str) -> Patient | None: ...


@dataclass(frozen=True, slots=True)
class PatientsOfEncounters:
    """Finds each patient once; for the time of one call, since patients change."""

    directory: Directory
    _found: dict[tuple[str, str], Patient | None] = field(default_factory=dict)

    def of(self, encounter: Encounter) -> Patient | None:
        """Return the patient of an encounter, or None if the directory has none."""
        if encounter.patient_id is None:
            return None
        key = (encounter.kind, encounter.patient_id)
        if key not in self._found:
            self._found[key] = self._find(encounter, encounter.patient_id)
        return self._found[key]

    def ids(self, facility_id: str, patient_id: str) -> Sequence[str]:
        """Return every id under which a patient may have encounters: theirs, that of the EHR, that of the person."""
        patient = self.directory.find(facility_id, patient_id) or self.directory.find_external(facility_id, patient_id)
        if patient is None:
            return [patient_id]
        known = (patient.patient_id, patient.external_id, patient.user_id)
        return list(dict.fromkeys(each for each in known if each))

    def _find(self, encounter: Encounter, patient_id: str) -> Patient | None:
        facility_id = encounter.facility_id
        if encounter.kind == "visit":
            return self.directory.find_person(facility_id, patient_id)
        return self.directory.find(facility_id, patient_id) or self.directory.find_external(facility_id, patient_id)
