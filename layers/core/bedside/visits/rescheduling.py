"""Rescheduling: another time for a visit that nobody has joined."""

from dataclasses import dataclass, replace

from pydantic import AwareDatetime, Field

from bedside.encounters.events import event, user
from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, InvalidRequestError, PreconditionFailedError, WrongStateError
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import Wire
from bedside.visits.access import require_staff
from bedside.visits.booking import NOT_AHEAD
from bedside.visits.errors import ClashError
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit
from bedside.visits.patient_names import PatientNames
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import VisitDocument, visit_document
from bedside.visits.timeline import TimeLimits

_CHANGED = "The visit was rescheduled elsewhere."


class RescheduleRequest(Wire):
    starts_at: AwareDatetime
    # Without it, the visit stays as long as it is.
    duration_minutes: int | None = Field(default=None, ge=1, le=180)
    # Set by a person who was told of the patient's other visit.
    allow_patient_clash: bool = False


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """Gives visits another time, as staff of their facility."""

    repository: VisitRepository
    lifecycle: VisitLifecycle
    names: PatientNames
    rules: TimeLimits

    def reschedule(
        self, principal: Principal, visit_id: str, request: RescheduleRequest, seen: str | None, now_ms: int
    ) -> VisitDocument:
        """Change a visit's time if the If-Match header `seen` names its present version, and return the visit.

        A repeated request, perhaps after a lost response, changes nothing. Raises VisitNotFoundError, ForbiddenError,
        WrongStateError unless the visit is scheduled, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError, ClashError, PatientClashError unless it is allowed, UnavailableError.
        """
        known = require_staff(self.repository.get(visit_id), principal)
        version = version_seen(seen, lambda: known.sequence, _CHANGED)
        starts_at = round(request.starts_at.timestamp() * 1000)
        minutes = request.duration_minutes or known.duration_minutes
        if not self.rules.may_start(starts_at, now_ms):
            raise InvalidRequestError([FieldFault("startsAt", NOT_AHEAD, "not-ahead")])

        def change(visit: Visit) -> Visit:
            same = (visit.facts.starts_at, visit.duration_minutes) == (starts_at, minutes)
            if same and visit.sequence in {version, version + 1}:
                return visit
            if visit.sequence != version:
                raise PreconditionFailedError(_CHANGED, visit.sequence)
            if visit.state != "scheduled":
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            facts = replace(visit.facts, starts_at=starts_at, rescheduled_at=now_ms)
            return replace(visit, facts=facts, duration_minutes=minutes, sequence=version + 1)

        happened = event("visit-rescheduled", now_ms, user(principal.user_id), startsAt=starts_at)
        try:
            before, after = self.repository.reschedule(
                visit_id, change, happened, allow_patient_clash=request.allow_patient_clash, now_ms=now_ms
            )
        except ClashError as clash:
            self.lifecycle.on_clash(clash, now_ms)
            raise
        if after != before:
            self.lifecycle.on_rescheduled(before, after, now_ms)
        [named] = self.names.named([after])
        return visit_document(named, self.rules, now_ms)
