"""The course of a plan: how answers and time change its doses, and which dose comes next. Pure.

Every function returns the plan as it is then, with the doses that are to be written or erased with it.
"""

from dataclasses import dataclass, replace
from typing import Final

from bedside.medications.dose_times import lapses_at, next_due
from bedside.medications.plan import Dose, Plan
from bedside.medications.rules import HOUR_MS, MINUTE_MS, first_due
from bedside.medications.states import Cause, transition

UNDO_MS: Final = 10 * MINUTE_MS
# Later, nobody knows any more what they took.
ENTRY_MS: Final = 7 * 24 * HOUR_MS
# Names of doses tell seconds apart.
_NAME_MS: Final = 1000
# Doses that one look marks as missed, after an outage; the next look goes on.
_MOST_LAPSED: Final = 50
# So long people can still be told that a dose was missed, and of so many doses.
_TOLD_MS: Final = 6 * HOUR_MS
_MOST_TOLD: Final = 12
# A clinical decision: after so many days without an answer, reminders only teach people to ignore them. See ADR 0020.
UNANSWERED_DAYS: Final = 14
_UNANSWERED_MS: Final = UNANSWERED_DAYS * 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Course:
    """A plan, the doses to write beside it, and those to erase because they are open again."""

    plan: Plan
    closed: tuple[Dose, ...] = ()
    reopened: tuple[Dose, ...] = ()

    def find(self, key: str) -> Dose | None:
        """Return the dose of this name, if it is open or has just been closed."""
        doses = (self.plan.open, *reversed(self.closed))
        return next((dose for dose in doses if dose and dose.key == key), None)


def begun(plan: Plan, now_ms: int) -> Plan:
    """Return a new plan with its first dose."""
    first = first_due(plan.rule, plan.time_zone, now_ms)
    return replace(plan, open=None if first is None else Dose(first, first, changed_at=now_ms))


def advanced(plan: Plan, now_ms: int) -> Course:
    """Return the course after the changes that time has brought: snoozed doses are due again, others missed."""
    closed: list[Dose] = []
    while (dose := plan.open) and len(closed) < _MOST_LAPSED:
        if dose.state == "snoozed" and dose.snoozed_until is not None and now_ms >= dose.snoozed_until:
            plan = replace(plan, open=_moved(dose, "awoken", dose.snoozed_until))
        elif dose.state == "due" and now_ms >= lapses_at(plan, dose):
            missed = _moved(dose, "lapsed", lapses_at(plan, dose))
            closed.append(missed)
            plan = _closing(plan, missed)
        else:
            break
    return Course(plan, tuple(closed))


def taken(course: Course, dose: Dose, at_ms: int, now_ms: int) -> Course:
    """Return the course once the patient took a dose at an instant. Raises WrongStateError."""
    late = at_ms > dose.due_at + course.plan.grace_ms and at_ms > (dose.snoozed_until or 0) + course.plan.grace_ms
    return _answered(course, replace(_moved(dose, "taken", now_ms), taken_at=at_ms, late=late))


def skipped(course: Course, dose: Dose, now_ms: int) -> Course:
    """Return the course once the patient left out a dose. Raises WrongStateError."""
    return _answered(course, _moved(dose, "skipped", now_ms))


def snoozed(course: Course, dose: Dose, minutes: int, now_ms: int) -> Course:
    """Return the course once the patient will be told again in so many minutes. Raises WrongStateError."""
    after = replace(
        _moved(dose, "snoozed", now_ms),
        snoozed_until=now_ms + minutes * MINUTE_MS,
        snooze_minutes=minutes,
        snoozes=dose.snoozes + 1,
    )
    return replace(course, plan=attended(replace(course.plan, open=after)))


def attended(plan: Plan) -> Plan:
    """Return a plan of which somebody is reminded again, because somebody has looked after it."""
    return replace(plan, unanswered_since=None, silent_since=None)


def undone(course: Course, dose: Dose, now_ms: int) -> Course:
    """Return the course without a dose's answer: due as before, or missed if its time is over.

    Raises WrongStateError.
    """
    plan = course.plan
    again = replace(dose, state="due", taken_at=None, late=False)
    is_last = plan.last is not None and plan.last.key == dose.key
    if is_last and plan.state == "active" and now_ms < lapses_at(plan, again):
        opened = replace(again, state=transition(dose.state, "undone").target, changed_at=now_ms)
        counted_from = dose.due_at - plan.rule.interval_ms if plan.rule.kind == "interval" else None
        named_until = dose.planned_at - _NAME_MS
        after = replace(plan, open=opened, last=None, counted_from=counted_from, named_until=named_until)
        return Course(after, course.closed, (*course.reopened, dose))
    missed = replace(again, state=transition(dose.state, "undoneLate").target, changed_at=now_ms)
    return _entered(course, missed)


def rearmed(plan: Plan, now_ms: int) -> Plan:
    """Return a plan whose rule, zone or state has changed, with the dose that is due next by them.

    A dose that is due already stays, until it is answered or missed, or the plan ends. The next one comes at the
    earliest half of the rule's shortest gap later, so that nobody who changes a rule or a zone takes two doses for one.
    """
    if plan.state == "ended":
        return replace(plan, open=None)
    kept = plan.open if plan.open and plan.open.due_at <= now_ms else None
    reached = [dose.counts_from for dose in (plan.last, kept) if dose]
    reached += [dose.due_at for dose in (plan.last, kept) if dose]
    gap_ms = 0 if plan.rule.kind == "interval" else plan.rule.shortest_gap_ms // 2
    not_before = max([now_ms, *(at + gap_ms for at in reached)])
    plan = attended(replace(plan, not_before=not_before, open=kept))
    if kept or plan.state != "active":
        return plan
    if plan.last is None and plan.counted_from is None:
        return begun(plan, now_ms)
    return replace(plan, open=_next(plan, plan.last.planned_at if plan.last else 0, now_ms))


def _moved(dose: Dose, cause: Cause, at_ms: int) -> Dose:
    return replace(dose, state=transition(dose.state, cause).target, changed_at=at_ms)


def _answered(course: Course, after: Dose) -> Course:
    """Return the course with a dose's answer, whether the dose was open or had been missed."""
    plan = course.plan
    if plan.open is None or plan.open.key != after.key:
        return _entered(course, after)
    return replace(course, plan=_closing(plan, after), closed=(*course.closed, after))


def _entered(course: Course, after: Dose) -> Course:
    """Return the course with a changed dose that had been closed; an interval counts from it anew."""
    plan = course.plan
    closed = (*(dose for dose in course.closed if dose.key != after.key), after)
    if plan.last and plan.last.key == after.key:
        plan = replace(plan, last=after)
    plan = _heard(replace(plan, missed=_missed_lately(plan, after)), after)
    if plan.rule.kind == "interval" and plan.counted_from is not None:
        last = plan.last.counts_from if plan.last else plan.counted_from
        plan = replace(plan, counted_from=max(last, after.counts_from))
        if plan.open and (due := next_due(plan, 0, plan.counted_from or 0)) != plan.open.due_at:
            moved = replace(plan.open, state="due", due_at=due, snoozed_until=None) if due else None
            plan = replace(plan, open=moved)
    return replace(course, plan=plan, closed=closed)


def _closing(plan: Plan, after: Dose) -> Plan:
    """Return the plan once its open dose is closed, with the next one."""
    named_until = max(plan.named_until, after.planned_at)
    missed = _missed_lately(plan, after)
    plan = replace(plan, open=None, last=after, missed=missed, counted_from=after.counts_from, named_until=named_until)
    plan = _heard(plan, after)
    if plan.state != "active":
        return plan
    return replace(plan, open=_next(plan, after.planned_at, after.changed_at))


def _heard(plan: Plan, after: Dose) -> Plan:
    """Return a plan once a dose was answered, or was missed like those before it."""
    if after.state != "missed":
        return attended(plan)
    since = after.due_at if plan.unanswered_since is None else plan.unanswered_since
    silent = after.changed_at if after.changed_at - since >= _UNANSWERED_MS else None
    return replace(plan, unanswered_since=since, silent_since=plan.silent_since or silent)


def _missed_lately(plan: Plan, after: Dose) -> tuple[Dose, ...]:
    """Return the missed doses that people may still be told of, once a dose is closed or changed."""
    others = [dose for dose in plan.missed if dose.key != after.key]
    missed = sorted([*others, after] if after.state == "missed" else others, key=lambda dose: dose.key)
    return tuple(dose for dose in missed if dose.changed_at > after.changed_at - _TOLD_MS)[-_MOST_TOLD:]


def _next(plan: Plan, after_ms: int, now_ms: int) -> Dose | None:
    due = next_due(plan, after_ms, plan.counted_from or 0)
    # The hours of an interval may be counted anew, from earlier: then one dose takes the time that another is named by.
    return None if due is None else Dose(max(due, plan.named_until + _NAME_MS), due, changed_at=now_ms)
