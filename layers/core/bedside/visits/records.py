"""Visits as DynamoDB items."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bedside.encounters.events import event, user
from bedside.encounters.outbox import first_events
from bedside.platform.due_index import shard_of
from bedside.visits.audio_only import Picture
from bedside.visits.consent import Consent
from bedside.visits.facts import Decision, VisitFacts
from bedside.visits.model import Visit
from bedside.visits.presence import Joining, Peer
from bedside.visits.timeline import Step, TimeLimits, timeline

# Visits in the index of items that are due.
KIND: Final = "visit"


def new_record(visit: Visit, by: str, rules: TimeLimits, now_ms: int) -> dict[str, Any]:
    """Return the item of a visit that somebody books."""
    return {
        "pk": visit.visit_id,
        "facilityId": visit.facility_id,
        "patientId": visit.patient_id,
        "practitionerId": visit.practitioner_id,
        "patientName": visit.patient_name,
        "practitionerName": visit.practitioner_name,
        **appointment_attributes(visit),
        "createdAt": now_ms,
        "createdBy": by,
        "buffers": list(visit.buffers),
        "serviceName": visit.service_name,
        "bookingId": visit.booking_id,
        "revision": 0,
        "notedAt": [],
        "encounterId": visit.visit_id,
        **first_events(0, event("visit-booked", now_ms, user(by), startsAt=visit.facts.starts_at)),
        **mutable_attributes(visit, rules, now_ms),
    }


def appointment_attributes(visit: Visit) -> dict[str, Any]:
    """Return the attributes that rescheduling changes, beside those of any update."""
    return {
        "startsAt": visit.facts.starts_at,
        "durationMinutes": visit.duration_minutes,
        "sequence": visit.sequence,
        "rescheduledAt": visit.facts.rescheduled_at,
    }


def mutable_attributes(visit: Visit, rules: TimeLimits, now_ms: int) -> dict[str, Any]:
    """Return the attributes that updates change."""
    due_at = timeline(visit.facts, rules, now_ms).due_at if visit.ongoing else None
    if visit.cleanup_pending:
        due_at = now_ms
    return {
        "state": visit.state,
        "history": [
            {"at": step.at, "cause": step.cause, "from": step.source, "to": step.target, "by": step.by}
            for step in visit.history
        ],
        "joinings": {
            name: {
                "party": joining.party,
                "at": joining.at,
                "peers": {
                    peer_id: {
                        "joinedAt": peer.joined_at,
                        "leftAt": peer.left_at,
                        "leftByChoice": peer.left_by_choice,
                    }
                    for peer_id, peer in joining.peers.items()
                },
            }
            for name, joining in visit.facts.joinings.items()
        },
        "decisions": [
            {
                "cause": decision.cause,
                "at": decision.at,
                "by": decision.by,
                "laterMs": decision.later_ms,
                "reason": decision.reason,
            }
            for decision in visit.facts.decisions
        ],
        "pictures": {party: {"at": one.at, "missing": one.missing} for party, one in visit.facts.pictures.items()},
        "consents": [{"at": one.at, "by": one.by, "decision": one.decision} for one in visit.facts.consents],
        "beganAt": visit.facts.began_at,
        "roomId": visit.facts.room_id,
        "unsettled": visit.cleanup_pending,
        **({"waits": shard_of(KIND, visit.visit_id), "dueAt": due_at} if due_at is not None else {}),
    }


def visit_from_record(item: Mapping[str, Any]) -> Visit:
    """Return the visit stored in a DynamoDB item."""
    facts = VisitFacts(
        item["startsAt"],
        {
            name: Joining(
                joining["party"],
                joining["at"],
                {
                    peer_id: Peer(peer["joinedAt"], peer["leftAt"], peer.get("leftByChoice", False))
                    for peer_id, peer in joining["peers"].items()
                },
            )
            for name, joining in item["joinings"].items()
        },
        tuple(
            Decision(decision["cause"], decision["at"], decision["by"], decision["laterMs"], decision["reason"])
            for decision in item["decisions"]
        ),
        item["beganAt"],
        item["roomId"],
        # Missing from visits that were booked before patients were asked.
        tuple(Consent(one["at"], one["by"], one["decision"]) for one in item.get("consents", ())),
        item.get("rescheduledAt"),
        {party: Picture(one["at"], one["missing"]) for party, one in item.get("pictures", {}).items()},
    )
    return Visit(
        item["pk"],
        item["facilityId"],
        item["patientId"],
        item["practitionerId"],
        item["durationMinutes"],
        facts,
        item["state"],
        tuple(Step(step["at"], step["cause"], step["from"], step["to"], step["by"]) for step in item["history"]),
        item["patientName"],
        item["practitionerName"],
        item["unsettled"],
        # Missing from visits that were booked before they could be rescheduled.
        sequence=int(item.get("sequence", 0)),
        # Missing until something is written, and from visits whose notes were written before it was kept here.
        notes_state=item.get("notesState", "none"),
        # Missing from visits that were booked before buffers.
        buffers=_buffers(item.get("buffers", (0, 0))),
        # None of visits that staff booked; missing from those before services had names here.
        service_name=item.get("serviceName"),
        # Missing from visits that were booked before bookings followed them.
        booking_id=item.get("bookingId"),
    )


def _buffers(stored: Sequence[Any]) -> tuple[int, int]:
    before, after = stored
    return int(before), int(after)
