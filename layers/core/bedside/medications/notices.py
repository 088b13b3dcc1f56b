"""What people should be told of a plan as it stands now: that a clinician made it, what is due, and what was missed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bedside.kernel.wall_clock import WallClock
from bedside.medications.circle import Circle
from bedside.medications.circle_repository import CircleRepository
from bedside.medications.course import UNANSWERED_DAYS
from bedside.medications.dose_groups import DoseGroup, due_group, missed_group, told_at
from bedside.medications.dose_times import lapses_at
from bedside.medications.plan import Dose, Plan
from bedside.medications.records import PLAN, plan_of
from bedside.medications.repository import PlanRepository
from bedside.ports.notices import Notice

_PAGE: Final = "/medicines"


@dataclass(frozen=True, slots=True)
class PlanNotices:
    """Notices of plans. A dose that is snoozed or moves has another one, whose occurrence is its instant."""

    repository: PlanRepository
    circles: CircleRepository

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the id of the plan that a changed item is, or None. Doses change with their plan."""
        return plan_of(str(item["pk"])) if item.get("sk") == PLAN and "plansOf" in item else None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return what people should be told of a plan; nothing while it is paused. Raises UnavailableError."""
        plan = self.repository.find(subject_id)
        if plan is None or plan.state != "active":
            return []
        circle = self.circles.find(plan.patient_id) if plan.missed or plan.silent_since else None
        if plan.silent_since is not None:
            return list(_silence(plan, circle, plan.silent_since))
        others = self.repository.list_current(plan.patient_id) if plan.open or plan.missed else []
        reminded = [each for each in others if each.state == "active" and each.silent_since is None]
        return list(_notices(plan, circle, reminded))


def _silence(plan: Plan, circle: Circle | None, since: int) -> Iterator[Notice]:
    """Yield that nobody is reminded any more: also to those to whom silence would say that all is well."""
    what: dict[str, str | int] = {"medicine": plan.medicine, "count": UNANSWERED_DAYS}
    yield _notice(plan, "reminders-paused", plan.patient_id, f"silent@{since}", since, what)
    if plan.created_by != plan.patient_id:
        told = _notice(plan, "reminders-paused-clinician", plan.created_by, f"silent@{since}", since, what)
        yield replace(told, link=f"/patient?id={plan.chart_id}" if plan.chart_id else "/directory")
    for care in circle.accepted_since(since) if circle else ():
        about: dict[str, str | int] = {
            "name": (circle.patient_name if circle else None) or "",
            "count": UNANSWERED_DAYS,
        }
        yield _notice(plan, "reminders-paused-carer", care.carer_id, f"silent@{since}", since, about)


def _notices(plan: Plan, circle: Circle | None, others: Sequence[Plan]) -> Iterator[Notice]:
    if plan.created_by != plan.patient_id:
        what = {"medicine": plan.medicine, "dose": plan.dose}
        yield _notice(plan, "plan-new", plan.patient_id, "new", plan.created_at, what)
    if plan.open:
        yield _due(plan, plan.open, due_group(plan, plan.open, others))
    for missed in plan.missed:
        group = missed_group(plan, missed, others)
        # On the clock of the plan, wherever its reader is.
        time = {"time": WallClock(plan.time_zone).time_at(missed.due_at)}
        told = _notice(plan, "dose-missed", plan.patient_id, missed.key, missed.changed_at, time | group.fields)
        yield replace(told, together=group.name)
        for care in circle.accepted_since(missed.changed_at) if circle else ():
            about = time | {"name": circle.patient_name or "" if circle else ""}
            told = _notice(plan, "dose-missed-carer", care.carer_id, missed.key, missed.changed_at, about)
            yield replace(told, together=f"{group.name}@{plan.patient_id}")


def _due(plan: Plan, dose: Dose, group: DoseGroup) -> Notice:
    """Return that a dose is due, or due again.

    A time of the clock was chosen, so it is told in quiet hours too. Hours that are counted may end in them: that is
    told once they are over, unless the dose would have been missed by then.
    """
    chosen = plan.rule.kind != "interval" or dose.snoozed_until is not None
    return Notice(
        workflow="dose-due",
        recipient=plan.patient_id,
        subject_kind="plan",
        subject_id=plan.plan_id,
        occurrence=f"{dose.key}@{told_at(dose)}",
        send_at=told_at(dose),
        fields=group.fields,
        # Whoever taps the notification can answer on it.
        link=f"{_PAGE}{group.link}",
        short_link=f"{_PAGE}{group.short_link}",
        facility_id=plan.facility_id,
        until=lapses_at(plan, dose),
        at_chosen_time=chosen,
        together=group.name,
    )


def _notice(
    plan: Plan, workflow: str, recipient: str, occurrence: str, send_at: int, fields: Mapping[str, str | int]
) -> Notice:
    return Notice(
        workflow=workflow,
        recipient=recipient,
        subject_kind="plan",
        subject_id=plan.plan_id,
        occurrence=occurrence,
        send_at=send_at,
        fields=fields,
        # A carer does not see the plan.
        link="/inbox" if workflow.endswith("-carer") else _PAGE,
        facility_id=plan.facility_id,
        about=plan.patient_id,
    )
