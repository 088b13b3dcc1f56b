"""A capture session: the photos of one encounter, and its rules. No input or output here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.live.subscriptions import Subscriber

# A session's life is written at most this often, so that a hot call need not write at all.
TOUCH_INTERVAL_MS: Final = 10 * 60 * 1000
# A slot stays reserved this long after its upload link has died: the last byte may arrive late, and S3's event later.
SLOT_GRACE_MS: Final = 5 * 60 * 1000
# A session ends a day after it began, however active: the bucket keeps its photos no longer.
LONGEST_LIFE_MS: Final = 24 * 3600 * 1000
# Begins the name of the attribute with the draft of an image: no map has to be there before the first one.
DRAFT: Final = "draft:"


@dataclass(frozen=True, slots=True)
class Patient:
    """Whose encounter it is. The name and NHI are shown to whoever holds the phone, and to nobody else."""

    patient_id: str
    name: str | None = field(default=None, repr=False)
    nhi: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Image:
    """One photo.

    `sequence` is its place in the order of arrival, `revision` the session's count at its last change; `notified` once
    its phone has said that it is there, `silent` if it said nothing of it then, `corrected` once a clinician has.
    """

    image_id: str
    key: str
    sequence: int
    revision: int
    uploaded_at: int
    metadata: Mapping[str, Any]
    notified: bool
    corrected: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Connection:
    """A live connection; its ticket would have worked until `ticket_ends` (Unix ms)."""

    subscriber: Subscriber
    ticket_ends: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it stands in the record; instants are Unix milliseconds.

    `slots` has one entry per image that counts towards the limit: its sequence if it has arrived, or minus the instant
    until which its place is held. `drafts` are documents of what phones said of images while Redis was away. `started`
    tells one session from an earlier one of the same encounter.
    """

    key: str
    started: int
    open: bool
    encounter_id: str
    facility_id: str
    patient: Patient
    last_activity: int
    expires_at: int
    sequence: int
    revision: int
    slots: Mapping[str, int]
    images: Mapping[str, Image]
    deleted: frozenset[str]
    tokens: Mapping[str, int]
    tickets: Mapping[str, int]
    connections: Mapping[str, Connection]
    drafts: Mapping[str, Mapping[str, Any]]

    @property
    def ends_at(self) -> int:
        """When its life is over (Unix ms), unless somebody is active before, or ends it."""
        return min(self.expires_at, self.started + LONGEST_LIFE_MS)

    def alive(self, now_ms: int) -> bool:
        return self.open and self.ends_at > now_ms

    @property
    def image_count(self) -> int:
        return len(self.images)

    def arrived(self) -> list[Image]:
        """Return the images in the order in which they arrived."""
        return sorted(self.images.values(), key=lambda image: image.sequence)

    def lapsed_slots(self, now_ms: int) -> dict[str, int]:
        """Return the held places whose time is over, as they stand in `slots`."""
        return {image_id: slot for image_id, slot in self.slots.items() if slot < 0 and -slot <= now_ms}

    def lapsed_handles(self, now_ms: int) -> tuple[list[str], list[str]]:
        """Return the tokens and the tickets that no longer work."""
        tokens = [digest for digest, ends in self.tokens.items() if ends <= now_ms]
        tickets = [digest for digest, ends in self.tickets.items() if ends <= now_ms]
        return tokens, tickets


def needs_touch(expires_at: int, life_ms: int, now_ms: int) -> bool:
    """Tell whether the record's idea of the last activity is too old: more than a tenth of the life, 10 min at most."""
    return expires_at - life_ms + min(TOUCH_INTERVAL_MS, life_ms // 10) < now_ms


def session_from_record(item: Mapping[str, Any]) -> Session:
    """Return the session that a record item describes."""
    slots = {image_id: int(slot) for image_id, slot in item["slots"].items()}
    revisions = item["revisions"]
    images = {
        image_id: Image(
            image_id=image_id,
            key=image["key"],
            sequence=slots[image_id],
            revision=int(revisions[image_id]),
            uploaded_at=int(image["uploadedAt"]),
            metadata=image["metadata"],
            notified=image.get("notified", False),
            corrected=image.get("corrected", False),
            silent=image.get("silent", False),
        )
        for image_id, image in item["images"].items()
        if slots.get(image_id, 0) > 0
    }
    return Session(
        key=item["pk"],
        started=int(item["started"]),
        open=item["open"],
        encounter_id=item["encounterId"],
        facility_id=item["facilityId"],
        patient=Patient(item["patientId"], item.get("patientName"), item.get("patientNHI")),
        last_activity=int(item["lastActivity"]),
        expires_at=int(item["expiresAt"]),
        sequence=int(item["sequence"]),
        revision=int(item["revision"]),
        slots=slots,
        images=images,
        deleted=frozenset(item.get("deletedImages", ())),
        tokens={digest: int(ends) for digest, ends in item["tokens"].items()},
        tickets={digest: int(ticket["ends"]) for digest, ticket in _tickets(item, "tickets").items()},
        connections={
            connection: Connection(Subscriber(ticket["user"], ticket["family"]), int(ticket["ends"]))
            for connection, ticket in _tickets(item, "connections").items()
        },
        drafts={name.removeprefix(DRAFT): draft for name, draft in item.items() if name.startswith(DRAFT)},
    )


def _tickets(item: Mapping[str, Any], kind: str) -> dict[str, Mapping[str, Any]]:
    """Return the tickets, or what became of them, that say whose they are; version 0.1 wrote others."""
    return {name: ticket for name, ticket in item.get(kind, {}).items() if isinstance(ticket, Mapping)}


def patient_facts(facility_id: str, encounter_id: str, patient: Patient) -> dict[str, Any]:
    """Return the attributes of a session item that say whose session it is."""
    facts = {
        "facilityId": facility_id,
        "encounterId": encounter_id,
        "patientId": patient.patient_id,
        "patientName": patient.name,
        "patientNHI": patient.nhi,
    }
    return {name: value for name, value in facts.items() if value is not None}
