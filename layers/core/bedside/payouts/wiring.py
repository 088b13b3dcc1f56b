"""Composes payouts."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.bookings.wiring import BookingsWiring
from bedside.identity.wiring import IdentityWiring
from bedside.payouts.settings import PayoutsSettings

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.payouts.accounts import Accounts
    from bedside.platform.wiring import Platform
    from bedside.ports.payouts import PayoutProvider

# Of facilities whose settings nobody has saved.
_COUNTRY = "NZ"


class PayoutsWiring:
    """Parts of the payouts domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def bookings(self) -> BookingsWiring:
        return self.platform.domain(BookingsWiring)

    @cached_property
    def settings(self) -> PayoutsSettings:
        return PayoutsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.payouts_table)

    @cached_property
    def payouts(self) -> "PayoutProvider | None":
        from bedside.adapters.stripe.payouts import StripePayouts

        return StripePayouts(self.bookings.stripe) if self.bookings.stripe else None

    @cached_property
    def accounts(self) -> "Accounts":
        from bedside.payouts.account_repository import AccountRepository
        from bedside.payouts.accounts import Accounts

        repository = AccountRepository(self.table)
        return Accounts(repository, self.identity.people_read, lambda: self.payouts, self._country)

    def _country(self, facility_id: str, now_ms: int) -> str:
        facility = self.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.country if facility else _COUNTRY
