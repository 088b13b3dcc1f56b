"""A visit as the contract spells it."""

from typing import Any

from bedside.kernel.instants import iso
from bedside.visits.model import Visit, with_facts
from bedside.visits.presence import present, stays
from bedside.visits.summary import summary
from bedside.visits.timeline import TimeLimits, timeline


def visit_document(visit: Visit, rules: TimeLimits, now_ms: int, *, history: bool = True) -> dict[str, Any]:
    """Return the visit as it stands `now` (Unix ms): what is due by the clock has happened, whether noted or not."""
    visit = with_facts(visit, visit.facts, rules, now_ms)
    found = timeline(visit.facts, rules, now_ms)
    going_on, begun = visit.going_on, visit.going_on and found.began_at is not None
    ended = None if going_on else summary(visit, rules)
    joinings = visit.facts.joinings.values()
    document: dict[str, Any] = {
        "visitId": visit.visit_id,
        "facilityId": visit.facility_id,
        "patientId": visit.patient_id,
        "practitionerId": visit.practitioner_id,
        "patientName": visit.patient_name,
        "practitionerName": visit.practitioner_name,
        "startsAt": iso(visit.facts.starts_at),
        "durationMinutes": visit.duration_minutes,
        "state": visit.state,
        "present": [
            party for party in ("patient", "practitioner") if going_on and present(stays(joinings, party), now_ms)
        ],
        "waitingSince": _instant(visit.history[-1].at if visit.state == "waiting" else None),
        "noShowAt": _instant(visit.facts.starts_at + rules.no_show_ms if going_on and not begun else None),
        "startedAt": _instant(ended.began_at if ended else found.began_at),
        "warningAt": _instant(found.began_at + rules.warning_ms if begun and found.began_at is not None else None),
        "limitAt": _instant(found.began_at + rules.limit_ms if begun and found.began_at is not None else None),
        "returnBy": _instant(found.due_at if visit.state == "interrupted" else None),
        "endedAt": _instant((ended.ended_at or visit.history[-1].at) if ended else None),
        "outcome": ended.outcome if ended else None,
        "serverTime": iso(now_ms),
    }
    if history:
        document["history"] = [
            {"at": iso(step.at), "cause": step.cause, "from": step.source, "to": step.target, "by": step.by}
            for step in visit.history
        ]
    return document


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)
