"""Settings for live updates of inboxes, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """The table that holds who listens."""

    notifications_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "InboxSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(notifications_table=env["BEDSIDE_NOTIFICATIONS_TABLE"])
