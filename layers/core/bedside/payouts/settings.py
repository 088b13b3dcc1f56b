"""Settings for payouts, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PayoutsSettings:
    """The table of accounts at the payment provider and of shares with the ledger, and the fee in per cent."""

    payouts_table: str
    fee_percent: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "PayoutsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(payouts_table=env["BEDSIDE_PAYOUTS_TABLE"], fee_percent=int(env.get("BEDSIDE_FEE_PERCENT", "15")))
