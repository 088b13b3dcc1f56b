"""What the clinician of a session should be told: that photos are about to vanish that nobody has committed or kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bedside.adapters.aws.dynamodb import Table
from bedside.capture.session_record import session_from_record
from bedside.capture.waiting_photos import SOON_MS
from bedside.ports.notices import Notice


@dataclass(frozen=True, slots=True)
class PhotoNotices:
    """Notices of ended sessions, for the clinician who opened them last; sessions of earlier releases name nobody."""

    table: Table

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the key of the session that a changed item is, or None."""
        return str(item["pk"]) if "images" in item and "encounterId" in item else None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return that photos of a session vanish soon. Raises UnavailableError."""
        item = self.table.get(subject_id)
        if item is None or self.subject_in(item) is None:
            return []
        session, clinician, until = session_from_record(item), item.get("openedBy"), item.get("retainedUntil")
        # The sweeper says how long photos stay, soon after the session's end.
        vanishing = session.next_vanishing(int(until)) if until is not None and not session.open else None
        if clinician is None or until is None or vanishing is None:
            return []
        return [
            Notice(
                workflow="photos-vanish",
                recipient=str(clinician),
                subject_kind="session",
                subject_id=subject_id,
                occurrence=str(vanishing),
                send_at=max(session.ended_at or session.ends_at, vanishing - SOON_MS),
                fields={"count": len(session.vanished(int(until), vanishing)), "until": vanishing},
                link=f"/?{urlencode({'patientId': session.patient.patient_id, 'encounterId': session.encounter_id})}",
                facility_id=session.facility_id,
                until=vanishing,
            )
        ]
