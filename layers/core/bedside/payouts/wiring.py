"""Composes payouts."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.bookings.wiring import BookingsWiring
from bedside.identity.wiring import IdentityWiring
from bedside.payouts.settings import PayoutsSettings
from bedside.platform.observability import payout_failed

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.payouts.account_repository import AccountRepository
    from bedside.payouts.account_updates import AccountUpdates
    from bedside.payouts.accounts import Accounts
    from bedside.payouts.events import MoneyEvents
    from bedside.payouts.share_repository import ShareRepository
    from bedside.payouts.transfer_admin import TransferAdmin
    from bedside.payouts.transfers import Transfers
    from bedside.platform.sweeper import SweepSource
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
    def account_repository(self) -> "AccountRepository":
        from bedside.payouts.account_repository import AccountRepository

        return AccountRepository(self.table)

    @cached_property
    def account_updates(self) -> "AccountUpdates":
        from bedside.payouts.account_updates import AccountUpdates

        return AccountUpdates(self.account_repository, lambda: self.payouts, payout_failed)

    @cached_property
    def accounts(self) -> "Accounts":
        from bedside.payouts.accounts import Accounts

        return Accounts(self.account_updates, self.identity.people_read, lambda: self.payouts, self._country)

    @cached_property
    def share_repository(self) -> "ShareRepository":
        from bedside.payouts.share_repository import ShareRepository

        return ShareRepository(self.table)

    @cached_property
    def transfers(self) -> "Transfers":
        from bedside.payouts.transfers import Transfers

        return Transfers(
            shares=self.share_repository,
            accounts=self.account_repository,
            bookings=self.bookings.booking_repository,
            payments=lambda: self.bookings.payments,
            payouts=lambda: self.payouts,
            fee_percent=self._fee_percent,
        )

    @cached_property
    def transfer_admin(self) -> "TransferAdmin":
        from bedside.payouts.transfer_admin import TransferAdmin

        return TransferAdmin(self.transfers, self.share_repository, self.identity.people_read, self.platform.limiter)

    @cached_property
    def money_events(self) -> "MoneyEvents":
        from bedside.payouts.events import MoneyEvents

        return MoneyEvents(
            self.bookings.payment_events,
            self.bookings.packs.visits.paid_by,
            self.transfers,
            self.account_updates,
        )

    @cached_property
    def booking_sweep(self) -> "SweepSource":
        """Bookings that nobody has looked at in time; their shares follow, because a webhook may have been lost."""
        bookings, transfers = self.bookings.booking_sweep, self.transfers

        def process(booking_id: str, now_ms: int) -> None:
            bookings.process(booking_id, now_ms)
            transfers.follow(booking_id, now_ms)

        return replace(bookings, process=process)

    @cached_property
    def share_sweep(self) -> "SweepSource":
        from bedside.payouts.share_repository import share_key
        from bedside.platform.sweeper import SweepSource, postponer

        return SweepSource(self.share_repository.due, self.transfers.sweep, postponer(self.table, share_key))

    def _fee_percent(self, facility_id: str) -> int:
        """Return a facility's fee as it is now: not one that was cached, because shares keep it."""
        facility = self.identity.facilities.find(facility_id)
        own = facility.settings.fee_percent if facility else None
        return self.settings.fee_percent if own is None else own

    def _country(self, facility_id: str, now_ms: int) -> str:
        facility = self.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.country if facility else _COUNTRY
