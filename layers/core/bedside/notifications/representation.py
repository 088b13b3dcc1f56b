"""Shapes of the answers about notifications."""

from typing import TypedDict

from bedside.kernel.instants import iso
from bedside.kernel.wall_clock import clock_time
from bedside.live.publisher import InvitationDocument
from bedside.notifications.preferences import CATEGORIES, Digest, Language, Preferences
from bedside.notifications.record import AttemptState, Record, State
from bedside.platform.contract import Category
from bedside.ports.channels import ChannelName

# For the manifest, which names the types of answers by their place here.
__all__ = ["InvitationDocument"]


class NotificationDocument(TypedDict):
    """A message in the inbox, in the language that its reader had when it was told; `link` is the page it opens."""

    id: str
    workflow: str
    category: Category
    title: str
    text: str
    link: str
    toldAt: str
    read: bool


class InboxDocument(TypedDict):
    """A page of the caller's messages, newest first, and how many of all of them are unread."""

    notifications: list[NotificationDocument]
    unread: int
    cursor: str | None


class UnreadDocument(TypedDict):
    """How many messages are unread."""

    unread: int


# The functional form, because `from` is a keyword.
QuietHoursDocument = TypedDict("QuietHoursDocument", {"from": str, "to": str})


class CategoriesDocument(TypedDict):
    """The channels that may be used for each category."""

    appointments: list[ChannelName]
    photos: list[ChannelName]
    money: list[ChannelName]
    medicines: list[ChannelName]
    account: list[ChannelName]


class PreferencesDocument(TypedDict):
    """What the caller wants to be told where and when; the inbox has everything.

    `channels` are those that may be used at all, `categories` those of each category. `quietHours` are by the clock of
    `timeZone` (IANA). With the digest `daily`, what can wait comes as one message a day. `discreet` messages name no
    person, medicine or speciality. Something in the categories in `critical` is told whatever is chosen for them.
    """

    channels: list[ChannelName]
    categories: CategoriesDocument
    quietHours: QuietHoursDocument | None
    timeZone: str
    digest: Digest
    discreet: bool
    language: Language
    critical: list[Category]


class AttemptDocument(TypedDict):
    """What became of a message on a channel, and since when."""

    channel: ChannelName
    state: AttemptState
    at: str


class DeliveryDocument(TypedDict):
    """That somebody is or was told something of a kind: never what. `name` is the recipient's, null without one.

    `plannedFor` is when it is, or was, to be told; `reason` says why it was not told.
    """

    id: str
    recipient: str
    name: str | None
    workflow: str
    category: Category | None
    state: State
    plannedFor: str
    toldAt: str | None
    reason: str
    attempts: list[AttemptDocument]


class DeliveryLogDocument(TypedDict):
    """A page of what a facility's people were told, newest first."""

    notifications: list[DeliveryDocument]
    cursor: str | None


def notification_document(record: Record, category: Category, read_until: int) -> NotificationDocument:
    """Return a message of the inbox, of which everything until an instant is read."""
    if record.told is None or record.told_at is None:
        raise ValueError("nobody was told")
    told, told_at = record.told, record.told_at
    return {
        "id": record.record_id,
        "workflow": record.workflow,
        "category": category,
        "title": told.title,
        "text": told.text,
        "link": told.link,
        "toldAt": iso(told_at),
        "read": record.read_at is not None or told_at <= read_until,
    }


def preferences_document(preferences: Preferences, time_zone: str, critical: list[Category]) -> PreferencesDocument:
    """Return preferences, with the time zone that counts."""
    quiet = preferences.quiet_hours
    categories = {name: list(preferences.channels_of(name)) for name in CATEGORIES}
    return {
        "channels": list(preferences.channels),
        "categories": categories,  # type: ignore[typeddict-item]  # its keys are all categories
        "quietHours": {"from": clock_time(quiet.begin), "to": clock_time(quiet.end)} if quiet else None,
        "timeZone": time_zone,
        "digest": preferences.digest,
        "discreet": preferences.discreet,
        "language": preferences.language,
        "critical": critical,
    }


def delivery_document(record: Record, name: str | None, category: Category | None) -> DeliveryDocument:
    """Return a record without what was told."""
    return {
        "id": record.record_id,
        "recipient": record.recipient,
        "name": name,
        "workflow": record.workflow,
        "category": category,
        "state": record.state,
        "plannedFor": iso(record.send_at),
        "toldAt": iso(record.told_at) if record.told_at is not None else None,
        "reason": record.reason,
        "attempts": [
            {"channel": channel, "state": one.state, "at": iso(one.at)} for channel, one in record.attempts.items()
        ],
    }
