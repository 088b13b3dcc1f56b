"""The times of a plan's doses: when one can be answered, is missed, and is followed by the next. Pure."""

from typing import Final

from bedside.medications.plan import Dose, Plan
from bedside.medications.rules import HOUR_MS, MINUTE_MS, due_after, within

# Of the clocks of patients' devices, ahead of ours or behind it.
SKEW_MS: Final = MINUTE_MS
# So much before its time a dose can be answered, unless another one was due shortly before.
_EARLY_MS: Final = 2 * HOUR_MS


def lapses_at(plan: Plan, dose: Dose) -> int:
    """Return when an open dose is missed: when the plan's grace is over, or when the next dose is due."""
    over = max(dose.due_at, dose.snoozed_until or 0) + plan.grace_ms
    following = following_at(plan, dose)
    return over if following is None else min(over, following)


def following_at(plan: Plan, dose: Dose) -> int | None:
    """Return when the dose after an open one is due if nobody answers that, or None if it is the last."""
    return next_due(plan, dose.planned_at, dose.due_at)


def earliest_at(plan: Plan, dose: Dose) -> int:
    """Return from when on a dose can be answered.

    Hours count from the last dose, so that one of an interval is not taken before its time. By the clock it may be
    taken before, but always nearer to its own time than to that of the dose before.
    """
    if plan.rule.kind == "interval":
        return dose.due_at - SKEW_MS
    before = plan.last
    if before is None or before.due_at >= dose.due_at:
        return dose.due_at - _EARLY_MS
    return dose.due_at - min(_EARLY_MS, (dose.due_at - before.due_at) // 2)


def due_between(plan: Plan, ahead_ms: int) -> list[int]:
    """Return when doses are due by the clock after the open one, so far ahead; none of an interval, which waits."""
    if plan.open is None or plan.rule.kind == "interval":
        return []
    found: list[int] = []
    after = plan.open.planned_at
    while (due := next_due(plan, after, 0)) is not None and due <= plan.open.due_at + ahead_ms:
        found.append(due)
        after = due
    return found


def look_at(plan: Plan) -> int | None:
    """Return when time changes the plan next, or None if it does not."""
    if plan.open is None:
        return None
    return plan.open.snoozed_until if plan.open.state == "snoozed" else lapses_at(plan, plan.open)


def next_due(plan: Plan, after_ms: int, counted_from: int) -> int | None:
    """Return when the dose is due that comes after one planned for an instant; an interval counts from another."""
    rule = plan.rule
    if rule.kind == "interval":
        return within(rule, plan.time_zone, max(counted_from + rule.interval_ms, plan.not_before))
    return due_after(rule, plan.time_zone, max(after_ms, plan.not_before - 1))
