"""Composes packs of visits."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from bedside.platform.observability import payment_found_late, refund_failed

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.bookings.booking_repository import BookingRepository
    from bedside.bookings.checkout_pages import CheckoutPages
    from bedside.bookings.offer_wiring import OfferWiring
    from bedside.bookings.pack_cancellation import PackCancellation
    from bedside.bookings.pack_lifecycle import PackLifecycle
    from bedside.bookings.pack_queries import PackQueries
    from bedside.bookings.pack_refunds import PackRefunds
    from bedside.bookings.pack_repository import PackRepository
    from bedside.bookings.pack_sales import PackSales
    from bedside.bookings.pack_visits import PackVisits
    from bedside.bookings.payment_starts import PaymentStarts
    from bedside.bookings.purchase_money import PurchaseMoney
    from bedside.identity.wiring import IdentityWiring
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform


class Surroundings(Protocol):
    """The parts of bookings that packs are composed over."""

    platform: "Platform"

    @property
    def identity(self) -> "IdentityWiring": ...
    @property
    def table(self) -> "Table": ...
    @property
    def booking_repository(self) -> "BookingRepository": ...
    @property
    def offering(self) -> "OfferWiring": ...
    @property
    def payment_starts(self) -> "PaymentStarts": ...
    @property
    def purchase_money(self) -> "PurchaseMoney": ...
    @property
    def checkout_pages(self) -> "CheckoutPages": ...


class PackWiring:
    """The parts of bookings that are about packs."""

    def __init__(self, bookings: Surroundings) -> None:
        self.bookings = bookings

    @cached_property
    def repository(self) -> "PackRepository":
        from bedside.bookings.pack_repository import PackRepository

        return PackRepository(self.bookings.table)

    @cached_property
    def lifecycle(self) -> "PackLifecycle":
        from bedside.bookings.pack_lifecycle import PackLifecycle

        return PackLifecycle(self.repository, self.bookings.purchase_money, refund_failed, payment_found_late)

    @cached_property
    def visits(self) -> "PackVisits":
        from bedside.bookings.pack_visits import PackVisits

        return PackVisits(self.bookings.booking_repository, self.repository, self.lifecycle)

    @cached_property
    def sales(self) -> "PackSales":
        from bedside.bookings.pack_sales import PackSales

        bookings = self.bookings
        return PackSales(
            packs=self.repository,
            offers=bookings.offering.offers,
            people=bookings.identity.people_read,
            starts=bookings.payment_starts,
            pages=bookings.checkout_pages,
            randomness=os.urandom,
            pseudonym_key=bookings.platform.secrets.pseudonym_key,
        )

    @cached_property
    def queries(self) -> "PackQueries":
        from bedside.bookings.pack_queries import PackQueries

        return PackQueries(self.repository, self.lifecycle)

    @cached_property
    def cancellation(self) -> "PackCancellation":
        from bedside.bookings.pack_cancellation import PackCancellation

        return PackCancellation(self.queries, self.repository, self.bookings.purchase_money, self.lifecycle)

    @cached_property
    def refunds(self) -> "PackRefunds":
        from bedside.bookings.pack_refunds import PackRefunds

        return PackRefunds(self.queries, self.repository, self.bookings.purchase_money, self.lifecycle)

    @cached_property
    def sweep(self) -> "SweepSource":
        from bedside.bookings.pack_repository import pack_key
        from bedside.platform.sweeper import SweepSource, postponer

        return SweepSource(self.repository.due, self.lifecycle.sweep, postponer(self.bookings.table, pack_key))
