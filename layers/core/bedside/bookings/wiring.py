"""Composes bookings."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.bookings.settings import BookingsSettings
from bedside.identity.facility import BookingPolicy
from bedside.identity.wiring import IdentityWiring
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import checkout_unknown, payment_found_late, refund_failed
from bedside.visits.wiring import VisitsWiring

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.stripe.client import StripeClient
    from bedside.bookings.booked_time import BookedTime
    from bedside.bookings.booked_visits import BookedVisits
    from bedside.bookings.booking_documents import BookingDocuments
    from bedside.bookings.booking_queries import BookingQueries
    from bedside.bookings.booking_repository import BookingRepository
    from bedside.bookings.cancellation import Cancellation
    from bedside.bookings.checkout_pages import CheckoutPages
    from bedside.bookings.lifecycle import BookingLifecycle
    from bedside.bookings.notices import BookingNotices
    from bedside.bookings.offer_wiring import OfferWiring
    from bedside.bookings.pack_wiring import PackWiring
    from bedside.bookings.payment_events import PaymentEvents
    from bedside.bookings.payment_starts import PaymentStarts
    from bedside.bookings.purchase_money import PurchaseMoney
    from bedside.bookings.refunds import Refunds
    from bedside.bookings.rescheduling import Rescheduling
    from bedside.bookings.self_service import SelfService
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.payments import PaymentProvider


class BookingsWiring:
    """Parts of the bookings domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def settings(self) -> BookingsSettings:
        return BookingsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.bookings_table)

    @cached_property
    def booking_repository(self) -> "BookingRepository":
        from bedside.bookings.booking_repository import BookingRepository

        return BookingRepository(self.table)

    @cached_property
    def booking_notices(self) -> "BookingNotices":
        from bedside.bookings.notices import BookingNotices

        return BookingNotices(self.booking_repository)

    @cached_property
    def stripe(self) -> "StripeClient | None":
        from bedside.adapters.stripe.client import StripeClient

        keys = self.platform.secrets.payment_keys
        return StripeClient(self.settings.payments_api_url, keys) if keys else None

    @cached_property
    def payments(self) -> "PaymentProvider | None":
        from bedside.adapters.stripe.payments import StripePayments

        return StripePayments(self.stripe) if self.stripe else None

    @cached_property
    def visits(self) -> VisitsWiring:
        return self.platform.domain(VisitsWiring)

    @cached_property
    def booked_visits(self) -> "BookedVisits":
        from bedside.bookings.booked_visits import BookedVisits

        return BookedVisits(self.visits.table, self.visits.time_limits)

    @cached_property
    def documents(self) -> "BookingDocuments":
        from bedside.bookings.booking_documents import BookingDocuments

        return BookingDocuments(self.booked_visits, self.known_policy)

    @cached_property
    def reservations(self) -> "BookedTime":
        from bedside.bookings.booked_time import BookedTime

        return BookedTime(self.booking_repository, self.visits.lifecycle)

    @cached_property
    def lifecycle(self) -> "BookingLifecycle":
        from bedside.bookings.lifecycle import BookingLifecycle

        return BookingLifecycle(
            bookings=self.booking_repository,
            reservations=self.reservations,
            visits=self.booked_visits,
            money=self.purchase_money,
            packs=self.packs.visits,
            policy=self._policy,
            on_refund_failed=refund_failed,
            on_late_payment=payment_found_late,
        )

    @cached_property
    def queries(self) -> "BookingQueries":
        from bedside.bookings.booking_queries import BookingQueries

        return BookingQueries(self.booking_repository, self.documents, self.lifecycle)

    @cached_property
    def offering(self) -> "OfferWiring":
        from bedside.bookings.offer_wiring import OfferWiring

        return OfferWiring(self)

    @cached_property
    def packs(self) -> "PackWiring":
        from bedside.bookings.pack_wiring import PackWiring

        return PackWiring(self)

    @cached_property
    def purchase_money(self) -> "PurchaseMoney":
        from bedside.bookings.purchase_money import PurchaseMoney

        return PurchaseMoney(self._provider, checkout_unknown)

    @cached_property
    def checkout_pages(self) -> "CheckoutPages":
        from bedside.bookings.checkout_pages import CheckoutPages
        from bedside.bookings.customers import Customers

        return CheckoutPages(Customers(self.table, self.platform.drafts), self._provider)

    @cached_property
    def payment_starts(self) -> "PaymentStarts":
        from bedside.bookings.checkouts import Checkouts
        from bedside.bookings.payment_starts import PaymentStarts

        checkouts = Checkouts(self.booking_repository, self.reservations, self.checkout_pages)
        return PaymentStarts(
            limiter=self.platform.limiter,
            bookings=self.booking_repository,
            reservations=self.reservations,
            checkouts=checkouts,
            lifecycle=self.lifecycle,
            ready=self._is_ready,
        )

    @cached_property
    def self_service(self) -> "SelfService":
        from bedside.bookings.quota import BookingQuota
        from bedside.bookings.self_service import SelfService

        return SelfService(
            bookings=self.booking_repository,
            offers=self.offering.offers,
            people=self.identity.people_read,
            quota=BookingQuota(self.booking_repository, self.booked_visits),
            rules=self.visits.time_limits,
            reservations=self.reservations,
            starts=self.payment_starts,
            packs=self.packs.visits,
            documents=self.documents,
            names=self.visits.patient_names,
            policy=self.known_policy,
            randomness=os.urandom,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    @cached_property
    def cancellation(self) -> "Cancellation":
        from bedside.bookings.cancellation import Cancellation

        return Cancellation(self.queries, self.documents, self.booking_repository, self.reservations, self.lifecycle)

    @cached_property
    def refunds(self) -> "Refunds":
        from bedside.bookings.refunds import Refunds

        return Refunds(
            queries=self.queries,
            documents=self.documents,
            bookings=self.booking_repository,
            visits=self.booked_visits,
            money=self.purchase_money,
            lifecycle=self.lifecycle,
        )

    @cached_property
    def rescheduling(self) -> "Rescheduling":
        from bedside.bookings.rescheduling import Rescheduling

        return Rescheduling(
            queries=self.queries,
            documents=self.documents,
            bookings=self.booking_repository,
            visits=self.booked_visits,
            money=self.purchase_money,
            reservations=self.reservations,
            lifecycle=self.lifecycle,
            offers=self.offering.offers,
            starts=self.payment_starts,
        )

    @cached_property
    def payment_events(self) -> "PaymentEvents":
        from bedside.bookings.payment_events import PaymentEvents

        return PaymentEvents(self.lifecycle, self.packs.lifecycle, self.purchase_money, self._is_ready)

    @cached_property
    def booking_sweep(self) -> "SweepSource":
        from bedside.bookings.booking_repository import booking_key
        from bedside.platform.sweeper import SweepSource, postponer

        return SweepSource(self.booking_repository.due, self.lifecycle.sweep, postponer(self.table, booking_key))

    @cached_property
    def pack_sweep(self) -> "SweepSource":
        return self.packs.sweep

    def _is_ready(self) -> bool:
        return self.payments is not None

    def _provider(self) -> "PaymentProvider":
        if self.payments is None:
            raise UnavailableError("The secret payment-keys is missing.")
        return self.payments

    def _policy(self, facility_id: str) -> BookingPolicy:
        """Return a facility's policy as it is now, for decisions."""
        facility = self.identity.facilities.find(facility_id)
        return facility.settings.booking_policy if facility else BookingPolicy()

    def known_policy(self, facility_id: str, now_ms: int) -> BookingPolicy:
        """Return a facility's policy as it was at most a minute ago, to be shown."""
        facility = self.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.booking_policy if facility else BookingPolicy()
