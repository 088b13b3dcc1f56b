"""Doses of plans: how their patients answer them, and which they have taken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, TooLateError
from bedside.kernel.wall_clock import WallClock
from bedside.medications.access import seen
from bedside.medications.adherence import by_month, by_week, tally
from bedside.medications.course import (
    ENTRY_MS,
    UNDO_MS,
    Course,
    advanced,
    skipped,
    snoozed,
    taken,
    undone,
)
from bedside.medications.dose_times import SKEW_MS, earliest_at, following_at
from bedside.medications.errors import DoseNotFoundError, PlanNotFoundError, TooEarlyError
from bedside.medications.lifecycle import PlanLifecycle
from bedside.medications.plan import Dose, split_dose_id
from bedside.medications.representation import (
    DoseAnswerDocument,
    DoseListDocument,
    adherence_document,
    answer_document,
    dose_document,
)
from bedside.medications.requests import DosesRequest, SnoozeRequest, TakenRequest
from bedside.medications.rules import HOUR_MS, MINUTE_MS

_DAY: Final = timedelta(days=1)
# A dose of an interval may be due so much later or earlier than it was planned for, at most.
_APART_MS: Final = 14 * 24 * HOUR_MS
_TOO_EARLY: Final = "This dose is not due yet."

type Answer = Callable[[Course, Dose], Course]


@dataclass(frozen=True, slots=True)
class Doses:
    """Answers of patients to their doses. A repeated answer changes nothing, and gets the same answer."""

    lifecycle: PlanLifecycle

    def list_doses(self, principal: Principal, plan_id: str, request: DosesRequest, now_ms: int) -> DoseListDocument:
        """Return a plan's doses that are due on some dates, and how many of them were taken.

        Raises PlanNotFoundError, UnavailableError.
        """
        repository = self.lifecycle.repository
        stored = seen(repository.find(plan_id), principal)
        course = advanced(stored, now_ms)
        plan, clock = course.plan, WallClock(course.plan.time_zone)
        first = clock.reaches(date.fromisoformat(request.first), 0)
        end = clock.reaches(date.fromisoformat(request.last) + _DAY, 0)
        apart = _APART_MS if plan.rule.kind == "interval" else 0
        found = {dose.key: dose for dose in repository.list_doses(plan_id, first - apart, end + apart)}
        # What time has closed may not be written yet.
        found |= {dose.key: dose for dose in course.closed}
        if plan.open:
            found[plan.open.key] = plan.open
        doses = sorted((dose for dose in found.values() if first <= dose.due_at < end), key=lambda dose: dose.due_at)
        closed = [dose for dose in doses if not dose.is_open]
        total, weeks, months = tally(closed), by_week(closed, plan.time_zone), by_month(closed, plan.time_zone)
        return {
            "doses": [dose_document(plan, dose) for dose in doses],
            "taken": total.taken,
            "skipped": total.skipped,
            "missed": total.missed,
            "late": total.late,
            "adherence": total.percent,
            "weeks": [adherence_document(first.isoformat(), one) for first, one in weeks.items()],
            "months": [adherence_document(first.isoformat(), one) for first, one in months.items()],
            "timeZone": plan.time_zone,
        }

    def taken(self, principal: Principal, dose_id: str, request: TakenRequest, now_ms: int) -> DoseAnswerDocument:
        """Say that a dose was taken, now or at an instant before, such as when the device was offline.

        Raises DoseNotFoundError, ForbiddenError, InvalidRequestError, TooEarlyError, TooLateError, WrongStateError,
        UnavailableError.
        """
        at = now_ms if request.at is None else round(request.at.timestamp() * 1000)
        if at > now_ms + SKEW_MS:
            raise InvalidRequestError([FieldFault("at", "This must not be in the future.", "future")])
        at = min(at, now_ms)

        def answer(course: Course, dose: Dose) -> Course:
            if dose.state == "taken":
                return course
            _require_in_time(course, dose, at, now_ms)
            return taken(course, dose, at, now_ms)

        return self._answer(principal, dose_id, answer, now_ms)

    def skipped(self, principal: Principal, dose_id: str, now_ms: int) -> DoseAnswerDocument:
        """Say that a dose was left out; raises like `taken`."""

        def answer(course: Course, dose: Dose) -> Course:
            if dose.state == "skipped":
                return course
            _require_in_time(course, dose, now_ms, now_ms)
            return skipped(course, dose, now_ms)

        return self._answer(principal, dose_id, answer, now_ms)

    def snooze(self, principal: Principal, dose_id: str, request: SnoozeRequest, now_ms: int) -> DoseAnswerDocument:
        """Let a dose that is due be due again in some minutes, before the next one is; raises like `taken`."""
        until = now_ms + request.minutes * MINUTE_MS

        def answer(course: Course, dose: Dose) -> Course:
            if dose.state == "snoozed" and dose.snooze_minutes == request.minutes:
                return course
            if dose.is_open:
                if now_ms < dose.due_at - SKEW_MS:
                    raise TooEarlyError(_TOO_EARLY)
                following = following_at(course.plan, dose)
                if following is not None and until >= following:
                    raise InvalidRequestError([FieldFault("minutes", "By then the next dose is due.", "next-dose")])
            return snoozed(course, dose, request.minutes, now_ms)

        return self._answer(principal, dose_id, answer, now_ms)

    def undo(self, principal: Principal, dose_id: str, now_ms: int) -> DoseAnswerDocument:
        """Take an answer back within ten minutes; raises like `taken`."""

        def answer(course: Course, dose: Dose) -> Course:
            if dose.state in {"due", "missed"}:
                return course
            if dose.state != "snoozed" and now_ms > dose.changed_at + UNDO_MS:
                raise TooLateError("An answer can be taken back for ten minutes.")
            return undone(course, dose, now_ms)

        return self._answer(principal, dose_id, answer, now_ms)

    def _answer(self, principal: Principal, dose_id: str, answer: Answer, now_ms: int) -> DoseAnswerDocument:
        plan_id, key = split_dose_id(dose_id)
        repository = self.lifecycle.repository
        try:
            plan = seen(repository.find(plan_id), principal)
        except PlanNotFoundError as error:
            raise DoseNotFoundError("There is no such dose.") from error
        if plan.patient_id != principal.user_id:
            raise ForbiddenError("Only the patient answers doses.")

        def find(course: Course) -> Dose:
            dose = course.find(key) or repository.find_dose(plan_id, key)
            if dose is None:
                raise DoseNotFoundError("There is no such dose.")
            return dose

        course = self.lifecycle.update(plan_id, lambda course: answer(course, find(course)), now_ms)
        return answer_document(course.plan, find(course))


def _require_in_time(course: Course, dose: Dose, at_ms: int, now_ms: int) -> None:
    """Raise TooEarlyError or TooLateError unless a dose can have been answered at an instant."""
    if at_ms < earliest_at(course.plan, dose):
        raise TooEarlyError(_TOO_EARLY)
    if now_ms > dose.due_at + ENTRY_MS:
        raise TooLateError("A dose can be entered for a week.")
