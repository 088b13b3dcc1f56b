"""Seeing visits: one, a page of them, and what remains of one that is over."""

import base64
import binascii
import json
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
from bedside.visits.access import party_of, practising, seen, works_at
from bedside.visits.model import Visit, with_facts
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import (
    RecordingSummary,
    SummaryDocument,
    VisitDocument,
    VisitListDocument,
    visit_document,
)
from bedside.visits.summary import summary
from bedside.visits.timeline import TimeLimits

_DAY_MS: Final = 24 * 3600 * 1000


class ListRequest(Wire):
    view: Literal["today", "all"] = "today"
    cursor: str | None = Field(default=None, max_length=300)
    day_start: Annotated[AwareDatetime, Field(strict=False)] | None = None
    day_end: Annotated[AwareDatetime, Field(strict=False)] | None = None

    def period(self, now_ms: int) -> tuple[int, int] | None:
        """Return the first and the last Unix ms of the day that is asked for, None for all.

        When a day begins and ends only the caller knows: it has 23 or 25 hours where the clocks change. Without that it
        is the day in UTC, or 24 hours. Raises InvalidRequestError.
        """
        if self.view == "all":
            return None
        begins = _ms(self.day_start) if self.day_start else now_ms - now_ms % _DAY_MS
        ends = _ms(self.day_end) if self.day_end else begins + _DAY_MS
        if ends <= begins:
            raise InvalidRequestError([FieldFault("dayEnd", "This must be after dayStart.")])
        return begins, ends - 1


@dataclass(frozen=True, slots=True)
class VisitQueries:
    """Shows visits to those who may see them; `recording` tells what a summary says of a visit's recording."""

    repository: VisitRepository
    rules: TimeLimits
    recording: Callable[[str], RecordingSummary]

    def get(self, who: Principal, visit_id: str, now_ms: int) -> VisitDocument:
        """Return a visit; raises VisitNotFoundError, UnavailableError."""
        return visit_document(seen(self.repository.read(visit_id), who), self.rules, now_ms)

    def summary(self, who: Principal, visit_id: str, now_ms: int) -> SummaryDocument:
        """Return what remains of a visit that is over, to the two who took part.

        Raises VisitNotFoundError, ForbiddenError, NotFinishedError, UnavailableError.
        """
        visit = self.repository.read(visit_id)
        party_of(visit, who)
        found = summary(with_facts(visit, visit.facts, self.rules, now_ms), self.rules)
        return {
            "doctorName": visit.practitioner_name,
            "patientName": visit.patient_name,
            "startedAt": None if found.began_at is None else iso(found.began_at),
            "endedAt": None if found.ended_at is None else iso(found.ended_at),
            "durationSeconds": found.duration_s,
            "outcome": found.outcome,
            **self.recording(visit_id),
        }

    def of_practitioner(self, who: Principal, visit_id: str) -> Visit:
        """Return a visit to its practitioner; raises VisitNotFoundError, ForbiddenError, UnavailableError."""
        return practising(self.repository.read(visit_id), who)

    def list_visits(self, who: Principal, request: ListRequest, now_ms: int) -> VisitListDocument:
        """Return up to 50 visits: of where the caller works, or their own as a patient.

        Today's come from the first on, all of them from the last. Raises InvalidRequestError, UnavailableError.
        """
        period = request.period(now_ms)
        facility_id, cursor = works_at(who), _read_cursor(request.cursor)
        if cursor and period and not period[0] <= cursor["startsAt"] <= period[1]:
            # Of the day before, perhaps. DynamoDB refuses to begin outside of what is asked for.
            raise InvalidRequestError([FieldFault("cursor", "This is not a cursor of that day.")])
        if facility_id:
            visits, more = self.repository.of_facility(facility_id, period, cursor)
        else:
            visits, more = self.repository.of_patient(who.user_id, period, cursor)
        return {
            "visits": [visit_document(seen(visit, who), self.rules, now_ms, history=False) for visit in visits],
            "cursor": _cursor(more) if more else None,
            "serverTime": iso(now_ms),
        }


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _cursor(place: Item) -> str:
    return base64.urlsafe_b64encode(json.dumps([place["pk"], int(place["startsAt"])]).encode()).decode()


def _read_cursor(text: str | None) -> Item | None:
    if not text:
        return None
    try:
        match json.loads(base64.urlsafe_b64decode(text)):
            # JSON's true is an int for Python, and no number for DynamoDB.
            case [str(pk), int(starts_at)] if pk and not isinstance(starts_at, bool) and abs(starts_at) < 1 << 53:
                return {"pk": pk, "startsAt": starts_at}
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise InvalidRequestError([FieldFault("cursor", "This is not a cursor of ours.")])
