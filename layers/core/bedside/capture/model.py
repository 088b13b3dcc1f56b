"""Capture sessions, with the photos of one encounter, and their rules. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.capture.consent import Consent
from bedside.capture.image import Image
from bedside.capture.patient import Patient
from bedside.capture.phone import Phone
from bedside.live.subscriptions import Subscriber

# A session's last activity is written at most this often, so that most hot calls write nothing.
TOUCH_INTERVAL_MS: Final = 10 * 60 * 1000
# A slot stays reserved this long after its link has expired: an upload may finish late, and S3's event arrive later.
SLOT_GRACE_MS: Final = 5 * 60 * 1000
# A session ends after a day, however active, so that no code or phone works longer unless a clinician opens it again.
LONGEST_LIFE_MS: Final = 24 * 3600 * 1000
# After this many deletions a session takes no more photos: it keeps their ids, and a write costs by the item's size.
MAX_DELETED: Final = 200
# Photos that a session holds in all, however often it was opened again: 137 KB at most, of the 400 KB of an item.
MAX_STORED: Final = 100
# Prefix of attributes with drafts: unlike a map's entry, an attribute can be written without creating a map first.
DRAFT: Final = "draft:"
# Prefix of attributes with the number of unsent photos of a phone, likewise.
UNSENT: Final = "unsent:"
# Prefix of attributes with the phones that have exchanged a code, likewise; the first also gets the attribute below.
PHONE: Final = "phone:"
CLAIM: Final = "claimedBy"
# How many phones there are: a condition cannot count attributes.
PHONE_COUNT: Final = "phoneCount"
# Prefix of attributes with the keys of deleted photos whose objects may still be in the bucket, likewise.
REMOVAL: Final = "removal:"
# Prefix of attributes with how many versions of a deleted photo's edits may still be stored, likewise.
DRAWN: Final = "drawn:"


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
    An ended session can be opened again: `started` distinguishes its generations, each with tokens of its own, and
    `first_started` is the start of the first. `damaged` counts photos that arrived damaged.
    `retained_until` is the instant until which an ended session's photos stay, once the sweeper has determined it.
    `code_series` counts how often all earlier codes were ended at once.
    `phones` are those, by their ids, that have exchanged a code since it was last opened; `consent` is that to
    photography, which all generations share.
    `removals` are the keys, by imageId, of deleted photos whose objects may still be in the bucket, `drawn` how many
    versions of such photos' edits may still be stored (see `edit_erasure`).
    `order` is the order in which clinicians have put photos, some of which may be gone since, for the `order_version`th
    time.
    """

    key: str
    started: int
    first_started: int
    open: bool
    ended_at: int | None
    retained_until: int | None
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
    code_series: int
    tickets: Mapping[str, Connection]
    connections: Mapping[str, Connection]
    drafts: Mapping[str, Mapping[str, Any]]
    unsent: Mapping[str, int]
    removals: Mapping[str, str]
    drawn: Mapping[str, int]
    phones: Mapping[str, Phone]
    consent: Consent | None
    order: tuple[str, ...] = ()
    order_version: int = 0

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

    def binds(self, now_ms: int) -> bool:
        """Return whether it holds its encounter for its patient: it is alive, or there are photos of them."""
        return self.alive(now_ms) or bool(self.images)

    def over_at(self, now_ms: int) -> int | None:
        """Return the instant (Unix ms) at which the session ended or expired, or None if it is alive."""
        return None if self.alive(now_ms) else self.ended_at or self.ends_at

    @property
    def image_count(self) -> int:
        return len(self.images)

    @property
    def committed_count(self) -> int:
        """How many photos are in the patient's record."""
        return sum(image.committed for image in self.images.values())

    @property
    def sent_count(self) -> int:
        """How many photos its phones have sent since it was last opened; only these count towards their limit."""
        return sum(image.generation == self.started for image in self.images.values())

    def room(self, limit: int) -> int:
        """Return how many photos it may hold if phones may send `limit` since it was last opened."""
        return max(limit, min(limit + self.image_count - self.sent_count, MAX_STORED))

    def includes(self, generation: int) -> bool:
        """Return whether photos of the generation that started at this instant belong to the session."""
        return generation == self.started or self.first_started <= generation < self.started

    def in_order_taken(self) -> list[Image]:
        """Return the images in the order in which they were taken."""
        return sorted(self.images.values(), key=lambda image: (image.taken_at, image.taken_order, image.sequence))

    def arranged(self) -> tuple[str, ...]:
        """Return the ids of the images that clinicians have put in order."""
        return tuple(image_id for image_id in self.order if image_id in self.images)

    def heir_of(self, image: Image) -> Image | None:
        """Return the image that has to take over an image's sequence number if that is deleted, or None.

        Pages give the sequence numbers to the images in the order in which those were taken. So the number that a
        deletion has to free is the one that the image is shown with, and not always its own.
        """
        shown = self.shown_numbers()[image.image_id]
        return next((each for each in self.images.values() if each.sequence == shown != image.sequence), None)

    def shown_numbers(self) -> dict[str, int]:
        """Return the number that pages show with each image."""
        in_order = self.in_order_taken()
        return dict(zip((each.image_id for each in in_order), sorted(each.sequence for each in in_order), strict=True))

    def vanished(self, retained_until: int, now_ms: int) -> list[Image]:
        """Return the images whose time is over, if the session has ended."""
        return [
            image
            for image in self.images.values()
            if (at := image.vanishes_at(retained_until)) is not None and at <= now_ms
        ]

    def next_vanishing(self, retained_until: int) -> int | None:
        """Return the instant (Unix ms) at which the next of its images vanishes, or None if none will."""
        return min((at for image in self.images.values() if (at := image.vanishes_at(retained_until))), default=None)

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
