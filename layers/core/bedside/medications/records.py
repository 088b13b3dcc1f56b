"""Plans and doses as DynamoDB items. No I/O.

- `plan#{planId}` with the sort key `plan` is the plan with its open dose, the last one that was closed,
  and those that were missed lately.
- `plan#{planId}` with the sort key `dose#{key}` is a closed dose; keys sort by time.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.medications.dose_times import look_at
from bedside.medications.plan import Dose, Plan, dose_key
from bedside.medications.rules import Rule
from bedside.platform.due_index import shard_of

# Plans in the index of items that are due.
KIND: Final = "plan"
PLAN: Final = "plan"
_KEY: Final = "plan#"
_DOSE: Final = "dose#"


def plan_key(plan_id: str) -> str:
    """Return the partition of a plan and its doses."""
    return f"{_KEY}{plan_id}"


def plan_of(key: str) -> str:
    """Return the id of the plan whose partition this is."""
    return key.removeprefix(_KEY)


def dose_sort_key(key: str) -> str:
    """Return the sort key of a closed dose, by its name within the plan."""
    return f"{_DOSE}{key}"


def doses_between(first_ms: int, last_ms: int) -> tuple[str, str]:
    """Return the first and the last sort key of closed doses that were planned between two instants."""
    return dose_sort_key(dose_key(first_ms)), dose_sort_key(dose_key(last_ms))


def plan_item(plan: Plan) -> Item:
    """Return the item of a plan, with its place in the index of those that time will change."""
    at = look_at(plan)
    return {
        "pk": plan_key(plan.plan_id),
        "sk": PLAN,
        "plansOf": plan.patient_id,
        "createdAt": plan.created_at,
        "createdBy": plan.created_by,
        "facilityId": plan.facility_id,
        "medicine": plan.medicine,
        "dose": plan.dose,
        "rule": _rule_record(plan.rule),
        "homeZone": plan.home_zone,
        "localZone": plan.local_zone,
        "travel": plan.travel,
        "graceMs": plan.grace_ms,
        "state": plan.state,
        "version": plan.version,
        "revision": plan.revision,
        "open": _dose_record(plan.open) if plan.open else None,
        "last": _dose_record(plan.last) if plan.last else None,
        "missed": [_dose_record(dose) for dose in plan.missed],
        "countedFrom": plan.counted_from,
        "notBefore": plan.not_before,
        "namedUntil": plan.named_until,
        "unansweredSince": plan.unanswered_since,
        "silentSince": plan.silent_since,
        "chartId": plan.chart_id,
        **({"waits": shard_of(KIND, plan_key(plan.plan_id)), "dueAt": at} if at is not None else {}),
    }


def plan_from_item(item: Mapping[str, Any]) -> Plan:
    """Return the plan stored in an item."""
    return Plan(
        plan_id=plan_of(item["pk"]),
        facility_id=item["facilityId"],
        patient_id=item["plansOf"],
        created_at=item["createdAt"],
        created_by=item["createdBy"],
        medicine=item["medicine"],
        dose=item["dose"],
        rule=_rule(item["rule"]),
        home_zone=item["homeZone"],
        grace_ms=item["graceMs"],
        travel=item["travel"],
        local_zone=item["localZone"],
        state=item["state"],
        version=item["version"],
        revision=item["revision"],
        open=_dose(item["open"]) if item["open"] else None,
        last=_dose(item["last"]) if item["last"] else None,
        missed=tuple(_dose(one) for one in item.get("missed", ())),
        counted_from=item["countedFrom"],
        not_before=item["notBefore"],
        named_until=item["namedUntil"],
        unanswered_since=item.get("unansweredSince"),
        silent_since=item.get("silentSince"),
        chart_id=item.get("chartId"),
    )


def dose_item(plan: Plan, dose: Dose) -> Item:
    """Return the item of a closed dose of a plan."""
    return {
        "pk": plan_key(plan.plan_id),
        "sk": dose_sort_key(dose.key),
        "facilityId": plan.facility_id,
        **_dose_record(dose),
    }


def dose_from_item(item: Mapping[str, Any]) -> Dose:
    """Return the dose stored in an item."""
    return _dose(item)


def _dose_record(dose: Dose) -> dict[str, Any]:
    return {
        "plannedAt": dose.planned_at,
        "doseDueAt": dose.due_at,
        "state": dose.state,
        "changedAt": dose.changed_at,
        "takenAt": dose.taken_at,
        "late": dose.late,
        "snoozedUntil": dose.snoozed_until,
        "snoozeMinutes": dose.snooze_minutes,
        "snoozes": dose.snoozes,
    }


def _dose(item: Mapping[str, Any]) -> Dose:
    return Dose(
        planned_at=item["plannedAt"],
        due_at=item["doseDueAt"],
        state=item["state"],
        changed_at=item["changedAt"],
        taken_at=item["takenAt"],
        late=item["late"],
        snoozed_until=item["snoozedUntil"],
        snooze_minutes=item["snoozeMinutes"],
        snoozes=item["snoozes"],
    )


def _rule_record(rule: Rule) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "startsOn": rule.starts_on.isoformat(),
        "endsOn": rule.ends_on.isoformat() if rule.ends_on else None,
        "days": list(rule.days),
        "minutes": list(rule.minutes),
        "everyHours": rule.every_hours,
    }


def _rule(record: Mapping[str, Any]) -> Rule:
    ends_on = record["endsOn"]
    return Rule(
        record["kind"],
        date.fromisoformat(record["startsOn"]),
        date.fromisoformat(ends_on) if ends_on else None,
        tuple(record["days"]),
        tuple(record["minutes"]),
        record["everyHours"],
    )
