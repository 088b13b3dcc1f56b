"""What is known of recipients, in one item each: what they want to be told, and how much of it is unread."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table
from bedside.notifications.preferences import Preferences, attributes, preferences_from
from bedside.platform.contract import Workflow

_KEY: Final = "person#"


# Text messages for one person in a day. They share the account's budget with the codes that people sign in with.
MAX_TEXTS: Final = 20
# As many again that are critical, so that reminders never keep these back.
MAX_CRITICAL_TEXTS: Final = 20
_DAY_MS: Final = 24 * 3_600_000
# Longer than something that was withdrawn can be planned again.
_TOGETHER_S: Final = 8 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody's preferences, and the number of their unread messages; all told until `read_until` are read.

    `texts` counts the text messages of the day (UTC) with the number `text_day`, `critical_texts` those that were
    critical.
    """

    preferences: Preferences = field(default_factory=Preferences)
    unread: int = 0
    read_until: int = 0
    text_day: int = 0
    texts: int = 0
    critical_texts: int = 0

    def may_get_text(self, now_ms: int, *, critical: bool) -> bool:
        """Return whether one more text message may be sent to them today."""
        if self.text_day != now_ms // _DAY_MS:
            return True
        return self.critical_texts < MAX_CRITICAL_TEXTS if critical else self.texts < MAX_TEXTS


@dataclass(frozen=True, slots=True)
class RecipientRepository:
    """Recipients by their user ids. Methods raise UnavailableError."""

    table: Table

    def get(self, user_id: str) -> Recipient:
        """Return what is known of a recipient, who may have no item yet."""
        item = self.table.get(recipient_key(user_id))
        if item is None:
            return Recipient()
        preferences = preferences_from(item.get("preferences"), int(item.get("preferencesVersion", 0)))
        return Recipient(
            preferences,
            int(item.get("unread", 0)),
            int(item.get("readUntil", 0)),
            int(item.get("textDay", 0)),
            int(item.get("texts", 0)),
            int(item.get("criticalTexts", 0)),
        )

    def save_preferences(self, user_id: str, preferences: Preferences) -> Preferences | None:
        """Store preferences as the version after the one that was read; None if that is not current."""
        seen = preferences.version
        after = replace(preferences, version=seen + 1)
        with suppress(ConditionFailedError):
            self.table.update(
                recipient_key(user_id),
                "SET #preferences = :preferences, #preferencesVersion = :next",
                condition="#preferencesVersion = :seen" if seen else "attribute_not_exists(#preferencesVersion)",
                values={"preferences": attributes(after), "next": seen + 1, **({"seen": seen} if seen else {})},
            )
            return after
        return None

    def told_change(self, user_id: str, told_at: int) -> Change:
        """Return the change that counts a message, told at an instant after all that are read."""
        return self.table.update_change(
            recipient_key(user_id),
            "SET #unread = if_not_exists(#unread, :none) + :one",
            condition="attribute_not_exists(#readUntil) OR #readUntil < :at",
            values={"none": 0, "one": 1, "at": told_at},
        )

    def text_change(self, user_id: str, recipient: Recipient, now_ms: int, *, critical: bool) -> Change:
        """Return the change that counts a text message; of several at once, some may not be counted."""
        today = now_ms // _DAY_MS
        before = recipient if recipient.text_day == today else Recipient()
        return self.table.update_change(
            recipient_key(user_id),
            "SET #textDay = :today, #texts = :texts, #criticalTexts = :criticalTexts",
            condition="attribute_exists(#pk) OR attribute_not_exists(#pk)",
            values={
                "today": today,
                "texts": before.texts + (not critical),
                "criticalTexts": before.critical_texts + critical,
            },
        )

    def share_change(self, user_id: str, workflow: Workflow, about: str, now_ms: int) -> Change:
        """Return the change that counts a message about a person; it cannot be made once there are enough today."""
        day = now_ms // _DAY_MS
        return self.table.update_change(
            f"share#{user_id}#{workflow.name}#{about}#{day}",
            "SET #told = if_not_exists(#told, :none) + :one, #ttl = :ttl",
            condition="attribute_not_exists(#told) OR #told < :most",
            values={"none": 0, "one": 1, "most": workflow.most_a_day, "ttl": (day + 2) * _DAY_MS // 1000},
        )

    def together_change(self, user_id: str, together: str, now_ms: int) -> Change:
        """Return the change that notes that somebody is told of notices that are one message; it can be made once."""
        return self.table.update_change(
            f"together#{user_id}#{together}",
            "SET #ttl = :ttl",
            condition="attribute_not_exists(#pk)",
            values={"ttl": now_ms // 1000 + _TOGETHER_S},
        )

    def read_change(self, user_id: str, told_at: int) -> Change:
        """Return the change that counts a message as read; it cannot be made if that one has been read with all."""
        return self.table.update_change(
            recipient_key(user_id),
            "SET #unread = #unread - :one",
            condition="#unread > :none AND (attribute_not_exists(#readUntil) OR #readUntil < :at)",
            values={"none": 0, "one": 1, "at": told_at},
        )

    def read_all(self, user_id: str, now_ms: int) -> None:
        """Mark everything that was told until now as read."""
        with suppress(ConditionFailedError):
            self.table.update(
                recipient_key(user_id),
                "SET #unread = :none, #readUntil = :now",
                condition="attribute_not_exists(#readUntil) OR #readUntil < :now",
                values={"none": 0, "now": now_ms},
            )


def recipient_key(user_id: str) -> str:
    """Return the key of a recipient's item."""
    return f"{_KEY}{user_id}"
