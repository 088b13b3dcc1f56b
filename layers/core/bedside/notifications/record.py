"""A record of one notice for one recipient: what is known of it before, while and after it is told. No I/O."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from bedside.ports.channels import ChannelName
from bedside.ports.notices import Notice

State = Literal["planned", "sending", "told", "withdrawn", "failed", "summarised"]
# unknown: the provider did not answer. failed: it could not be reached.
AttemptState = Literal["started", "sent", "refused", "gone", "unknown", "failed"]

STATES: Final[tuple[State, ...]] = get_args(State)
OVER: Final[frozenset[State]] = frozenset({"told", "withdrawn", "failed", "summarised"})
# The kind of records in the index of items that are due.
KIND: Final = "notice"
# How long it can be read in the inbox, and in the delivery log.
_KEPT_MS: Final = 90 * 24 * 3_600_000


class UnreadableRecordError(Exception):
    """An item is not one of a record, such as after a return to an earlier release."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a message on one channel, since `at` (Unix ms); `provider_id` is the provider's name of it."""

    state: AttemptState
    at: int
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the inbox shows, in the language that its reader had then."""

    title: str
    text: str = field(repr=False)
    link: str


@dataclass(frozen=True, slots=True)
class Record:
    """A notice's record; instants are Unix ms. Without texts until it is told, for its source is asked again by then.

    `due_at` is when somebody has to look at it next: its time has come, or whoever was sending it may have died.
    `tries` counts failed ones, `throttles` those that a provider put off, `stalls` those that nobody finished.
    `revision` grows with every change.
    """

    record_id: str
    recipient: str
    workflow: str
    subject_kind: str
    subject_id: str
    occurrence: str
    send_at: int
    facility_id: str | None
    created_at: int
    state: State = "planned"
    due_at: int | None = None
    attempts: Mapping[ChannelName, Attempt] = field(default_factory=dict)
    tries: int = 0
    throttles: int = 0
    stalls: int = 0
    reason: str = ""
    told_at: int | None = None
    told: Told | None = None
    read_at: int | None = None
    revision: int = 0

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def listed_at(self) -> int:
        """The instant by which lists are in order: when it was told, or else when it became known."""
        return self.created_at if self.told_at is None else self.told_at


def record_id_of(notice: Notice) -> str:
    """Return the id of a notice's record: the same for the same recipient, workflow, subject and occurrence."""
    parts = (notice.recipient, notice.workflow, notice.subject_kind, notice.subject_id, notice.occurrence)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def planned(notice: Notice, now_ms: int) -> Record:
    """Return a new record of a notice."""
    return Record(
        record_id=record_id_of(notice),
        recipient=notice.recipient,
        workflow=notice.workflow,
        subject_kind=notice.subject_kind,
        subject_id=notice.subject_id,
        occurrence=notice.occurrence,
        send_at=notice.send_at,
        facility_id=notice.facility_id,
        created_at=now_ms,
        due_at=max(notice.send_at, now_ms),
    )


def attributes(record: Record) -> dict[str, Any]:
    """Return the attributes of a record's item, but for its keys."""
    item: dict[str, Any] = {
        "recipient": record.recipient,
        "workflow": record.workflow,
        "subjectKind": record.subject_kind,
        "subjectId": record.subject_id,
        "occurrence": record.occurrence,
        "sendAt": record.send_at,
        "createdAt": record.created_at,
        "state": record.state,
        "attempts": {
            name: {"state": one.state, "at": one.at, "providerId": one.provider_id}
            for name, one in record.attempts.items()
        },
        "tries": record.tries,
        "throttles": record.throttles,
        "stalls": record.stalls,
        "reason": record.reason,
        "toldAt": record.told_at,
        "readAt": record.read_at,
        "facilityId": record.facility_id,
        "at": record.listed_at,
        "revision": record.revision,
        "ttl": (max(record.send_at, record.listed_at) + _KEPT_MS) // 1000,
    }
    if record.told:
        item["told"] = {"title": record.told.title, "text": record.told.text, "link": record.told.link}
    return {name: value for name, value in item.items() if value is not None}


def record_from_item(record_id: str, item: Mapping[str, Any]) -> Record:
    """Return the record stored in a DynamoDB item. Raises UnreadableRecordError."""
    try:
        return _record_from(record_id, item)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableRecordError(type(error).__name__) from error


def _record_from(record_id: str, item: Mapping[str, Any]) -> Record:
    told = item.get("told")
    return Record(
        record_id=record_id,
        recipient=item["recipient"],
        workflow=item["workflow"],
        subject_kind=item["subjectKind"],
        subject_id=item["subjectId"],
        occurrence=item["occurrence"],
        send_at=item["sendAt"],
        facility_id=item.get("facilityId"),
        created_at=item["createdAt"],
        state=item["state"],
        due_at=item.get("dueAt"),
        attempts={name: Attempt(one["state"], one["at"], one["providerId"]) for name, one in item["attempts"].items()},
        tries=item["tries"],
        throttles=item.get("throttles", 0),
        stalls=item.get("stalls", 0),
        reason=item["reason"],
        told_at=item.get("toldAt"),
        told=Told(told["title"], told["text"], told["link"]) if told else None,
        read_at=item.get("readAt"),
        revision=item["revision"],
    )
