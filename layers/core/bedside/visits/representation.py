"""Response documents of visits, as typed dictionaries, which cost nothing at run time."""

from typing import Literal, NotRequired, TypedDict, cast

from bedside.kernel.instants import iso
from bedside.live.publisher import InvitationDocument
from bedside.ports.video import Party
from bedside.visits.audio_only import AudioOnlyReason, audio_only
from bedside.visits.consent import ConsentDecision, ConsentState, consent_state
from bedside.visits.model import Visit, with_facts
from bedside.visits.notes.model import NotesState
from bedside.visits.presence import PARTIES, did_not_show, has_left, present, stays
from bedside.visits.states import Cause, State
from bedside.visits.summary import Outcome, summary
from bedside.visits.timeline import TimeLimits, timeline

__all__ = ["InvitationDocument"]

# "from" is a keyword in Python, so this needs the functional syntax.
StepDocument = TypedDict("StepDocument", {"at": str, "cause": Cause, "from": State, "to": State, "by": str})


class ConsentDocument(TypedDict):
    """A request to record the visit, or the patient's answer."""

    at: str
    by: str
    decision: ConsentDecision


class AudioOnlyDocument(TypedDict):
    """Why there is no picture of somebody who is in the call."""

    patient: NotRequired[AudioOnlyReason]
    practitioner: NotRequired[AudioOnlyReason]


class VisitDocument(TypedDict):
    """A visit as of `serverTime`; instants in ISO 8601. Lists omit `history` and `consents`.

    `patientRecordId` is the patient's id in the directory, if they are tied to a patient there.

    `left` are those who are away by choice, and `didNotShow` those who missed a visit that did not take place.
    `recordingConsent` is the latest of `consents`. Only reading a single visit tells whether a `recording` runs.
    `sequence` counts how often the visit was rescheduled; it is the ETag of the agreed time, and its SEQUENCE in
    calendars.
    `notesState` says how far the practitioner's notes are; patients are told only of notes that are "released".
    `serviceName` is what the patient booked, if they booked it themselves.
    """

    visitId: str
    facilityId: str
    patientId: str
    practitionerId: str
    patientName: str | None
    practitionerName: str | None
    startsAt: str
    durationMinutes: int
    sequence: int
    state: State
    present: list[Party]
    left: list[Party]
    audioOnly: AudioOnlyDocument
    didNotShow: list[Party]
    waitingSince: str | None
    noShowAt: str | None
    startedAt: str | None
    warningAt: str | None
    limitAt: str | None
    returnBy: str | None
    endedAt: str | None
    outcome: Outcome | None
    serverTime: str
    recordingConsent: ConsentState
    notesState: NotesState
    patientRecordId: NotRequired[str]
    serviceName: NotRequired[str]
    recording: NotRequired[bool]
    history: NotRequired[list[StepDocument]]
    consents: NotRequired[list[ConsentDocument]]


class VisitListDocument(TypedDict):
    visits: list[VisitDocument]
    cursor: str | None
    serverTime: str


class PractitionerDocument(TypedDict):
    userId: str
    name: str | None


class PractitionerListDocument(TypedDict):
    """A page of practitioners; it may be empty although there is a `cursor`."""

    practitioners: list[PractitionerDocument]
    cursor: str | None


class RoomDocument(TypedDict):
    """The room to embed; `url` contains the placeholder "{token}"."""

    roomId: str
    url: str
    role: Party


class JoinedDocument(TypedDict):
    visit: VisitDocument
    room: RoomDocument
    tokenUrl: str


class RtcTokenDocument(TypedDict):
    rtcToken: str
    expiresIn: int


type RecordingStateName = Literal["starting", "running", "stopping", "processing", "copying", "completed", "failed"]


class RecordingStateDocument(TypedDict):
    state: RecordingStateName


class RecordingStartDocument(TypedDict):
    """The recording's state, or "awaitingConsent" while nothing is recorded because the patient was asked first."""

    state: RecordingStateName | Literal["awaitingConsent"]


class RecordingPartDocument(TypedDict):
    state: RecordingStateName
    downloadUrl: NotRequired[str]
    sha256: NotRequired[str]
    sizeBytes: NotRequired[int]
    durationSeconds: NotRequired[int]


class RecordingDocument(TypedDict):
    """A recording and its parts; the top-level fields describe the newest finished part."""

    state: RecordingStateName
    parts: list[RecordingPartDocument]
    downloadUrl: NotRequired[str]
    sha256: NotRequired[str]
    sizeBytes: NotRequired[int]
    durationSeconds: NotRequired[int]
    failure: NotRequired[str]


class RecordingSummary(TypedDict):
    recorded: bool
    recordingState: RecordingStateName | None


class NamedConsentDocument(TypedDict):
    """A request to record the visit, or the patient's answer; `name` is that of who asked or answered."""

    at: str
    by: Party
    name: str | None
    decision: ConsentDecision


class SummaryDocument(RecordingSummary):
    """A visit that is over; `recordingConsents` are all requests and answers, oldest first."""

    doctorName: str | None
    patientName: str | None
    startedAt: str | None
    endedAt: str | None
    durationSeconds: int
    outcome: Outcome
    recordingConsents: list[NamedConsentDocument]


def visit_document(visit: Visit, rules: TimeLimits, now_ms: int, *, history: bool = True) -> VisitDocument:
    """Return the visit as of `now_ms` (Unix ms), including steps that are due but not yet recorded."""
    visit = with_facts(visit, visit.facts, rules, now_ms)
    found = timeline(visit.facts, rules, now_ms)
    ongoing, begun = visit.ongoing, visit.ongoing and found.began_at is not None
    ended = None if ongoing else summary(visit, rules)
    joinings = visit.facts.joinings.values()
    document: VisitDocument = {
        "visitId": visit.visit_id,
        "facilityId": visit.facility_id,
        "patientId": visit.patient_id,
        "practitionerId": visit.practitioner_id,
        "patientName": visit.patient_name,
        "practitionerName": visit.practitioner_name,
        "startsAt": iso(visit.facts.starts_at),
        "durationMinutes": visit.duration_minutes,
        "sequence": visit.sequence,
        "state": visit.state,
        "present": [party for party in PARTIES if ongoing and present(stays(joinings, party), now_ms)],
        "left": [party for party in PARTIES if ongoing and has_left(stays(joinings, party), now_ms)],
        "audioOnly": _audio_only(visit, now_ms),
        "didNotShow": (
            did_not_show(joinings, visit.facts.starts_at + rules.no_show_ms, visit.facts.rescheduled_at or 0)
            if visit.state == "noShow"
            else []
        ),
        "waitingSince": _instant(visit.history[-1].at if visit.state == "waiting" else None),
        "noShowAt": _instant(visit.facts.starts_at + rules.no_show_ms if ongoing and not begun else None),
        "startedAt": _instant(ended.began_at if ended else found.began_at),
        "warningAt": _instant(found.began_at + rules.warning_ms if begun and found.began_at is not None else None),
        "limitAt": _instant(found.began_at + rules.limit_ms if begun and found.began_at is not None else None),
        "returnBy": _instant(found.due_at if visit.state == "interrupted" else None),
        "endedAt": _instant((ended.ended_at or visit.history[-1].at) if ended else None),
        "outcome": ended.outcome if ended else None,
        "serverTime": iso(now_ms),
        "recordingConsent": consent_state(visit.facts.consents),
        "notesState": visit.notes_state,
    }
    if visit.patient_record_id:
        document["patientRecordId"] = visit.patient_record_id
    if visit.service_name:
        document["serviceName"] = visit.service_name
    if history:
        document["consents"] = [
            {"at": iso(one.at), "by": one.by, "decision": one.decision} for one in visit.facts.consents
        ]
        document["history"] = [
            {"at": iso(step.at), "cause": step.cause, "from": step.source, "to": step.target, "by": step.by}
            for step in visit.history
        ]
    return document


def consent_documents(visit: Visit) -> list[NamedConsentDocument]:
    """Return who asked for, allowed or refused a recording, and when."""
    return [
        {
            "at": iso(one.at),
            "by": "patient" if one.by == visit.patient_id else "practitioner",
            "name": visit.patient_name if one.by == visit.patient_id else visit.practitioner_name,
            "decision": one.decision,
        }
        for one in visit.facts.consents
    ]


def _audio_only(visit: Visit, now_ms: int) -> AudioOnlyDocument:
    found, joinings = audio_only(visit.facts.pictures), visit.facts.joinings.values()
    here = {
        party: reason for party, reason in found.items() if visit.ongoing and present(stays(joinings, party), now_ms)
    }
    return cast("AudioOnlyDocument", here)


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)
