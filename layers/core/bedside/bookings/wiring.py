"""Composes bookings."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.bookings.settings import BookingsSettings
from bedside.identity.wiring import IdentityWiring
from bedside.visits.wiring import VisitsWiring

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.stripe.client import StripeClient
    from bedside.bookings.booked_visits import BookedVisits
    from bedside.bookings.booking_queries import BookingQueries
    from bedside.bookings.booking_repository import BookingRepository
    from bedside.bookings.busy_times import BusyTimes
    from bedside.bookings.free_times import FreeTimes
    from bedside.bookings.schedules import Schedules
    from bedside.bookings.self_service import SelfService
    from bedside.bookings.services import Services
    from bedside.platform.wiring import Platform
    from bedside.ports.payments import PaymentProvider

# Of facilities whose settings nobody has saved.
_TIME_ZONE = "UTC"


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
    def busy_times(self) -> "BusyTimes":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.bookings.busy_times import BusyTimes

        return BusyTimes(Table(self.settings.visits_table))

    @cached_property
    def schedules(self) -> "Schedules":
        from bedside.bookings.schedule_repository import ScheduleRepository
        from bedside.bookings.schedules import Schedules

        return Schedules(ScheduleRepository(self.table), self.busy_times, self.identity.people_read, self._time_zone)

    @cached_property
    def services(self) -> "Services":
        from bedside.bookings.service_repository import ServiceRepository
        from bedside.bookings.services import Services

        key = self.platform.secrets.pseudonym_key
        return Services(ServiceRepository(self.table), self.identity.people_read, os.urandom, key)

    @cached_property
    def free_times(self) -> "FreeTimes":
        from bedside.bookings.free_times import FreeTimes

        return FreeTimes(self.table, self.busy_times, self.identity.people_read)

    @cached_property
    def booking_repository(self) -> "BookingRepository":
        from bedside.bookings.booking_repository import BookingRepository

        return BookingRepository(self.table)

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
    def queries(self) -> "BookingQueries":
        from bedside.bookings.booking_queries import BookingQueries

        return BookingQueries(self.booking_repository, self.booked_visits)

    @cached_property
    def self_service(self) -> "SelfService":
        from bedside.bookings.schedule_repository import ScheduleRepository
        from bedside.bookings.self_service import SelfService
        from bedside.bookings.service_repository import ServiceRepository

        return SelfService(
            bookings=self.booking_repository,
            services=ServiceRepository(self.table),
            schedules=ScheduleRepository(self.table),
            people=self.identity.people_read,
            visits=self.visits.repository,
            booked=self.booked_visits,
            lifecycle=self.visits.lifecycle,
            names=self.visits.patient_names,
            randomness=os.urandom,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    def _time_zone(self, facility_id: str, now_ms: int) -> str:
        facility = self.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.time_zone if facility else _TIME_ZONE
