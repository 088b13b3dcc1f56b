"""Settings for notifications, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotificationsSettings:
    """The table, the queue of what is to be told, and the schedules that send to it.

    Only functions that plan or postpone have the schedules.
    """

    notifications_table: str
    queue_url: str
    queue_arn: str
    dead_letters: str
    schedule_group: str
    schedule_role: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "NotificationsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            notifications_table=env["BEDSIDE_NOTIFICATIONS_TABLE"],
            queue_url=env["BEDSIDE_NOTIFICATION_QUEUE_URL"],
            queue_arn=env.get("BEDSIDE_NOTIFICATION_QUEUE_ARN", ""),
            dead_letters=env.get("BEDSIDE_NOTIFICATION_DEAD_LETTERS", ""),
            schedule_group=env.get("BEDSIDE_SCHEDULE_GROUP", ""),
            schedule_role=env.get("BEDSIDE_SCHEDULE_ROLE", ""),
        )
