"""What is offered at the moment, and what must not change until it is booked."""

from collections.abc import Sequence
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import Change
from bedside.bookings.availability import Availability
from bedside.bookings.errors import OutsideAvailabilityError
from bedside.bookings.schedule_repository import ScheduleRepository
from bedside.bookings.service import Service
from bedside.bookings.service_repository import ServiceRepository
from bedside.bookings.slots import is_offered
from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Scope
from bedside.kernel.wall_clock import WallClock


@dataclass(frozen=True, slots=True)
class Offers:
    """Times of services as their practitioners offer them, whether anybody has booked them or not."""

    services: ServiceRepository
    schedules: ScheduleRepository
    people: PersonRepository

    def find(self, facility_id: str, service_id: str) -> tuple[Service, Person] | None:
        """Return a service and its practitioner; None if there is none, or they may not see patients any more.

        The service may be inactive. Raises UnavailableError.
        """
        service = self.services.find(facility_id, service_id)
        practitioner = self.people.find(Scope(facility_id), service.practitioner_id) if service else None
        if service is None or practitioner is None or not practitioner.verified_clinician:
            return None
        return service, practitioner

    def require(self, service: Service, starts_at: int, now_ms: int) -> tuple[Availability, Sequence[Change]]:
        """Return the availability that offers a time, and changes that fail once service or schedule have changed.

        Raises OutsideAvailabilityError, UnavailableError.
        """
        facility_id, practitioner_id = service.facility_id, service.practitioner_id
        schedule = self.schedules.get(facility_id, practitioner_id)
        availability = schedule.availability
        if availability is None or not is_offered(availability, schedule.blocked, service.duration, starts_at, now_ms):
            raise OutsideAvailabilityError("This time is not offered.")
        day = WallClock(availability.time_zone).date_at(starts_at)
        return availability, [
            self.services.unchanged_change(service, now_ms),
            self.schedules.still_open_change(facility_id, practitioner_id, schedule.version, day, now_ms),
        ]
