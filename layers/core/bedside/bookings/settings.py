"""Settings for bookings, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BookingsSettings:
    """The table of bookings, with schedules and services, that of visits, which reserve people's time, and payments."""

    bookings_table: str
    visits_table: str
    payments_api_url: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "BookingsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            bookings_table=env["BEDSIDE_BOOKINGS_TABLE"],
            visits_table=env["BEDSIDE_VISITS_TABLE"],
            payments_api_url=env.get("BEDSIDE_PAYMENTS_API_URL", "https://api.stripe.com"),
        )
