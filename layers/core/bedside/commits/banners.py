"""What a page says above a photo, for records that want it there."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.commits.subjects import nhi_of
from bedside.commits.terms import term_of
from bedside.ports.records import RecordPatient
from bedside.ports.rendering import Banner


@dataclass(frozen=True, slots=True)
class Banners:
    """Banners of photos; `time_zone` returns that of a facility. Raises UnavailableError."""

    time_zone: Callable[[str], str]

    def of(self, session: Session, image: Image, patient: RecordPatient) -> Banner:
        """Return a photo's banner; a patient without a name has their id there."""
        terms = [term_of(image.metadata.get(name)) for name in ("bodySite", "laterality")]
        return Banner(
            patient=patient.name or patient.external_id or "",
            number=nhi_of(patient),
            taken_at=image.taken_at,
            place=", ".join(each.display for each in terms if each),
            born=patient.birth_date or "",
            time_zone=self.time_zone(session.facility_id),
        )
