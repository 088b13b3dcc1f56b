"""The free times of a service, for those who want to book one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bedside.adapters.aws.dynamodb import Table, get_together
from bedside.bookings.access import own_facility, sees_all_services
from bedside.bookings.availability import MINUTE_MS
from bedside.bookings.busy_times import BusyTimes, busy_in
from bedside.bookings.errors import ServiceNotFoundError
from bedside.bookings.offer_representation import SlotListDocument, slot_document
from bedside.bookings.requests import MAX_BUFFER, MAX_DURATION, SlotsRequest
from bedside.bookings.schedule import NO_SCHEDULE, schedule_from_record
from bedside.bookings.schedule_repository import schedule_key
from bedside.bookings.service import practitioner_of, service_from_record
from bedside.bookings.service_repository import service_key
from bedside.bookings.slots import free_slots
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.kernel.wall_clock import WallClock

# How far a slot and its buffers may reach beyond the requested dates.
_AROUND_MS: Final = (MAX_DURATION + MAX_BUFFER) * MINUTE_MS
_ID_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """Computes free times from a service, its practitioner with their schedule and what takes their time.

    One request reads all of it.
    """

    table: Table
    busy_times: BusyTimes
    people: PersonRepository

    def list_slots(self, principal: Principal, service_id: str, request: SlotsRequest, now_ms: int) -> SlotListDocument:
        """Return the free times on the requested dates, in order; none of a practitioner who has left.

        Raises ForbiddenError, ServiceNotFoundError, UnavailableError.
        """
        facility_id, practitioner_id = own_facility(principal), practitioner_of(service_id)
        clock = WallClock(request.time_zone)
        first, last = date.fromisoformat(request.first), date.fromisoformat(request.last)
        within = clock.reaches(first, 0), clock.reaches(last + timedelta(days=1), 0)
        around = within[0] - _AROUND_MS, within[1] + _AROUND_MS
        keys = service_key(facility_id, service_id), schedule_key(facility_id, practitioner_id)
        found = {}
        if practitioner_id and len(service_id) <= _ID_LENGTH:
            wanted = [(self.table, key) for key in keys] + self.people.wanted(practitioner_id)
            found = get_together(wanted + self.busy_times.wanted(practitioner_id, around))
        service = service_from_record(found[keys[0]]) if keys[0] in found else None
        practitioner = self.people.found(Scope(facility_id), practitioner_id, found)
        offered = service and service.active and practitioner and practitioner.verified_clinician
        if service is None or not (offered or sees_all_services(principal)):
            raise ServiceNotFoundError("Your facility has no such service.")
        schedule = schedule_from_record(found[keys[1]]) if keys[1] in found else NO_SCHEDULE
        slots = []
        if schedule.availability and offered:
            busy = busy_in(practitioner_id, around, found)
            slots = free_slots(schedule.availability, schedule.blocked, busy, service.duration, within, now_ms)
        return {"slots": [slot_document(slot) for slot in slots], "timeZone": request.time_zone}
