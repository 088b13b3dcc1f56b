"""Video visits: what was recorded of one, what the clock has made of it since, and who is there."""

import os
from typing import Any, NamedTuple

from benchmarks.peers import callers, clients, limits, models, patients
from benchmarks.peers.callers import Caller
from benchmarks.peers.records import read
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.sessions import iso

_NO_SHOW_MS, _GRACE_MS, _WARNING_MS, _LIMIT_MS = (
    int(os.environ[f"BEDSIDE_{name}_SECONDS"]) * 1000 for name in ("NO_SHOW", "GRACE", "WARNING", "LIMIT")
)
_PARTIES = ("patient", "practitioner")
# By a visit's final step; steps not listed here are not final.
_OUTCOMES = {
    "end": "completed",
    "roomEnded": "completed",
    "left": "left",
    "graceOver": "connectionLost",
    "limitReached": "timeLimit",
    "notShown": "noShow",
    "cancel": "cancelled",
    "fail": "failed",
}

_UNDER_WAY = {"inProgress", "interrupted"}

type Item = dict[str, Any]


class _Deadline(NamedTuple):
    """When a visit that goes on as it does will end, and as what."""

    at: int
    cause: str
    state: str


def look(authorization: str | None, visit_id: str) -> tuple[models.Visit, dict[str, str]]:
    """Return a visit, if the caller may see it."""
    who, now = callers.signed_in(authorization), clients.now_ms()
    fields, _ = limits.count(limits.VISITS, who.user_id)
    found = document(_seen(visit_id, who), now)
    recorded = found.state in _UNDER_WAY and read(clients.visits, f"recording#{visit_id}") is not None
    patient = patients.tied(found.facility_id, found.patient_id)
    more = {"patient_name": patient["name"], "patient_record_id": patient["patientId"]} if patient else {}
    # A patient is told only of notes that were released.
    told = found.notes_state if found.facility_id == who.works_at or found.notes_state == "released" else "none"
    return found.model_copy(update={"recording": recorded, "notes_state": told, **more}), fields


def document(item: Item, now: int) -> models.Visit:
    """Return a visit in its current state."""
    history = _history(item, now)
    last = history[-1] if history else None
    state, began = last["to"] if last else "scheduled", item["beganAt"]
    over = last is not None and last["cause"] in _OUTCOMES
    waits, runs = not over and began is None, not over and began is not None
    return models.Visit(
        visit_id=item["pk"],
        facility_id=item["facilityId"],
        patient_id=item["patientId"],
        practitioner_id=item["practitionerId"],
        patient_name=item["patientName"],
        practitioner_name=item["practitionerName"],
        starts_at=iso(int(item["startsAt"])),
        duration_minutes=item["durationMinutes"],
        sequence=item.get("sequence", 0),
        audio_only={
            party: one["missing"]
            for party, one in item.get("pictures", {}).items()
            if one["missing"] and not over and _there(item["joinings"], party, now)
        },
        state=state,
        present=[party for party in _PARTIES if not over and _there(item["joinings"], party, now)],
        left=[party for party in _PARTIES if not over and _left(item["joinings"], party, now)],
        did_not_show=_missing(item) if state == "noShow" else [],
        waiting_since=_instant(last["at"] if last and state == "waiting" else None),
        no_show_at=_instant(item["startsAt"] + _NO_SHOW_MS if waits else None),
        started_at=_instant(began),
        warning_at=_instant(began + _WARNING_MS if runs else None),
        limit_at=_instant(began + _LIMIT_MS if runs else None),
        return_by=_instant(_deadline(item, history).at if state == "interrupted" else None),
        ended_at=_instant(_ended(history) if over else None),
        outcome=_OUTCOMES[last["cause"]] if last and over else None,
        server_time=iso(now),
        notes_state=item.get("notesState", "none"),
        history=[models.Step.model_validate({**step, "at": iso(int(step["at"]))}) for step in history],
    )


def _seen(visit_id: str, who: Caller) -> Item:
    item = read(clients.visits, visit_id)
    # The table holds more than visits.
    if item is None or "startsAt" not in item:
        raise Refusal(404, "visit-not-found")
    if item["patientId"] != who.user_id and item["facilityId"] != who.works_at:
        raise Refusal(404, "visit-not-found")
    return item


def _history(item: Item, now: int) -> list[Item]:
    """Return the recorded steps, and the one that follows from the time."""
    history = list(item["history"])
    if history and history[-1]["cause"] in _OUTCOMES:
        return history
    due = _deadline(item, history)
    if due.at > now:
        return history
    source = history[-1]["to"] if history else "scheduled"
    return [*history, {"at": due.at, "cause": due.cause, "from": source, "to": due.state, "by": "clock"}]


def _deadline(item: Item, history: list[Item]) -> _Deadline:
    if item["beganAt"] is None:
        return _Deadline(item["startsAt"] + _NO_SHOW_MS, "notShown", "noShow")
    limit = _Deadline(item["beganAt"] + _LIMIT_MS, "limitReached", "timedOut")
    if history[-1]["to"] != "interrupted":
        return limit
    at, joinings = int(history[-1]["at"]) + _GRACE_MS, item["joinings"]
    grace = _Deadline(at, "graceOver", "timedOut")
    patient_left = _there(joinings, "practitioner", at) and _left(joinings, "patient", at)
    if _left(joinings, "practitioner", at) or patient_left:
        grace = _Deadline(at, "left", "completed")
    return grace if grace.at < limit.at else limit


def _ended(history: list[Item]) -> int:
    """Return the end: a visit that somebody left, or lost the connection to, ended at that moment."""
    last = history[-1]
    return int(history[-2]["at"] if last["cause"] in {"graceOver", "left"} else last["at"])


def _there(joinings: dict[str, Item], party: str, now: int) -> bool:
    """Return whether a person is present: they joined, and have a connection left."""
    own = sorted((each for each in joinings.values() if each["party"] == party), key=lambda each: each["at"])
    for number, joining in enumerate(own, 1):
        if not joining["peers"] and number == len(own):
            return True
        if any(peer["leftAt"] is None or peer["leftAt"] > now for peer in joining["peers"].values()):
            return True
    return False


def _left(joinings: dict[str, Item], party: str, at: int) -> bool:
    """Return whether a person is absent because they chose to leave."""
    if _there(joinings, party, at):
        return False
    ended = [
        (int(peer["leftAt"]), bool(peer["leftByChoice"]))
        for joining in joinings.values()
        if joining["party"] == party
        for peer in joining["peers"].values()
        if peer["leftAt"] is not None
    ]
    return bool(ended) and max(ended)[1]


def _missing(item: Item) -> list[str]:
    """Return who did not come, or else who was not there when the visit was given up."""
    at, joinings = int(item["startsAt"]) + _NO_SHOW_MS, item["joinings"]
    came = {joining["party"] for joining in joinings.values() if joining["at"] < at}
    never = [party for party in _PARTIES if party not in came]
    return never or [party for party in _PARTIES if not _there(joinings, party, at - 1)]


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(int(at))
