"""Bookings that patients make themselves: a free time of a service becomes a video visit."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Self

from pydantic import AwareDatetime, model_validator
from pydantic_core import PydanticCustomError

from bedside.bookings.access import own_facility
from bedside.bookings.availability import MINUTE_MS
from bedside.bookings.booked_time import BookedTime, visit_of
from bedside.bookings.booking import Booking
from bedside.bookings.booking_documents import BookingDocuments
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.booking_representation import BookingDocument
from bedside.bookings.decision import ATTENDANCE_KNOWN_MS
from bedside.bookings.errors import OutsideAvailabilityError, PriceChangedError, ServiceNotFoundError
from bedside.bookings.offers import Offers
from bedside.bookings.pack_visits import PackVisits
from bedside.bookings.payment_starts import PaymentStarts, Start
from bedside.bookings.purchase import Entry
from bedside.bookings.quota import BookingQuota
from bedside.bookings.requests import PriceRequest
from bedside.bookings.service import Price, Service
from bedside.identity.facility import BookingPolicy
from bedside.identity.person import PATIENT, Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.kernel.errors import ForbiddenError, UnavailableError
from bedside.kernel.request_ids import request_id
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import REFUSED, Identifier, Wire
from bedside.visits.errors import ClashError
from bedside.visits.patient_names import PatientNames
from bedside.visits.timeline import TimeLimits

# Each failed try means that somebody else has changed what is offered in these milliseconds.
_TRIES: Final = 3


class BookingRequest(Wire):
    """A free time of a service, and the price that the patient has seen, or else the pack whose visit is to be used."""

    service_id: Identifier
    starts_at: AwareDatetime
    price: PriceRequest | None = None
    pack_id: Identifier | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.price is None) == (self.pack_id is None):
            raise PydanticCustomError(REFUSED, "Name either the price or a pack.")
        return self


@dataclass(frozen=True, slots=True)
class SelfService:
    """Books services for the patients who ask.

    `policy` returns a facility's as it is shown at an instant, `randomness(n)` n random bytes.
    """

    bookings: BookingRepository
    offers: Offers
    people: PersonRepository
    quota: BookingQuota
    rules: TimeLimits
    reservations: BookedTime
    starts: PaymentStarts
    packs: PackVisits
    documents: BookingDocuments
    names: PatientNames
    policy: Callable[[str, int], BookingPolicy]
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes

    def book(self, start: Start, request: BookingRequest, key: str | None, now_ms: int) -> BookingDocument:
        """Book a time for the caller, or return the booking that the same request and idempotency key has made.

        A time with a price is held until it is paid, unless a pack has paid it. Raises ForbiddenError,
        ServiceNotFoundError, PriceChangedError, PackNotFoundError, PackNotUsableError, PaymentsNotReadyError,
        LimitReachedError, OutsideAvailabilityError, TooManyBookingsError, SlotHeldError, SlotBookedError,
        PatientClashError, UnavailableError.
        """
        principal = start.principal
        facility_id = own_facility(principal)
        if PATIENT not in principal.roles:
            raise ForbiddenError("Only patients book for themselves.")
        booking_id = self._new_id(principal, request, key)
        if key is not None and (known := self.bookings.find(booking_id)):
            # A function may have been killed before it opened the Checkout.
            known = self.starts.checkouts.ensure(known, start.origin, now_ms)
            return self.documents.describe(principal, known, now_ms)
        starts_at = round(request.starts_at.timestamp() * 1000)
        if not self.rules.may_start(starts_at, now_ms):
            raise OutsideAvailabilityError("This time is not offered.")
        self.quota.require(principal, facility_id, now_ms)
        if request.price and request.price.amount:
            self._service(principal, facility_id, request)
            self.starts.count(start, now_ms)
        else:
            self.starts.count_free(principal, now_ms)
        for _ in range(_TRIES):
            # What is offered may change until it is booked; then it is looked at again.
            with suppress(ChangedMeanwhileError):
                booking = self._try(start, facility_id, request, booking_id, starts_at, now_ms)
                return self.documents.describe(principal, booking, now_ms)
        raise UnavailableError("What is offered is being changed.", cause="Changed")

    def _try(
        self, start: Start, facility_id: str, request: BookingRequest, booking_id: str, starts_at: int, now_ms: int
    ) -> Booking:
        """Book a time if it is offered. Raises ChangedMeanwhileError if service or schedule changed meanwhile."""
        principal = start.principal
        service, practitioner = self._service(principal, facility_id, request)
        availability, also = self.offers.require(service, starts_at, now_ms)
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
            version=1,
            history=(Entry(now_ms, "confirmed", principal.user_id),),
            practitioner_name=practitioner.display_name,
            buffers=(availability.buffer_before * MINUTE_MS, availability.buffer_after * MINUTE_MS),
            due_at=starts_at + ATTENDANCE_KNOWN_MS,
            agreed_starts_at=starts_at,
            policy=self.policy(facility_id, now_ms),
        )
        booking = self._with_name(booking, Scope(facility_id))
        if request.pack_id:
            booking, taken = self.packs.take(request.pack_id, booking, now_ms)
            also = [*also, taken]
        elif service.price.amount:
            return self.starts.hold(booking, start, also, now_ms)
        try:
            created = self.reservations.create(booking, now_ms, also)
        except ClashError as error:
            raise self.starts.refusal(error, now_ms) from error
        # If it exists, the same request has just made it.
        return booking if created else self.bookings.get(booking_id)

    def _service(self, principal: Principal, facility_id: str, request: BookingRequest) -> tuple[Service, Person]:
        offer = self.offers.find(facility_id, request.service_id)
        if offer is None or not offer[0].active:
            raise ServiceNotFoundError("Your facility has no such service.")
        service, practitioner = offer
        if practitioner.user_id == principal.user_id:
            raise ForbiddenError("Nobody books a visit with themselves.")
        if request.price and service.price != Price(request.price.amount, request.price.currency):
            raise PriceChangedError("The price is another one now.", service.price.amount, service.price.currency)
        return service, practitioner

    def _with_name(self, booking: Booking, scope: Scope) -> Booking:
        """Return the booking with its patient's name."""
        patient = self.people.find(scope, booking.patient_id)
        visit = visit_of(replace(booking, patient_name=patient.display_name if patient else None))
        [named] = self.names.named([visit])
        return replace(booking, patient_name=named.patient_name)

    def _new_id(self, principal: Principal, request: BookingRequest, key: str | None) -> str:
        return request_id(
            "booking",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
        )
