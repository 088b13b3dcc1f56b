"""Plans and their doses in DynamoDB: every change writes the plan on condition of its revision, so none is lost."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.kernel.errors import UnavailableError
from bedside.medications.course import Course
from bedside.medications.errors import PlanNotFoundError
from bedside.medications.plan import Dose, Plan
from bedside.medications.records import (
    KIND,
    PLAN,
    dose_from_item,
    dose_item,
    dose_sort_key,
    doses_between,
    plan_from_item,
    plan_item,
    plan_key,
    plan_of,
)
from bedside.platform.due_index import DueIndex

PAGE: Final = 50
_DOSES_AT_ONCE: Final = 500
# Pages of plans of one patient, most of which have ended.
_PAGES: Final = 5
_ID_LENGTH: Final = 64
# Each failed try means that somebody else has changed the plan in these milliseconds.
_TRIES: Final = 5

type Changed = Callable[[Plan], Course]


@dataclass(frozen=True, slots=True)
class PlanRepository:
    """Plans of all patients; callers must check access to what they read. Methods raise UnavailableError."""

    table: Table

    def find(self, plan_id: str) -> Plan | None:
        """Return a plan, or None."""
        item = self.table.get(plan_key(plan_id), PLAN) if len(plan_id) <= _ID_LENGTH else None
        return plan_from_item(item) if item else None

    def get(self, plan_id: str) -> Plan:
        """Return a plan. Raises PlanNotFoundError."""
        plan = self.find(plan_id)
        if plan is None:
            raise PlanNotFoundError("There is no such plan.")
        return plan

    def create(self, plan: Plan) -> bool:
        """Add a plan; False if one of this id exists."""
        try:
            transact(self.table.put_change(plan_item(plan), condition="attribute_not_exists(#pk)"))
        except ConditionFailedError:
            return False
        return True

    def save(self, before: Plan, course: Course) -> Plan | None:
        """Store a plan as the revision after `before`, with the doses of its course; None if that is not current."""
        after = replace(course.plan, revision=before.revision + 1)
        seen = {"seen": before.revision}
        changes = [self.table.put_change(plan_item(after), condition="#revision = :seen", values=seen)]
        changes += [
            self.table.put_change(
                dose_item(after, dose),
                condition="attribute_not_exists(#changedAt) OR #changedAt <= :at",
                values={"at": dose.changed_at},
            )
            for dose in course.closed
        ]
        changes += [
            self.table.delete_change(plan_key(after.plan_id), dose_sort_key(dose.key)) for dose in course.reopened
        ]
        try:
            transact(*changes)
        except ConditionFailedError:
            return None
        return after

    def update(self, plan_id: str, change: Changed) -> tuple[Plan, Course]:
        """Change a plan and its doses, and return the plan before, and its course; writes nothing if nothing changes.

        Raises PlanNotFoundError, and whatever `change` raises.
        """
        for _ in range(_TRIES):
            before = self.get(plan_id)
            course = change(before)
            if course == Course(before):
                return before, course
            if after := self.save(before, course):
                return before, replace(course, plan=after)
        raise UnavailableError("The plan is being changed by others.")

    def find_dose(self, plan_id: str, key: str) -> Dose | None:
        """Return a closed dose of a plan, or None."""
        item = self.table.get(plan_key(plan_id), dose_sort_key(key)) if len(key) <= _ID_LENGTH else None
        return dose_from_item(item) if item else None

    def list_doses(self, plan_id: str, first_ms: int, last_ms: int) -> Iterator[Dose]:
        """Yield the closed doses of a plan that were planned between two instants, in order."""
        within, after = doses_between(first_ms, last_ms), None
        while True:
            items, after = self.table.query(plan_key(plan_id), within, limit=_DOSES_AT_ONCE, after=after)
            yield from map(dose_from_item, items)
            if after is None:
                return

    def list_by_patient(self, patient_id: str, cursor: Item | None) -> tuple[list[Plan], Item | None]:
        """Return a page of a patient's plans, the newest first, as they are now, and the place of the next page."""
        after = {"plansOf": patient_id, "sk": PLAN, **cursor} if cursor else None
        items, more = self.table.page(
            "plans-of-patient", "plansOf", patient_id, limit=PAGE, after=after, descending=True
        )
        # The index lags behind what somebody has just answered.
        current = (
            {item["pk"]: item for item in self.table.get_many([(item["pk"], PLAN) for item in items])} if items else {}
        )
        place = {name: more[name] for name in ("pk", "createdAt")} if more else None
        return [plan_from_item(current[item["pk"]]) for item in items if item["pk"] in current], place

    def list_current(self, patient_id: str) -> list[Plan]:
        """Return a patient's plans but for those that have ended; the newest may be missing for a moment."""
        found: list[Plan] = []
        place: Item | None = None
        for _ in range(_PAGES):
            plans, place = self.list_by_patient(patient_id, place)
            found += [plan for plan in plans if plan.state != "ended"]
            if place is None:
                break
        return found

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` plans that time has changed, longest due first."""
        return [plan_of(key) for key in DueIndex(self.table, KIND).due(now_ms, limit)]

    def postpone(self, plan_id: str, now_ms: int, until_ms: int) -> None:
        """Let a plan that cannot be looked at wait until later, so that it does not block the plans behind it."""
        item = self.table.get(plan_key(plan_id), PLAN)
        if item is None or not int(item.get("dueAt", until_ms)) <= now_ms:
            return
        with suppress(ConditionFailedError):
            values = {"seen": item["revision"]}
            self.table.put({**item, "dueAt": until_ms}, condition="#revision = :seen", values=values)
