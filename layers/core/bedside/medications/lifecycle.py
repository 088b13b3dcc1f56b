"""Changes of plans, and the timers that look at them when doses may have been missed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.kernel.errors import UnavailableError
from bedside.medications.course import Course, advanced
from bedside.medications.dose_times import look_at
from bedside.medications.plan import Plan
from bedside.medications.repository import PlanRepository
from bedside.ports.scheduler import Scheduler

# The shortest delay of a timer: the schedule must be created before it fires.
_SOONEST_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class PlanLifecycle:
    """Updates plans and keeps a schedule for their next look. The sweeper makes up for lost ones.

    `on_failure` receives the name of a failed action and the error.
    """

    repository: PlanRepository
    scheduler: Scheduler
    on_failure: Callable[[str, UnavailableError], None]

    def create(self, plan: Plan, now_ms: int) -> bool:
        """Add a plan; False if one of this id exists. Raises UnavailableError."""
        created = self.repository.create(plan)
        self._schedule(plan, now_ms)
        return created

    def update(self, plan_id: str, change: Callable[[Course], Course], now_ms: int) -> Course:
        """Change a plan as it is now, and return what has come of it.

        Raises PlanNotFoundError, UnavailableError, and whatever `change` raises.
        """
        before, course = self.repository.update(plan_id, lambda plan: change(advanced(plan, now_ms)))
        if look_at(course.plan) != look_at(before):
            self._schedule(course.plan, now_ms)
        return course

    def advance(self, plan_id: str, now_ms: int) -> Plan:
        """Change a plan as time has. Raises PlanNotFoundError, UnavailableError."""
        return self.update(plan_id, lambda course: course, now_ms).plan

    def sweep(self, plan_id: str, now_ms: int) -> None:
        """Change a plan as time has, and ensure that its timer exists. Raises PlanNotFoundError, UnavailableError."""
        self._schedule(self.advance(plan_id, now_ms), now_ms)

    def _schedule(self, plan: Plan, now_ms: int) -> None:
        """Schedule the plan's next look. An earlier timer still fires, and finds nothing to do."""
        at = look_at(plan)
        if at is None:
            return
        payload = {"kind": "plan", "id": plan.plan_id}
        try:
            self.scheduler.put(f"plan-{plan.plan_id}-{at}", max(at, now_ms + _SOONEST_MS), payload)
        except UnavailableError as error:
            self.on_failure("plan", error)
