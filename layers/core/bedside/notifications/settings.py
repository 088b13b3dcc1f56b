"""Settings for notifications, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotificationsSettings:
    """The table, the queue of what is to be told, and the schedules that send to it."""

    notifications_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "NotificationsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(notifications_table=env["BEDSIDE_NOTIFICATIONS_TABLE"])
