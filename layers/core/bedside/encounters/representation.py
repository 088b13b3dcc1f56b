"""Response documents of encounters, as typed dictionaries, which cost nothing at run time."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired, TypedDict, cast

from bedside.encounters.chain import Entry
from bedside.encounters.encounter import Encounter, State
from bedside.encounters.events import ActorKind, EventKind
from bedside.kernel.instants import iso
from bedside.patients.patient import Patient


class EncounterDocument(TypedDict):
    """An encounter; instants in ISO 8601. That of a visit has its id, and starts at the agreed time.

    `patientId` is the patient's id where the encounter comes from: the EHR, our record, or the person who joins visits.
    `recordId` is that of our record, if there is one. `photoCount` are the photos that it has now.
    """

    encounterId: str
    kind: Literal["capture", "visit"]
    patientId: str | None
    recordId: str | None
    patientName: str | None
    startedAt: str
    endedAt: str | None
    state: State
    photoCount: int
    lastEventAt: str


class EncounterListDocument(TypedDict):
    encounters: list[EncounterDocument]
    cursor: str | None


class ActorDocument(TypedDict):
    """Who did something; `name` is absent for people without one, or of another facility by now."""

    kind: ActorKind
    userId: NotRequired[str]
    name: NotRequired[str]


class EventDocument(TypedDict):
    """One entry of a timeline. What it has besides depends on its `kind`.

    `imageId` for photos, `outcome` of a visit's end, `decision` on recording, `startsAt` of a booking, `version` of
    notes, `manner` of a consent and who has given it (`givenBy`), `phone` that joined, `count` of events that are
    missing.
    """

    sequence: int
    at: str
    kind: EventKind
    actor: ActorDocument
    imageId: NotRequired[str]
    outcome: NotRequired[str]
    decision: NotRequired[str]
    startsAt: NotRequired[str]
    version: NotRequired[int]
    manner: NotRequired[str]
    givenBy: NotRequired[str]
    phone: NotRequired[str]
    count: NotRequired[int]


class TimelineDocument(TypedDict):
    """An encounter with a part of its timeline, oldest first; `cursor` leads to the part after it."""

    encounter: EncounterDocument
    timeline: list[EventDocument]
    cursor: str | None


_DETAILS: Final = ("imageId", "outcome", "decision", "version", "manner", "givenBy", "phone", "count")


def encounter_document(encounter: Encounter, patient: Patient | None) -> EncounterDocument:
    """Return an encounter as calls answer with it; the record of its patient knows the name best."""
    return {
        "encounterId": encounter.encounter_id,
        "kind": encounter.kind,
        "patientId": encounter.patient_id,
        "recordId": patient.patient_id if patient else None,
        "patientName": patient.name if patient else encounter.patient_name,
        "startedAt": iso(encounter.started_at),
        "endedAt": None if encounter.ended_at is None else iso(encounter.ended_at),
        "state": encounter.state,
        "photoCount": encounter.photo_count,
        "lastEventAt": iso(encounter.last_event_at),
    }


def event_document(entry: Entry, names: Mapping[str, str]) -> EventDocument:
    """Return an entry as calls answer with it; `names` are those of people by their ids."""
    event = entry.event
    actor: dict[str, Any] = dict(event["actor"])
    if name := names.get(actor.get("userId", "")):
        actor["name"] = name
    document: dict[str, Any] = {
        "sequence": entry.sequence,
        "at": iso(event["at"]),
        "kind": event["kind"],
        "actor": actor,
        **{name: event[name] for name in _DETAILS if name in event},
    }
    if "startsAt" in event:
        document["startsAt"] = iso(event["startsAt"])
    return cast("EventDocument", document)
