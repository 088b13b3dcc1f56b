"""Events of an encounter: what was done, when, and by whom. They hold no free text and no name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

type EncounterKind = Literal["capture", "visit"]
# What happens around photos.
CaptureEvent = Literal[
    "session-opened",
    "session-reopened",
    "session-ended",
    "phone-joined",
    "consent-recorded",
    "photo-arrived",
    "photo-described",
    "photo-edited",
    "photo-kept",
    "photo-unkept",
    "photo-deleted",
    "photo-refused",
    "photo-vanished",
    "photo-committed",
    "photo-not-committed",
]
VisitEvent = Literal[
    "visit-booked",
    "visit-rescheduled",
    "visit-joined",
    "visit-started",
    "visit-interrupted",
    "visit-resumed",
    "visit-ended",
    "visit-cancelled",
    "notes-saved",
    "notes-signed",
    "notes-addendum",
    "notes-released",
    "notes-committed",
    "notes-not-committed",
    "recording-consent",
    "recording-started",
    "recording-stopped",
    "recording-ready",
    "recording-failed",
]
# Written by the timeline itself, where it knows that events are missing.
TimelineEvent = Literal["events-missing"]
# A union of literals is itself a literal, of which `get_args` gives all values.
EventKind = Literal[CaptureEvent, VisitEvent, TimelineEvent]
ActorKind = Literal["user", "patient", "phone", "system"]

CAPTURE_EVENTS: Final[frozenset[str]] = frozenset(get_args(CaptureEvent))
EVENT_KINDS: Final[frozenset[str]] = frozenset(get_args(EventKind))
ACTOR_KINDS: Final[frozenset[str]] = frozenset(get_args(ActorKind))
# What begins an encounter, or lets it go on.
OPENING: Final[frozenset[str]] = frozenset({"session-opened", "session-reopened", "visit-booked"})
ENDING: Final[frozenset[str]] = frozenset({"session-ended", "visit-ended", "visit-cancelled"})

# An event as it is stored: `kind`, `at` (Unix ms), `actor`, and what else its kind needs, such as `imageId`.
type Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: a member of staff or a patient who signed in, a phone, or the product itself."""

    kind: ActorKind
    user_id: str | None = None

    def document(self) -> dict[str, str]:
        return {"kind": self.kind, **({"userId": self.user_id} if self.user_id else {})}


PHONE: Final = Actor("phone")
SYSTEM: Final = Actor("system")


def user(user_id: str) -> Actor:
    """Return the actor for a member of staff."""
    return Actor("user", user_id)


def sender(user_id: str | None) -> Actor:
    """Return the actor for whoever sends photos: a member of staff at a desktop, or a phone."""
    return user(user_id) if user_id else PHONE


def event(kind: EventKind, at: int, actor: Actor, **details: str | int) -> Event:
    """Return an event. `details` are identifiers, codes and numbers, whose names are those of the wire format."""
    return {"kind": kind, "at": at, "actor": actor.document(), **details}


def encounter_kind(kind: str) -> EncounterKind:
    """Return the kind of encounter that an event belongs to."""
    return "capture" if kind in CAPTURE_EVENTS else "visit"
