"""Capture sessions, with the photos of one encounter, and their rules. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.capture.patient import Patient, patient_of
from bedside.capture.taken import Taken, read_taken
from bedside.live.subscriptions import Subscriber

# A session's last activity is written at most this often, so that most hot calls write nothing.
TOUCH_INTERVAL_MS: Final = 10 * 60 * 1000
# A slot stays reserved this long after its link has expired: an upload may finish late, and S3's event arrive later.
SLOT_GRACE_MS: Final = 5 * 60 * 1000
# A session ends after a day, however active, because the bucket deletes its photos then.
LONGEST_LIFE_MS: Final = 24 * 3600 * 1000
# After this many deletions a session takes no more photos: it keeps their ids, and a write costs by the item's size.
MAX_DELETED: Final = 200
# Prefix of attributes with drafts: unlike a map's entry, an attribute can be written without creating a map first.
DRAFT: Final = "draft:"
# Prefix of attributes with the number of unsent photos of a phone, likewise.
UNSENT: Final = "unsent:"


@dataclass(frozen=True, slots=True)
class Image:
    """One photo.

    `sequence` is its number in order of arrival (but see `Session.heir_of`), `revision` the session's revision at its
    last change. `notified`: the phone has reported it; `silent`: that report had no metadata; `corrected`: a clinician
    has changed its metadata; `taken`: when the phone says that it took it.
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
    taken: Taken | None = None

    @property
    def taken_at(self) -> int:
        """The instant (Unix ms) at which it was taken, or arrived, if the phone does not say."""
        return self.taken.at if self.taken else self.uploaded_at

    @property
    def taken_order(self) -> int:
        """Its place among photos taken at the same instant."""
        return self.taken.order if self.taken else 0


@dataclass(frozen=True, slots=True)
class Connection:
    """A live connection; its ticket was valid until `ticket_ends` (Unix ms)."""

    subscriber: Subscriber
    ticket_ends: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session as stored in DynamoDB; instants are Unix milliseconds.

    `slots` has an entry for each image that counts towards the limit: its sequence number if it has arrived, or the
    negated instant until which its place is held. `drafts` holds metadata drafts received while Redis was down;
    `unsent` how many photos phones hold that they have not sent, without those that hold none.
    `started` distinguishes successive sessions of an encounter. `damaged` counts photos that arrived damaged.
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
    damaged: int
    tokens: Mapping[str, int]
    tickets: Mapping[str, Connection]
    connections: Mapping[str, Connection]
    drafts: Mapping[str, Mapping[str, Any]]
    unsent: Mapping[str, int]

    @property
    def ends_at(self) -> int:
        """The instant (Unix ms) at which the session expires without further activity."""
        return min(self.expires_at, self.started + LONGEST_LIFE_MS)

    def excess_connections(self, newest: str, most: int) -> list[str]:
        """Return the oldest connections of the newest one's sign-in beyond the `most` that it may have."""
        family_id = self.connections[newest].subscriber.family_id
        others = [
            (connection.ticket_ends, name)
            for name, connection in self.connections.items()
            if name != newest and connection.subscriber.family_id == family_id
        ]
        return [name for _, name in sorted(others)[: max(0, len(others) + 1 - most)]]

    def excess_tickets(self, family_id: str, newest: str, most: int) -> list[str]:
        """Return the oldest tickets of a sign-in beyond the `most` that it may have; the `newest` is none of them."""
        others = [
            (ticket.ticket_ends, digest)
            for digest, ticket in self.tickets.items()
            if digest != newest and ticket.subscriber.family_id == family_id
        ]
        return [digest for _, digest in sorted(others)[: max(0, len(others) + 1 - most)]]

    def alive(self, now_ms: int) -> bool:
        return self.open and self.ends_at > now_ms

    @property
    def image_count(self) -> int:
        return len(self.images)

    def in_order_taken(self) -> list[Image]:
        """Return the images in the order in which they were taken."""
        return sorted(self.images.values(), key=lambda image: (image.taken_at, image.taken_order, image.sequence))

    def heir_of(self, image: Image) -> Image | None:
        """Return the image that has to take over an image's sequence number if that is deleted, or None.

        Pages give the sequence numbers to the images in the order in which those were taken. So the number that a
        deletion has to free is the one that the image is shown with, and not always its own.
        """
        in_order = self.in_order_taken()
        shown = sorted(each.sequence for each in in_order)[in_order.index(image)]
        return next((each for each in in_order if each.sequence == shown != image.sequence), None)

    def lapsed_slots(self, now_ms: int) -> dict[str, int]:
        """Return the entries of `slots` whose reservation has expired."""
        return {image_id: slot for image_id, slot in self.slots.items() if slot < 0 and -slot <= now_ms}

    def expired_handles(self, now_ms: int) -> tuple[list[str], list[str]]:
        """Return the digests of expired tokens and of expired tickets."""
        tokens = [digest for digest, ends in self.tokens.items() if ends <= now_ms]
        tickets = [digest for digest, ticket in self.tickets.items() if ticket.ticket_ends <= now_ms]
        return tokens, tickets


def needs_touch(expires_at: int, life_ms: int, now_ms: int) -> bool:
    """Return whether the stored last activity is older than a tenth of the life, or 10 minutes."""
    return expires_at - life_ms + min(TOUCH_INTERVAL_MS, life_ms // 10) < now_ms


def session_from_record(item: Mapping[str, Any]) -> Session:
    """Return the session stored in a DynamoDB item."""
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
            taken=read_taken(image),
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
        patient=patient_of(item),
        last_activity=int(item["lastActivity"]),
        expires_at=int(item["expiresAt"]),
        sequence=int(item["sequence"]),
        revision=int(item["revision"]),
        slots=slots,
        images=images,
        deleted=frozenset(item.get("deletedImages", ())),
        damaged=int(item.get("damagedImages", 0)),
        tokens={digest: int(ends) for digest, ends in item["tokens"].items()},
        tickets=_tickets(item, "tickets"),
        connections=_tickets(item, "connections"),
        drafts={name.removeprefix(DRAFT): draft for name, draft in item.items() if name.startswith(DRAFT)},
        unsent={name.removeprefix(UNSENT): int(count) for name, count in item.items() if name.startswith(UNSENT)},
    )


def _tickets(item: Mapping[str, Any], kind: str) -> dict[str, Connection]:
    """Return the tickets, or connections made from them, that name their user; version 0.1 wrote some that do not."""
    return {
        name: Connection(Subscriber(ticket["user"], ticket["family"]), int(ticket["ends"]))
        for name, ticket in item.get(kind, {}).items()
        if isinstance(ticket, Mapping)
    }
