"""What people should be told of a patient's circle: that they are asked, and how somebody has answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.medications.circle import Care, Circle
from bedside.medications.circle_repository import CIRCLE, CircleRepository
from bedside.ports.notices import Notice

_ANSWERS: Final[Mapping[str, str]] = {
    "accepted": "carer-accepted",
    "declined": "carer-declined",
    "ended": "carer-ended",
}


@dataclass(frozen=True, slots=True)
class CircleNotices:
    """Notices of circles; each step of the patient or a carer has its own."""

    repository: CircleRepository

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the patient whose circle a changed item is, or None."""
        return str(item["circleOf"]) if item.get("sk") == CIRCLE and "circleOf" in item else None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return what people should be told of a patient's circle. Raises UnavailableError."""
        circle = self.repository.find(subject_id)
        return list(_notices(circle)) if circle else []


def _notices(circle: Circle) -> Iterator[Notice]:
    for care in circle.cares:
        if care.state == "asked":
            yield _notice(circle, care, "carer-named", care.carer_id, circle.patient_name)
        elif care.by == care.carer_id:
            yield _notice(circle, care, _ANSWERS[care.state], circle.patient_id, care.name)


def _notice(circle: Circle, care: Care, workflow: str, recipient: str, name: str | None) -> Notice:
    return Notice(
        workflow=workflow,
        recipient=recipient,
        subject_kind="circle",
        subject_id=circle.patient_id,
        occurrence=f"{care.care_id}@{care.version}",
        send_at=care.since,
        fields={"name": name or ""},
        link="/medicines#helped" if workflow == "carer-named" else "/medicines#helpers",
        facility_id=circle.facility_id,
        about=circle.patient_id,
    )
