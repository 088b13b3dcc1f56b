"""Queries for visits: a single visit, a page of visits, and the summary of a past one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from bedside.adapters.aws.attributes import Item
from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.kernel.instants import iso
from bedside.kernel.wire import Wire
from bedside.platform.place_cursor import BY_START
from bedside.visits.access import as_seen_by, party_of, require_practitioner, require_visible, staff_facility
from bedside.visits.model import Visit, with_facts
from bedside.visits.patient_names import PatientNames
from bedside.visits.repository import Period, VisitRepository
from bedside.visits.representation import (
    RecordingSummary,
    SummaryDocument,
    VisitDocument,
    VisitListDocument,
    consent_documents,
    visit_document,
)
from bedside.visits.states import TERMINAL, State
from bedside.visits.summary import summary
from bedside.visits.timeline import TimeLimits

# States of a recording in which it may be running at the provider.
RECORDING: Final = frozenset({"starting", "running", "stopping"})
_DAY_MS: Final = 24 * 3600 * 1000


class ListRequest(Wire):
    view: Literal["today", "all", "mine"] = "today"
    cursor: str | None = Field(default=None, max_length=300)
    day_start: Annotated[AwareDatetime, Field(strict=False)] | None = None
    day_end: Annotated[AwareDatetime, Field(strict=False)] | None = None

    def period(self, now_ms: int) -> tuple[int, int] | None:
        """Return the first and the last millisecond (Unix ms) of the requested day, or None for all visits.

        The caller knows when their day starts and ends, and it may have 23 or 25 hours. The defaults are the start of
        the day in UTC, and 24 hours. Raises InvalidRequestError.
        """
        if self.view != "today":
            return None
        begins = _ms(self.day_start) if self.day_start else now_ms - now_ms % _DAY_MS
        ends = _ms(self.day_end) if self.day_end else begins + _DAY_MS
        if ends <= begins:
            raise InvalidRequestError([FieldFault("dayEnd", "This must be after dayStart.")])
        return begins, ends - 1


@dataclass(frozen=True, slots=True)
class VisitQueries:
    """Returns visits to principals who may see them; `recording` returns the recording's part of a summary."""

    repository: VisitRepository
    rules: TimeLimits
    recording: Callable[[str], RecordingSummary]
    names: PatientNames

    def get(self, principal: Principal, visit_id: str, now_ms: int) -> VisitDocument:
        """Return a visit, and whether it is being recorded. Raises VisitNotFoundError, UnavailableError."""
        [visit] = self.names.named([as_seen_by(principal, require_visible(self.repository.get(visit_id), principal))])
        document = visit_document(visit, self.rules, now_ms)
        active = document["state"] in {"inProgress", "interrupted"}
        document["recording"] = active and self.recording(visit_id)["recordingState"] in RECORDING
        return document

    def summary(self, principal: Principal, visit_id: str, now_ms: int) -> SummaryDocument:
        """Return the summary of a visit that is over, for its patient and practitioner.

        Raises VisitNotFoundError, ForbiddenError, NotFinishedError, UnavailableError.
        """
        [visit] = self.names.named([self.repository.get(visit_id)])
        party_of(visit, principal)
        found = summary(with_facts(visit, visit.facts, self.rules, now_ms), self.rules)
        return {
            "doctorName": visit.practitioner_name,
            "patientName": visit.patient_name,
            "startedAt": None if found.began_at is None else iso(found.began_at),
            "endedAt": None if found.ended_at is None else iso(found.ended_at),
            "durationSeconds": found.duration_s,
            "outcome": found.outcome,
            "recordingConsents": consent_documents(visit),
            **self.recording(visit_id),
        }

    def get_as_practitioner(self, principal: Principal, visit_id: str) -> Visit:
        """Return a visit, for its practitioner only. Raises VisitNotFoundError, ForbiddenError, UnavailableError."""
        return require_practitioner(self.repository.get(visit_id), principal)

    def list_visits(self, principal: Principal, request: ListRequest, now_ms: int) -> VisitListDocument:
        """Return up to 50 visits: those of the facility for staff, or else the caller's own as a patient.

        The view "mine" has the caller's own as a patient, for staff too. A day's visits are in chronological order, all
        visits in reverse. A day includes visits that are going on across its midnights (`_concerns`). Raises
        InvalidRequestError, UnavailableError.
        """
        day, cursor = request.period(now_ms), BY_START.read(request.cursor)
        queried = day and _with_midnights(day, self.rules.longest_ms, now_ms)
        if cursor and queried and not queried[0] <= cursor["startsAt"] <= queried[1]:
            # Perhaps from the day before; DynamoDB rejects a start key outside of the queried range.
            raise InvalidRequestError([FieldFault("cursor", "This is not a cursor of that day.")])
        found: list[VisitDocument] = []
        while True:
            visits, cursor = self._page(principal, queried, cursor, own=request.view == "mine")
            seen = [as_seen_by(principal, require_visible(each, principal)) for each in visits]
            for visit in self.names.named(seen):
                document = visit_document(visit, self.rules, now_ms, history=False)
                if day is None or _concerns(day, visit, document["state"]):
                    found.append(document)
            if found or cursor is None:  # just after midnight, a whole page of yesterday's visits may be over
                return {
                    "visits": found,
                    "cursor": BY_START.write(cursor) if cursor else None,
                    "serverTime": iso(now_ms),
                }

    def _page(
        self, principal: Principal, period: Period | None, cursor: Item | None, *, own: bool
    ) -> tuple[list[Visit], Item | None]:
        facility_id = None if own else staff_facility(principal)
        if facility_id:
            return self.repository.list_by_facility(facility_id, period, cursor)
        return self.repository.list_by_patient(principal.user_id, period, cursor)


def _with_midnights(day: Period, longest_ms: int, now_ms: int) -> Period:
    """Return the day, extended by the visits that may be going on now although they start on another day."""
    first, last = day
    if first <= now_ms < first + longest_ms:
        first = now_ms - longest_ms
    if last - longest_ms < now_ms <= last:
        last = now_ms + longest_ms
    return first, last


def _concerns(day: Period, visit: Visit, state: State) -> bool:
    """Return whether a visit belongs on the day's list.

    Besides the day's own visits, these are yesterday's that are not over, and tomorrow's that somebody has joined.
    """
    first, last = day
    if visit.facts.starts_at < first:
        return state not in TERMINAL
    return visit.facts.starts_at <= last or state not in {"scheduled", *TERMINAL}


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
