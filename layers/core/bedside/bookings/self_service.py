"""Bookings that patients make themselves: a free time of a service becomes a video visit."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydantic import AwareDatetime

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.bookings.access import own_facility
from bedside.bookings.availability import MINUTE_MS, Availability
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.representation import BookingDocument, booking_document
from bedside.bookings.requests import PriceRequest
from bedside.bookings.schedule_repository import ScheduleRepository
from bedside.bookings.service import Price, Service
from bedside.bookings.service_repository import ServiceRepository
from bedside.bookings.slots import is_offered
from bedside.bookings.wall_clock import WallClock
from bedside.identity.person import PATIENT, Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import (
    ClashError,
    ForbiddenError,
    OutsideAvailabilityError,
    PatientClashError,
    PaymentsNotReadyError,
    PriceChangedError,
    ServiceNotFoundError,
    SlotBookedError,
    TooManyBookingsError,
    UnavailableError,
)
from bedside.kernel.request_ids import request_id
from bedside.kernel.wire import Identifier, Wire
from bedside.visits.facts import VisitFacts
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit
from bedside.visits.patient_names import PatientNames
from bedside.visits.repository import VisitRepository

# Each failed try means that somebody else has changed what is offered in these milliseconds.
_TRIES: Final = 3
# Nobody needs more visits ahead at one facility, and one person cannot take all free times.
MOST_AHEAD: Final = 10


class BookingRequest(Wire):
    """A free time of a service, and the price that the patient has seen."""

    service_id: Identifier
    starts_at: AwareDatetime
    price: PriceRequest


@dataclass(frozen=True, slots=True)
class SelfService:
    """Books services for the patients who ask; `randomness(n)` returns n random bytes."""

    bookings: BookingRepository
    services: ServiceRepository
    schedules: ScheduleRepository
    people: PersonRepository
    visits: VisitRepository
    booked: BookedVisits
    lifecycle: VisitLifecycle
    names: PatientNames
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes

    def book(self, principal: Principal, request: BookingRequest, key: str | None, now_ms: int) -> BookingDocument:
        """Book a time for the caller, or return the booking that the same request and idempotency key has made.

        Raises ForbiddenError, ServiceNotFoundError, PriceChangedError, PaymentsNotReadyError, OutsideAvailabilityError,
        TooManyBookingsError, SlotBookedError, PatientClashError, UnavailableError.
        """
        facility_id = own_facility(principal)
        if PATIENT not in principal.roles:
            raise ForbiddenError("Only patients book for themselves.")
        booking_id = self._new_id(principal, request, key)
        if key is not None and (known := self.bookings.find(booking_id)):
            return self._document(known, now_ms)
        starts_at = round(request.starts_at.timestamp() * 1000)
        if not self.booked.rules.may_start(starts_at, now_ms):
            raise OutsideAvailabilityError("This time is not offered.")
        self._require_few(principal, facility_id, now_ms)
        for _ in range(_TRIES):
            # What is offered may change until it is booked; then it is looked at again.
            with suppress(ConditionFailedError):
                return self._try(principal, facility_id, request, booking_id, starts_at, key, now_ms)
        raise UnavailableError("What is offered is being changed.", cause="Changed")

    def _try(
        self,
        principal: Principal,
        facility_id: str,
        request: BookingRequest,
        booking_id: str,
        starts_at: int,
        key: str | None,
        now_ms: int,
    ) -> BookingDocument:
        """Book a time if it is offered. Raises ConditionFailedError if service or schedule changed meanwhile."""
        service, practitioner = self._service(principal, facility_id, request)
        schedule = self.schedules.get(facility_id, practitioner.user_id)
        availability = schedule.availability
        if availability is None or not is_offered(availability, schedule.blocked, service.duration, starts_at, now_ms):
            raise OutsideAvailabilityError("This time is not offered.")
        booking = Booking(
            booking_id=booking_id,
            facility_id=facility_id,
            patient_id=principal.user_id,
            practitioner_id=practitioner.user_id,
            service_id=service.service_id,
            service_name=service.name,
            price=service.price,
            starts_at=starts_at,
            duration=service.duration,
            visit_id=booking_id,
            created_at=now_ms,
        )
        visit = self._visit(booking, availability, practitioner, Scope(facility_id))
        day = WallClock(availability.time_zone).date_at(starts_at)
        also = [
            self.bookings.create_change(booking),
            self.services.unchanged_change(service, now_ms),
            self.schedules.still_open_change(facility_id, practitioner.user_id, schedule.version, day, now_ms),
        ]
        try:
            created = self.visits.create(visit, by=principal.user_id, now_ms=now_ms, also=also)
        except PatientClashError:
            raise
        except ClashError as error:
            raise SlotBookedError("Somebody else was faster. Choose another time.") from error
        if not created and key is None:
            raise UnavailableError("The time could not be booked.", cause="SameId")
        self.lifecycle.on_booked(visit, now_ms)
        return self._document(booking, now_ms)

    def _require_few(self, principal: Principal, facility_id: str, now_ms: int) -> None:
        """Raise TooManyBookingsError if the caller has as many bookings to come as anybody may have.

        Calls at the same moment may together pass the limit by a few.
        """
        found, _ = self.bookings.list_by("patient", principal.user_id, since=now_ms, until=None, cursor=None)
        visits = self.booked.get_all([one.visit_id for one in found if one.facility_id == facility_id], now_ms)
        if sum(visit.ongoing for visit in visits.values()) >= MOST_AHEAD:
            raise TooManyBookingsError(f"You have {MOST_AHEAD} bookings to come already.")

    def _service(self, principal: Principal, facility_id: str, request: BookingRequest) -> tuple[Service, Person]:
        service = self.services.find(facility_id, request.service_id)
        practitioner = self.people.find(Scope(facility_id), service.practitioner_id) if service else None
        if service is None or not service.active or practitioner is None or not practitioner.verified_clinician:
            raise ServiceNotFoundError("Your facility has no such service.")
        if practitioner.user_id == principal.user_id:
            raise ForbiddenError("Nobody books a visit with themselves.")
        if service.price != Price(request.price.amount, request.price.currency):
            raise PriceChangedError("The price is another one now.", service.price.amount, service.price.currency)
        if service.price.amount:
            raise PaymentsNotReadyError("Services with a price cannot be booked online yet.")
        return service, practitioner

    def _visit(self, booking: Booking, availability: Availability, practitioner: Person, scope: Scope) -> Visit:
        patient = self.people.find(scope, booking.patient_id)
        visit = Visit(
            visit_id=booking.visit_id,
            facility_id=booking.facility_id,
            patient_id=booking.patient_id,
            practitioner_id=booking.practitioner_id,
            duration_minutes=booking.duration,
            facts=VisitFacts(booking.starts_at),
            patient_name=patient.display_name if patient else None,
            practitioner_name=practitioner.display_name,
            buffers=(availability.buffer_before * MINUTE_MS, availability.buffer_after * MINUTE_MS),
            service_name=booking.service_name,
        )
        [named] = self.names.named([visit])
        return named

    def _document(self, booking: Booking, now_ms: int) -> BookingDocument:
        return booking_document(booking, self.booked.get(booking.visit_id, now_ms))

    def _new_id(self, principal: Principal, request: BookingRequest, key: str | None) -> str:
        return request_id(
            "booking",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
        )
