"""Plans of medicines: making, reading, changing, pausing and ending them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from bedside.identity.principal import Principal
from bedside.kernel.errors import (
    FieldFault,
    InvalidRequestError,
    PreconditionFailedError,
    UnavailableError,
    WrongStateError,
)
from bedside.kernel.request_ids import request_id
from bedside.kernel.versions import version_seen
from bedside.medications.access import seen
from bedside.medications.course import Course, advanced, attended, begun, rearmed
from bedside.medications.lifecycle import PlanLifecycle
from bedside.medications.plan import Plan, PlanState
from bedside.medications.plan_patients import PlanPatients
from bedside.medications.quota import require_room
from bedside.medications.representation import PlanDocument, PlanListDocument, plan_document
from bedside.medications.requests import PlanChangeRequest, PlanListRequest, PlanRequest
from bedside.medications.rules import MINUTE_MS
from bedside.platform.place_cursor import PlaceCursor

_CURSOR: Final = PlaceCursor("createdAt")
_CHANGED: Final = "The plan was changed elsewhere."
_ENDED: Final = "The plan has ended."


@dataclass(frozen=True, slots=True)
class Plans:
    """Plans, for their patients and for clinicians of the facility; `randomness(n)` returns n random bytes."""

    lifecycle: PlanLifecycle
    patients: PlanPatients
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes

    def create(self, principal: Principal, request: PlanRequest, key: str | None, now_ms: int) -> PlanDocument:
        """Make a plan, or return the one already made with the same request and idempotency key.

        Raises ForbiddenError, NotVerifiedError, InvalidRequestError, TooManyPlansError, UnavailableError.
        """
        patient = self.patients.find(principal, request.patient_id)
        plan_id = self._new_id(principal, request, key)
        if key is None or self.lifecycle.repository.find(plan_id) is None:
            require_room(self.lifecycle.repository, patient.user_id)
        plan = begun(
            Plan(
                plan_id=plan_id,
                facility_id=patient.facility_id,
                patient_id=patient.user_id,
                chart_id=patient.chart_id,
                created_at=now_ms,
                created_by=principal.user_id,
                medicine=request.medicine,
                dose=request.dose,
                rule=request.rule.rule(),
                home_zone=request.time_zone,
                grace_ms=request.grace_minutes * MINUTE_MS,
                travel=request.travel,
                local_zone=request.local_zone,
            ),
            now_ms,
        )
        if plan.open is None:
            raise InvalidRequestError([FieldFault("rule", "No dose would be due from now on.", "no-dose")])
        if self.lifecycle.create(plan, now_ms):
            return plan_document(plan)
        if key is None:
            raise UnavailableError("The plan could not be made.", cause="SameId")
        return plan_document(self.lifecycle.repository.get(plan.plan_id))

    def get(self, principal: Principal, plan_id: str, now_ms: int) -> tuple[PlanDocument, int]:
        """Return a plan and its version. Raises PlanNotFoundError, UnavailableError."""
        plan = advanced(self._seen(principal, plan_id), now_ms).plan
        return plan_document(plan), plan.version

    def list_plans(self, principal: Principal, request: PlanListRequest, now_ms: int) -> PlanListDocument:
        """Return a page of a patient's plans: the caller's own, or for clinicians those of the patient that they name.

        Raises ForbiddenError, NotVerifiedError, InvalidRequestError, UnavailableError.
        """
        patient = self.patients.find(principal, request.patient_id)
        place = _CURSOR.read(request.cursor)
        found, more = self.lifecycle.repository.list_by_patient(patient.user_id, place)
        own = patient.user_id == principal.user_id
        plans = [
            advanced(plan, now_ms).plan
            for plan in found
            if (plan.state == "ended") == (request.view == "ended") and (own or plan.facility_id == patient.facility_id)
        ]
        documents = [plan_document(plan) for plan in plans]
        return {"plans": documents, "cursor": _CURSOR.write(more) if more else None}

    def change(
        self, principal: Principal, plan_id: str, request: PlanChangeRequest, if_match: str | None, now_ms: int
    ) -> tuple[PlanDocument, int]:
        """Change what the request names; return the plan and its new version. A repeated request gets the same answer.

        Raises PlanNotFoundError, InvalidRequestError, PreconditionRequiredError, PreconditionFailedError,
        WrongStateError, UnavailableError.
        """
        changes = _changes(request)
        return self._edit(principal, plan_id, if_match, lambda plan: replace(plan, **changes), now_ms)

    def end(self, principal: Principal, plan_id: str, if_match: str | None, now_ms: int) -> tuple[PlanDocument, int]:
        """End a plan: nothing is due any more, and its doses stay in the record; raises like `change`."""
        return self._edit(principal, plan_id, if_match, lambda plan: replace(plan, state="ended"), now_ms)

    def pause(self, principal: Principal, plan_id: str, now_ms: int) -> PlanDocument:
        """Let nothing be due until the plan goes on. Raises PlanNotFoundError, WrongStateError, UnavailableError."""
        return self._set_state(principal, plan_id, "paused", now_ms)

    def resume(self, principal: Principal, plan_id: str, now_ms: int) -> PlanDocument:
        """Let a paused plan go on, or remind again of one that nobody has answered for long; raises like `pause`."""
        return self._set_state(principal, plan_id, "active", now_ms)

    def _edit(
        self,
        principal: Principal,
        plan_id: str,
        if_match: str | None,
        edited: Callable[[Plan], Plan],
        now_ms: int,
    ) -> tuple[PlanDocument, int]:
        version = version_seen(if_match, lambda: self._seen(principal, plan_id).version, _CHANGED)

        def edit(course: Course) -> Course:
            plan = course.plan
            after = edited(plan)
            if after == plan and plan.version in {version, version + 1}:
                return course
            if plan.version != version:
                raise PreconditionFailedError(_CHANGED, plan.version)
            return replace(course, plan=_retimed(plan, replace(after, version=version + 1), now_ms))

        plan = self._update(principal, plan_id, edit, now_ms)
        return plan_document(plan), plan.version

    def _set_state(self, principal: Principal, plan_id: str, state: PlanState, now_ms: int) -> PlanDocument:
        def change(course: Course) -> Course:
            plan = course.plan
            after = attended(plan) if state == "active" and plan.silent_since is not None else plan
            return replace(course, plan=_retimed(plan, replace(after, state=state), now_ms))

        return plan_document(self._update(principal, plan_id, change, now_ms))

    def _update(self, principal: Principal, plan_id: str, change: Callable[[Course], Course], now_ms: int) -> Plan:
        self._seen(principal, plan_id)
        return self.lifecycle.update(plan_id, change, now_ms).plan

    def _seen(self, principal: Principal, plan_id: str) -> Plan:
        return seen(self.lifecycle.repository.find(plan_id), principal)

    def _new_id(self, principal: Principal, request: PlanRequest, key: str | None) -> str:
        return request_id(
            "plan",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
        )


def _changes(request: PlanChangeRequest) -> dict[str, Any]:
    """Return the attributes that a request names."""
    changes: dict[str, Any] = {
        "medicine": request.medicine,
        "dose": request.dose,
        "home_zone": request.time_zone,
        "rule": request.rule and request.rule.rule(),
        "grace_ms": request.grace_minutes and request.grace_minutes * MINUTE_MS,
        "travel": request.travel,
        "local_zone": request.local_zone,
    }
    return {name: value for name, value in changes.items() if value is not None}


def _retimed(before: Plan, after: Plan, now_ms: int) -> Plan:
    """Return a changed plan with the dose that is due next by it. Raises WrongStateError once the plan has ended."""
    if after == before:
        return after
    if before.state == "ended":
        raise WrongStateError(_ENDED, before.state)
    timing = (after.rule, after.time_zone, after.state)
    return after if timing == (before.rule, before.time_zone, before.state) else rearmed(after, now_ms)
