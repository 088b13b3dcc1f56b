"""Settings for webhooks, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebhooksSettings:
    """The table and the queue of webhooks, and how long events are stored."""

    webhooks_table: str
    webhook_queue_url: str
    webhook_retention_days: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "WebhooksSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            webhooks_table=env["BEDSIDE_WEBHOOKS_TABLE"],
            webhook_queue_url=env["BEDSIDE_WEBHOOK_QUEUE_URL"],
            webhook_retention_days=int(env.get("BEDSIDE_WEBHOOK_RETENTION_DAYS", "35")),
        )
