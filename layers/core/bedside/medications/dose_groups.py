"""Doses of a patient's plans that come at the same minute: people are told of them in one message. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bedside.medications.plan import Dose, Plan
from bedside.medications.rules import MINUTE_MS

# Medicines that a text names; a push message has no room for forty.
_MOST_NAMED: Final = 5
# Doses that can be answered on one notification, whose link names them.
_MOST_LINKED: Final = 3


@dataclass(frozen=True, slots=True)
class DoseGroup:
    """Doses with their plans, and a name that each of them gives to the group."""

    name: str
    members: tuple[tuple[Plan, Dose], ...]

    @property
    def fields(self) -> dict[str, str | int]:
        """What texts need: the medicine and dose of one, and how many there are and which."""
        plan, _ = self.members[0]
        named = [f"{each.medicine} ({each.dose})" for each, _ in self.members[:_MOST_NAMED]]
        more = ["…"] if len(self.members) > _MOST_NAMED else []
        return {
            "medicine": plan.medicine,
            "dose": plan.dose,
            "count": len(self.members),
            "all": ", ".join([*named, *more]),
        }

    @property
    def link(self) -> str:
        """The part of a page's address that says which doses to show; they can be answered on the notification."""
        ids = [plan.dose_id(dose) for plan, dose in self.members]
        return f"#dose={','.join(ids)}" if len(ids) <= _MOST_LINKED else self.short_link

    @property
    def short_link(self) -> str:
        """The same for a text message, on which nothing can be answered: when several doses are due, not which."""
        plan, dose = self.members[0]
        return f"#dose={plan.dose_id(dose)}" if len(self.members) == 1 else f"#at={told_at(dose)}"


def told_at(dose: Dose) -> int:
    """Return when (Unix ms) the patient is told that an open dose is due, or due again."""
    # Also once it has become due again, which may be before the dispatcher asks.
    return dose.snoozed_until or dose.due_at


def due_group(plan: Plan, dose: Dose, others: Sequence[Plan]) -> DoseGroup:
    """Return an open dose of a plan with those of the patient's other plans that are told at the same minute."""
    minute = _minute(told_at(dose))
    together = [
        (other, other.open)
        for other in others
        if other.open and other.plan_id != plan.plan_id and _minute(told_at(other.open)) == minute
    ]
    return DoseGroup(f"due@{minute}", _ordered([(plan, dose), *together]))


def missed_group(plan: Plan, dose: Dose, others: Sequence[Plan]) -> DoseGroup:
    """Return a missed dose of a plan with those of the others that were due, and were missed, at the same minutes."""
    minutes = _minute(dose.due_at), _minute(dose.changed_at)
    together = [
        (other, missed)
        for other in others
        for missed in other.missed
        if other.plan_id != plan.plan_id and (_minute(missed.due_at), _minute(missed.changed_at)) == minutes
    ]
    return DoseGroup(f"missed@{minutes[0]}@{minutes[1]}", _ordered([(plan, dose), *together]))


def _minute(at_ms: int) -> int:
    return at_ms // MINUTE_MS


def _ordered(members: Sequence[tuple[Plan, Dose]]) -> tuple[tuple[Plan, Dose], ...]:
    return tuple(sorted(members, key=lambda each: (each[0].medicine.casefold(), each[0].plan_id)))
