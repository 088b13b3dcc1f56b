"""What a page says above a photo, for records that want it there."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.commits.terms import term_of
from bedside.patients.repository import PatientRepository
from bedside.ports.rendering import Banner


@dataclass(frozen=True, slots=True)
class Banners:
    """Banners of photos; `time_zone` returns that of a facility. Raises UnavailableError."""

    patients: PatientRepository
    time_zone: Callable[[str], str]

    def of(self, session: Session, image: Image) -> Banner:
        """Return a photo's banner: the patient as the directory has them, or else as the session does."""
        known = session.patient
        record = self.patients.find(session.facility_id, known.record_id) if known.record_id else None
        terms = [term_of(image.metadata.get(name)) for name in ("bodySite", "laterality")]
        return Banner(
            patient=record.name if record else known.name or known.patient_id,
            number=(record.nhi if record else known.nhi) or "",
            taken_at=image.taken_at,
            place=", ".join(each.display for each in terms if each),
            born=(record.born if record else None) or "",
            time_zone=self.time_zone(session.facility_id),
        )
