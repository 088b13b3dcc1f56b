"""What somebody wants to be told, where and when. No I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from bedside.platform.contract import Category, Workflow
from bedside.ports.channels import ChannelName

Digest = Literal["off", "daily"]
Language = Literal["en", "de"]

CHANNELS: Final[tuple[ChannelName, ...]] = get_args(ChannelName)
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category.__value__)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
# The hour of a daily message, by the recipient's clock.
_DIGEST_MINUTE: Final = 8 * 60
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A period of every day by its minutes, such as 22:00 to 7:00; the end is exclusive."""

    begin: int
    end: int

    def include(self, minute: int) -> bool:
        if self.begin <= self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end


@dataclass(frozen=True, slots=True)
class Preferences:
    """Somebody's preferences; those who never chose have these.

    `channels` are those that may be used at all, `categories` those of a category, if chosen. `discreet` messages name
    no person, medicine or speciality. Without a time zone, that of the facility counts.
    """

    channels: tuple[ChannelName, ...] = CHANNELS
    categories: Mapping[Category, tuple[ChannelName, ...]] = field(default_factory=dict)
    quiet_hours: QuietHours | None = None
    time_zone: str | None = None
    digest: Digest = "off"
    discreet: bool = True
    language: Language = "en"
    version: int = 0

    def channels_of(self, category: Category) -> tuple[ChannelName, ...]:
        """Return the channels for what is not critical."""
        return tuple(name for name in self.channels if name in self.categories.get(category, CHANNELS))

    def channels_for(self, workflow: Workflow) -> list[ChannelName]:
        """Return the channels to try for a notice, in order.

        What is critical is not bound to its category's, and goes to the phone, which everybody has, where no other
        channel reaches its recipient.
        """
        allowed = self.channels if workflow.critical else self.channels_of(workflow.category)
        found = [name for name in workflow.channels if name in allowed]
        return [*found, "sms"] if workflow.critical and "sms" not in found else found


def quiet_until(quiet: QuietHours | None, zone: ZoneInfo, now_ms: int) -> int | None:
    """Return when the quiet hours that are on now end (Unix ms), or None if there are none on."""
    if quiet is None:
        return None
    here = datetime.fromtimestamp(now_ms / 1000, zone)
    if not quiet.include(here.hour * 60 + here.minute):
        return None
    return next_at(quiet.end, zone, now_ms)


def next_digest(zone: ZoneInfo, now_ms: int) -> int:
    """Return when the next daily message is sent (Unix ms)."""
    return next_at(_DIGEST_MINUTE, zone, now_ms)


def next_at(minute: int, zone: ZoneInfo, now_ms: int) -> int:
    """Return the next instant after now (Unix ms) at which the zone's clock shows this minute, or skips it."""
    day = datetime.fromtimestamp(now_ms / 1000, zone).date()
    for ahead in range(3):
        shown = datetime.combine(day + timedelta(days=ahead), time(*divmod(minute % _DAY_MINUTES, 60)), zone)
        # A clock that is put back shows it twice. Of one that is skipped, the second reading is earlier than the first.
        for fold in (0, 1):
            at = round(shown.replace(fold=fold).astimezone(UTC).timestamp() * 1000)
            if at > now_ms:
                return at
    raise AssertionError("unreachable")


def critical_categories(workflows: Iterable[Workflow]) -> list[Category]:
    """Return the categories with something critical, which is told whatever is chosen for them."""
    found = {workflow.category for workflow in workflows if workflow.critical}
    return [category for category in CATEGORIES if category in found]


def attributes(preferences: Preferences) -> dict[str, Any]:
    """Return preferences as stored in DynamoDB."""
    quiet = preferences.quiet_hours
    return {
        "channels": list(preferences.channels),
        "categories": {name: list(channels) for name, channels in preferences.categories.items()},
        "quietHours": [quiet.begin, quiet.end] if quiet else None,
        "timeZone": preferences.time_zone,
        "digest": preferences.digest,
        "discreet": preferences.discreet,
        "language": preferences.language,
    }


def preferences_from(stored: Mapping[str, Any] | None, version: int) -> Preferences:
    """Return the preferences stored in DynamoDB, or those of people who never chose."""
    if stored is None:
        return Preferences()
    quiet = stored["quietHours"]
    return Preferences(
        channels=in_order(stored["channels"]),
        categories={name: in_order(channels) for name, channels in stored["categories"].items()},
        quiet_hours=QuietHours(int(quiet[0]), int(quiet[1])) if quiet else None,
        time_zone=stored["timeZone"],
        digest=stored["digest"],
        discreet=stored["discreet"],
        language=stored["language"],
        version=version,
    )


def in_order(channels: Sequence[str]) -> tuple[ChannelName, ...]:
    """Return channels in the order of all."""
    return tuple(name for name in CHANNELS if name in channels)
