"""Response documents of plans and doses, as typed dictionaries: free at run time."""

from typing import Final, Literal, TypedDict

from bedside.kernel.instants import iso
from bedside.kernel.wall_clock import clock_time
from bedside.medications.adherence import Tally
from bedside.medications.course import UNDO_MS
from bedside.medications.dose_times import due_between, earliest_at
from bedside.medications.plan import Dose, Plan, PlanState, Travel
from bedside.medications.rules import HOUR_MS, MINUTE_MS, Kind
from bedside.medications.states import DoseState

# A page shows what else is due today.
_AHEAD_MS: Final = 24 * HOUR_MS


class RuleDocument(TypedDict):
    """When doses are due; of days 1 is Monday, times are on the clock of the plan's zone."""

    kind: Kind
    days: list[int]
    times: list[str]
    everyHours: int | None
    startsOn: str
    endsOn: str | None


class DoseDocument(TypedDict):
    """A dose: due now or later, snoozed until then, or taken, skipped or missed.

    One that was not answered can be from `earliestAt` on; an answer can be taken back until `undoUntil`. A dose was
    taken `late` if its plan's grace was over by then.
    """

    doseId: str
    dueAt: str
    state: DoseState
    takenAt: str | None
    late: bool
    snoozedUntil: str | None
    earliestAt: str | None
    undoUntil: str | None


class PlanDocument(TypedDict):
    """A plan of a medicine. `next` is its one dose that was not answered, `following` is what is due in a day after it.

    Nobody is reminded of its doses since `remindersPausedAt`, because nobody has answered for long.
    The rule's times are on the clock of `timeZone`, or of `localZone` for a patient who travels by local time.
    """

    planId: str
    version: int
    patientId: str
    medicine: str
    dose: str
    timeZone: str
    localZone: str | None
    travel: Travel
    rule: RuleDocument
    graceMinutes: int
    state: PlanState
    createdBy: Literal["patient", "clinician"]
    createdAt: str
    remindersPausedAt: str | None
    unansweredSince: str | None
    next: DoseDocument | None
    following: list[str]


class PlanListDocument(TypedDict):
    """A page of plans, the newest first, and the cursor of the next one; a page may be short, and even empty."""

    plans: list[PlanDocument]
    cursor: str | None


class AdherenceDocument(TypedDict):
    """What was taken of the doses of a week or month, by its first date; `adherence` in per cent."""

    startsOn: str
    taken: int
    skipped: int
    missed: int
    late: int
    adherence: int | None


class DoseListDocument(TypedDict):
    """Doses in order, with how many were taken; `late` ones are among those. `adherence` is in per cent."""

    doses: list[DoseDocument]
    taken: int
    skipped: int
    missed: int
    late: int
    adherence: int | None
    weeks: list[AdherenceDocument]
    months: list[AdherenceDocument]
    timeZone: str


class DoseAnswerDocument(TypedDict):
    """A dose as answered, and the plan's dose that is to be answered next."""

    doseId: str
    planId: str
    state: DoseState
    takenAt: str | None
    late: bool
    snoozedUntil: str | None
    undoUntil: str | None
    next: DoseDocument | None


def plan_document(plan: Plan) -> PlanDocument:
    """Return a plan as a document."""
    rule = plan.rule
    return {
        "planId": plan.plan_id,
        "version": plan.version,
        "patientId": plan.patient_id,
        "medicine": plan.medicine,
        "dose": plan.dose,
        "timeZone": plan.home_zone,
        "localZone": plan.local_zone,
        "travel": plan.travel,
        "rule": {
            "kind": rule.kind,
            "days": [day + 1 for day in rule.days],
            "times": [clock_time(minute) for minute in rule.minutes],
            "everyHours": rule.every_hours or None,
            "startsOn": rule.starts_on.isoformat(),
            "endsOn": rule.ends_on.isoformat() if rule.ends_on else None,
        },
        "graceMinutes": plan.grace_ms // MINUTE_MS,
        "state": plan.state,
        "createdBy": "patient" if plan.created_by == plan.patient_id else "clinician",
        "createdAt": iso(plan.created_at),
        "remindersPausedAt": _maybe(plan.silent_since),
        "unansweredSince": _maybe(plan.unanswered_since),
        "next": dose_document(plan, plan.open) if plan.open else None,
        "following": [iso(at) for at in due_between(plan, _AHEAD_MS)],
    }


def dose_document(plan: Plan, dose: Dose) -> DoseDocument:
    """Return a dose as a document."""
    return {
        "doseId": plan.dose_id(dose),
        "dueAt": iso(dose.due_at),
        "state": dose.state,
        "takenAt": _maybe(dose.taken_at),
        "late": dose.late,
        "snoozedUntil": _snoozed_until(dose),
        "earliestAt": iso(earliest_at(plan, dose)) if dose.is_open else None,
        "undoUntil": _undo_until(dose),
    }


def answer_document(plan: Plan, dose: Dose) -> DoseAnswerDocument:
    """Return what came of an answer as a document."""
    return {
        "doseId": plan.dose_id(dose),
        "planId": plan.plan_id,
        "state": dose.state,
        "takenAt": _maybe(dose.taken_at),
        "late": dose.late,
        "snoozedUntil": _snoozed_until(dose),
        "undoUntil": _undo_until(dose),
        "next": dose_document(plan, plan.open) if plan.open else None,
    }


def adherence_document(starts_on: str, tally: Tally) -> AdherenceDocument:
    """Return the tally of a week or a month as a document."""
    return {
        "startsOn": starts_on,
        "taken": tally.taken,
        "skipped": tally.skipped,
        "missed": tally.missed,
        "late": tally.late,
        "adherence": tally.percent,
    }


def _snoozed_until(dose: Dose) -> str | None:
    return _maybe(dose.snoozed_until) if dose.state == "snoozed" else None


def _undo_until(dose: Dose) -> str | None:
    return iso(dose.changed_at + UNDO_MS) if dose.state in {"taken", "skipped"} else None


def _maybe(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)
