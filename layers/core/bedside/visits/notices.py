"""What the two people of a visit should be told of it, as far as it is known now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.dynamodb import Table
from bedside.ports.notices import Notice
from bedside.ports.video import Party
from bedside.visits.model import Visit
from bedside.visits.presence import PARTIES, did_not_show, stays
from bedside.visits.recordings.repository import RecordingRepository
from bedside.visits.records import visit_from_record
from bedside.visits.timeline import TimeLimits
from bedside.visits.workflows import HOUR_MS, MINUTE_MS

_ROOM_OPEN_MS: Final = 5 * MINUTE_MS
_WAITS_MS: Final = 3 * MINUTE_MS
_RECORDING: Final = "recording#"
_PAGES: Final[Mapping[Party, str]] = {"patient": "/my-visits", "practitioner": "/visit"}
_OTHER: Final[Mapping[Party, Party]] = {"patient": "practitioner", "practitioner": "patient"}


@dataclass(frozen=True, slots=True)
class VisitNotices:
    """Notices of visits. A visit that moves has other reminders, whose occurrence is its start."""

    table: Table
    rules: TimeLimits

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the id of the visit that a changed item is, or None."""
        return str(item["pk"]) if "joinings" in item and "startsAt" in item else None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return what the two people of a visit should be told. Raises UnavailableError."""
        item = self.table.get(subject_id)
        if item is None or self.subject_in(item) is None:
            return []
        booked_at, booked_by = int(item.get("createdAt", 0)), str(item.get("createdBy", ""))
        return list(_notices(visit_from_record(item), booked_at, booked_by, self.rules))


@dataclass(frozen=True, slots=True)
class RecordingNotices:
    """Notices of recordings, for practitioners: they see them."""

    recordings: RecordingRepository
    table: Table

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the id of the visit whose recording a changed item is, or None."""
        key = str(item.get("pk", ""))
        return key.removeprefix(_RECORDING) if key.startswith(_RECORDING) else None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return that a recording can be watched, once all of it can. Raises UnavailableError."""
        recording = self.recordings.find(subject_id)
        if recording is None or recording.state != "completed":
            return []
        item = self.table.get(subject_id)
        if item is None:
            return []
        visit = visit_from_record(item)
        at = max(part.asked_at for part in recording.parts)
        return [_notice(visit, "practitioner", "visit-recorded", at, str(len(recording.parts)), kind="recording")]


def _notices(visit: Visit, booked_at: int, booked_by: str, rules: TimeLimits) -> Iterator[Notice]:
    """Yield what follows from how a visit stands: one kind of it after the other."""
    starts_at = visit.facts.starts_at
    over_at, start = starts_at + rules.no_show_ms, str(starts_at)
    moved_at = visit.facts.rescheduled_at
    # Also when it moves back to a time that was told before: the last message has to be true.
    move = f"{start}@{moved_at}"
    if visit.state in {"scheduled", "waiting"}:
        if moved_at is not None:
            for party in PARTIES:
                yield _notice(visit, party, "visit-moved", moved_at, move, until=starts_at)
        elif booked_by != visit.patient_id and visit.booking_id is None:
            yield _notice(visit, "patient", "visit-booked", booked_at, "booked", until=starts_at)
        yield from _reminders(visit, booked_at if moved_at is None else moved_at)
    if visit.state == "waiting":
        yield from _waiting(visit, over_at)
    if visit.state == "cancelled":
        yield from _cancelled(visit, over_at)
    if visit.state == "noShow":
        yield from _missed(visit, over_at)


def _reminders(visit: Visit, known_since: int) -> Iterator[Notice]:
    """Yield the reminders whose time had not passed when both people's time was agreed on."""
    starts_at = visit.facts.starts_at
    for workflow, before in (("visit-reminder-day", 24 * HOUR_MS), ("visit-reminder-hour", HOUR_MS)):
        if known_since <= starts_at - before:
            yield _notice(visit, "patient", workflow, starts_at - before, str(starts_at), until=starts_at)
    opens_at = max(known_since, starts_at - _ROOM_OPEN_MS)
    yield _notice(visit, "patient", "visit-room-open", opens_at, str(starts_at), until=starts_at)
    yield _notice(visit, "practitioner", "visit-starts", opens_at, str(starts_at), until=starts_at)


def _waiting(visit: Visit, over_at: int) -> Iterator[Notice]:
    """Yield that one of the two waits, for the other one who has not come."""
    starts_at = visit.facts.starts_at
    for party in PARTIES:
        if not stays(visit.facts.joinings.values(), party):
            who = "visit-clinician-waits" if party == "patient" else "visit-patient-waits"
            yield _notice(visit, party, who, starts_at + _WAITS_MS, str(starts_at), until=over_at)


def _cancelled(visit: Visit, over_at: int) -> Iterator[Notice]:
    """Yield that a visit is cancelled, for those who did not cancel it."""
    decision = next(one for one in reversed(visit.facts.decisions) if one.cause == "cancel")
    for party in PARTIES:
        if decision.by != _person(visit, party):
            yield _notice(visit, party, "visit-cancelled", decision.at, "cancelled", until=over_at)


def _missed(visit: Visit, over_at: int) -> Iterator[Notice]:
    """Yield what a patient is told who has waited in vain, or who did not come."""
    missing = did_not_show(visit.facts.joinings.values(), over_at, visit.facts.rescheduled_at or 0)
    if "practitioner" in missing and "patient" not in missing:
        yield _notice(visit, "patient", "visit-clinician-missed", over_at, str(visit.facts.starts_at), link="/book")
    if missing == ["patient"]:
        yield _notice(visit, "patient", "visit-missed", over_at, str(visit.facts.starts_at), link="/book")


def _notice(
    visit: Visit,
    party: Party,
    workflow: str,
    send_at: int,
    occurrence: str,
    *,
    until: int | None = None,
    link: str | None = None,
    kind: str = "visit",
) -> Notice:
    names = {"patient": visit.patient_name, "practitioner": visit.practitioner_name}
    return Notice(
        workflow=workflow,
        recipient=_person(visit, party),
        subject_kind=kind,
        subject_id=visit.visit_id,
        occurrence=occurrence,
        send_at=send_at,
        fields={"startsAt": visit.facts.starts_at, "name": names[_OTHER[party]] or ""},
        link=link or f"{_PAGES[party]}#v={visit.visit_id}",
        facility_id=visit.facility_id,
        until=until,
    )


def _person(visit: Visit, party: Party) -> str:
    return visit.patient_id if party == "patient" else visit.practitioner_id
