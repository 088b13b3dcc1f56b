"""The names of visits' patients, as the directory of patients has them now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bedside.kernel.errors import UnavailableError
from bedside.patients.tied import TiedPatient, TiedPatients
from bedside.visits.model import Visit


@dataclass(frozen=True, slots=True)
class PatientNames:
    """Gives visits the names of the directory; others keep the name that they were booked under."""

    tied: TiedPatients

    def named(self, visits: Sequence[Visit]) -> list[Visit]:
        """Return the visits, at most a hundred, with their patients' present names and ids in the directory."""
        try:
            known = self.tied.find({(visit.facility_id, visit.patient_id) for visit in visits})
        except UnavailableError:
            return list(visits)  # nobody misses a visit for want of a name
        return [_named(visit, known.get((visit.facility_id, visit.patient_id))) for visit in visits]


def _named(visit: Visit, patient: TiedPatient | None) -> Visit:
    return replace(visit, patient_name=patient.name, patient_record_id=patient.patient_id) if patient else visit
