"""A plan of a medicine: what a patient takes, when, and how its doses stand. No I/O."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bedside.medications.rules import Rule
from bedside.medications.states import OPEN, DoseState

type PlanState = Literal["active", "paused", "ended"]
# Whose clock the times are on, when the patient travels: that of home, or that of where they are.
type Travel = Literal["home", "local"]


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose; instants in Unix ms.

    `planned_at` is when it was due at first, and names it. `due_at` is another instant if an interval was counted anew,
    from an earlier dose that was entered later. `changed_at` is when its state last changed. `taken_at` is when it was
    taken, as the patient says, and `late` whether that was after the plan's grace. It was snoozed `snoozes` times, last
    for `snooze_minutes`.
    """

    planned_at: int
    due_at: int
    state: DoseState = "due"
    changed_at: int = 0
    taken_at: int | None = None
    late: bool = False
    snoozed_until: int | None = None
    snooze_minutes: int = 0
    snoozes: int = 0

    @property
    def key(self) -> str:
        """The dose's name within its plan, which sorts by time."""
        return dose_key(self.planned_at)

    @property
    def is_open(self) -> bool:
        """Whether the dose has not been answered, nor missed."""
        return self.state in OPEN

    @property
    def counts_from(self) -> int:
        """From when an interval counts the hours to the next dose."""
        return self.due_at if self.taken_at is None else self.taken_at


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; instants in Unix ms.

    `chart_id` is the patient's in the facility's directory, if a clinician made the plan.
    `home_zone` is the zone of the rule; `local_zone` where the patient is, if they travel by local time. `open` is the
    one dose that has not been answered, due now or later, and `last` the latest of the others. `missed` are those that
    were missed lately, in order, of which people may still have to be told. An interval counts the hours from
    `counted_from`. After a change of the rule or the zone no dose is due before `not_before`. `version`
    counts what people change, `revision` also what answers and time do. No closed dose is named later than
    `named_until`. Nobody has answered since the dose that was due at `unanswered_since`; once that is so for long, the
    plan is `silent_since` an instant: its doses go on, and nobody is reminded of them.
    """

    plan_id: str
    facility_id: str | None
    patient_id: str
    created_at: int
    created_by: str
    medicine: str = field(repr=False)
    dose: str = field(repr=False)
    rule: Rule
    home_zone: str
    grace_ms: int
    travel: Travel = "home"
    local_zone: str | None = None
    state: PlanState = "active"
    version: int = 1
    revision: int = 1
    open: Dose | None = None
    last: Dose | None = None
    missed: tuple[Dose, ...] = ()
    counted_from: int | None = None
    not_before: int = 0
    named_until: int = 0
    unanswered_since: int | None = None
    silent_since: int | None = None
    chart_id: str | None = None

    @property
    def time_zone(self) -> str:
        """The zone on whose clock the rule's times are now."""
        return self.local_zone if self.travel == "local" and self.local_zone else self.home_zone

    def dose_id(self, dose: Dose) -> str:
        """Return the id of one of the plan's doses, which names both."""
        return f"{self.plan_id}.{dose.key}"


def split_dose_id(dose_id: str) -> tuple[str, str]:
    """Return the plan and the name within it that a dose's id is made of; some plan's, or nobody's."""
    plan_id, _, key = dose_id.partition(".")
    return plan_id, key


def dose_key(planned_at: int) -> str:
    """Return the name, within its plan, of the dose that is planned for an instant."""
    return f"{datetime.fromtimestamp(planned_at / 1000, UTC):%Y%m%dT%H%M%S}"
