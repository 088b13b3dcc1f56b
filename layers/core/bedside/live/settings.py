"""Settings for live updates, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

LiveProvider = Literal["websocket", "ably"]


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """Settings for live updates: addresses, provider, and the lifetime of a ticket."""

    live_url: str
    live_endpoint: str
    live_provider: LiveProvider
    ably_rest_url: str
    ably_realtime_url: str
    live_ticket_life_ms: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "LiveSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            live_url=env["BEDSIDE_LIVE_URL"],
            live_endpoint=env["BEDSIDE_LIVE_ENDPOINT"],
            live_provider=cast("LiveProvider", env.get("BEDSIDE_LIVE_PROVIDER", "websocket")),
            ably_rest_url=env.get("BEDSIDE_ABLY_REST_URL", "https://rest.ably.io"),
            ably_realtime_url=env.get("BEDSIDE_ABLY_REALTIME_URL", "https://realtime.ably.io"),
            live_ticket_life_ms=int(env.get("BEDSIDE_LIVE_TICKET_LIFE_SECONDS", "60")) * 1000,
        )
