"""Settings for payouts, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PayoutsSettings:
    """The table of accounts at the payment provider, and of shares with the ledger."""

    payouts_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "PayoutsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable."""
        return cls(payouts_table=env["BEDSIDE_PAYOUTS_TABLE"])
