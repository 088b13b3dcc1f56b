"""Photos of a facility that somebody should see to: those that phones have not sent, and those that vanish soon."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bedside.adapters.aws.dynamodb import Table, get_together
from bedside.capture.model import Session
from bedside.capture.session_record import session_from_record
from bedside.identity.principal import Clinician

if TYPE_CHECKING:
    from bedside.adapters.aws.attributes import Item
    from bedside.capture.representation import WaitingPhotosDocument

# A photo vanishes soon if it has less than this left.
SOON_MS: Final = 6 * 3600 * 1000
# As many items as one request reads, and how often that is done: far more than a facility has at once.
_AT_ONCE: Final = 100
_PAGES: Final = 5


@dataclass(frozen=True, slots=True)
class WaitingPhotos:
    """Looks through a facility's sessions by the instant at which they are due, which those without photos lack.

    An open session is due when it expires, within `life_ms`; an ended one when its next photo vanishes.
    `retention_ms(facility_id, now)` returns how long a facility's photos stay after the end.
    """

    table: Table
    life_ms: int
    retention_ms: Callable[[str, int], int]

    def list_sessions(self, clinician: Clinician, now_ms: int) -> "list[WaitingPhotosDocument]":
        """Return the sessions with such photos, soonest due first, of at most 500. Raises UnavailableError."""
        until = now_ms + max(SOON_MS, self.life_ms)
        found = []
        for session in self._due(clinician.facility_id, until):
            vanishing = self._vanishing(session, now_ms)
            unsent = sum(session.unsent.values()) if session.alive(now_ms) else 0
            if unsent or vanishing:
                found.append(_document(session, unsent, vanishing))
        return found

    def _due(self, facility_id: str, until: int) -> Iterator[Session]:
        after: Item | None = None
        for _ in range(_PAGES):
            within = ("dueAt", 0, until)
            items, after = self.table.page(
                "sessions-of-facility", "facilityId", facility_id, limit=_AT_ONCE, after=after, within=within
            )
            keys = [str(item["pk"]) for item in items]
            stored = get_together([(self.table, key) for key in keys]) if keys else {}
            yield from (session_from_record(stored[key]) for key in keys if key in stored)
            if after is None:
                return

    def _vanishing(self, session: Session, now_ms: int) -> list[int]:
        """Return when photos vanish that do so soon; the sweeper determines it soon after the session's end."""
        over_at, until = session.over_at(now_ms), session.retained_until
        if over_at is None:
            return []
        if until is None:
            until = over_at + self.retention_ms(session.facility_id, now_ms)
        return [image.vanishes_at(until) or 0 for image in session.vanished(until, now_ms + SOON_MS)]


def _document(session: Session, unsent: int, vanishing: Sequence[int]) -> "WaitingPhotosDocument":
    return {
        "encounterId": session.encounter_id,
        "patientId": session.patient.patient_id,
        "patientName": session.patient.name,
        "unsentPhotos": unsent,
        "vanishingPhotos": len(vanishing),
        "vanishesAt": min(vanishing, default=None),
    }
