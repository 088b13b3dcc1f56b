"""Composes what can be booked and when: availability, services, free times."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.bookings.availability_admin import AvailabilityAdmin
    from bedside.bookings.busy_times import BusyTimes
    from bedside.bookings.free_times import FreeTimes
    from bedside.bookings.offers import Offers
    from bedside.bookings.service_catalogue import ServiceCatalogue
    from bedside.bookings.settings import BookingsSettings
    from bedside.identity.facility import BookingPolicy
    from bedside.identity.wiring import IdentityWiring
    from bedside.platform.wiring import Platform

# Of facilities whose settings nobody has saved.
_TIME_ZONE: Final = "UTC"


class Surroundings(Protocol):
    """The parts of bookings that offers are composed over."""

    platform: "Platform"

    @property
    def identity(self) -> "IdentityWiring": ...
    @property
    def settings(self) -> "BookingsSettings": ...
    @property
    def table(self) -> "Table": ...
    def known_policy(self, facility_id: str, now_ms: int) -> "BookingPolicy": ...


class OfferWiring:
    """The parts of bookings that are about what can be booked."""

    def __init__(self, bookings: Surroundings) -> None:
        self.bookings = bookings

    @cached_property
    def busy_times(self) -> "BusyTimes":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.bookings.busy_times import BusyTimes

        return BusyTimes(Table(self.bookings.settings.visits_table))

    @cached_property
    def availability(self) -> "AvailabilityAdmin":
        from bedside.bookings.availability_admin import AvailabilityAdmin
        from bedside.bookings.schedule_repository import ScheduleRepository

        schedules, people = ScheduleRepository(self.bookings.table), self.bookings.identity.people_read
        return AvailabilityAdmin(schedules, self.busy_times, people, self._time_zone)

    @cached_property
    def catalogue(self) -> "ServiceCatalogue":
        from bedside.bookings.service_catalogue import ServiceCatalogue
        from bedside.bookings.service_repository import ServiceRepository

        key = self.bookings.platform.secrets.pseudonym_key
        repository = ServiceRepository(self.bookings.table)
        return ServiceCatalogue(
            repository, self.bookings.identity.people_read, os.urandom, key, self.bookings.known_policy
        )

    @cached_property
    def free_times(self) -> "FreeTimes":
        from bedside.bookings.free_times import FreeTimes

        return FreeTimes(self.bookings.table, self.busy_times, self.bookings.identity.people_read)

    @cached_property
    def offers(self) -> "Offers":
        from bedside.bookings.offers import Offers
        from bedside.bookings.schedule_repository import ScheduleRepository
        from bedside.bookings.service_repository import ServiceRepository

        return Offers(
            ServiceRepository(self.bookings.table),
            ScheduleRepository(self.bookings.table),
            self.bookings.identity.people_read,
        )

    def _time_zone(self, facility_id: str, now_ms: int) -> str:
        facility = self.bookings.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.time_zone if facility else _TIME_ZONE
