"""Other times for bookings: because people wish it, or because theirs was lost before their money came."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, NoReturn, Self

from pydantic import AwareDatetime, model_validator
from pydantic_core import PydanticCustomError

from bedside.adapters.aws.dynamodb import Change
from bedside.bookings.access import is_practice
from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_documents import BookingDocuments, movable_until
from bedside.bookings.booking_queries import BookingQueries
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.booking_representation import BookingDocument
from bedside.bookings.decision import ATTENDANCE_KNOWN_MS, Step
from bedside.bookings.errors import OutsideAvailabilityError
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.offers import Offers
from bedside.bookings.payment_starts import PaymentStarts
from bedside.bookings.purchase import Withdrawal
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.bookings.transitions import apply_step
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, TooLateError, UnavailableError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import REFUSED, Wire
from bedside.visits.errors import ClashError
from bedside.visits.model import Visit

_TRIES: Final = 5


class RescheduleBookingRequest(Wire):
    starts_at: AwareDatetime


class ChoiceRequest(Wire):
    """Another time of the service, or the money."""

    starts_at: AwareDatetime | None = None
    refund: bool = False

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.starts_at is not None) == self.refund:
            raise PydanticCustomError(REFUSED, "Choose either another time or the refund.")
        return self


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """Moves bookings to other times that their services offer."""

    queries: BookingQueries
    documents: BookingDocuments
    bookings: BookingRepository
    visits: BookedVisits
    money: PurchaseMoney
    reservations: BookedTime
    lifecycle: BookingLifecycle
    offers: Offers
    starts: PaymentStarts

    def reschedule(
        self, principal: Principal, booking_id: str, request: RescheduleBookingRequest, now_ms: int
    ) -> BookingDocument:
        """Move a confirmed booking and its visit, and return it; a repeated request changes nothing.

        Raises BookingNotFoundError, WrongStateError, TooLateError, OutsideAvailabilityError, SlotHeldError,
        SlotBookedError, PatientClashError, UnavailableError.
        """
        starts_at = _instant(request.starts_at)
        for _ in range(_TRIES):
            booking = self.queries.visible(principal, booking_id)
            # Otherwise booking, service or schedule have changed: look again.
            with suppress(ChangedMeanwhileError):
                self._move(principal, booking, starts_at, now_ms)
                break
        else:
            raise UnavailableError("What is offered is being changed.", cause="Changed")
        return self.documents.describe(principal, self.bookings.get(booking_id), now_ms)

    def choose(self, principal: Principal, booking_id: str, request: ChoiceRequest, now_ms: int) -> BookingDocument:
        """Take another time for a booking whose time was lost, or the money back, as its patient; return the booking.

        A repeated request changes nothing. Raises BookingNotFoundError, ForbiddenError, WrongStateError,
        OutsideAvailabilityError, SlotHeldError, SlotBookedError, PatientClashError, UnavailableError.
        """
        for _ in range(_TRIES):
            booking = self.queries.visible(principal, booking_id)
            if principal.user_id != booking.patient_id:
                raise ForbiddenError("Only the patient may do this.")
            with suppress(ChangedMeanwhileError):
                if request.starts_at is not None:
                    self._take_other(principal, booking, _instant(request.starts_at), now_ms)
                else:
                    self._take_money(booking, now_ms)
                break
        else:
            raise UnavailableError("The booking is being changed by others.", cause="Changed")
        with suppress(UnavailableError):  # the sweeper returns the money
            self.lifecycle.advance(booking_id, now_ms)
        return self.documents.describe(principal, self.bookings.get(booking_id), now_ms)

    def _move(self, principal: Principal, booking: Booking, starts_at: int, now_ms: int) -> None:
        if booking.state != "confirmed":
            raise WrongStateError(f"The booking is {booking.state}.", booking.state)
        visit = self.visits.get(booking.visit_id, now_ms)
        if visit.facts.starts_at == starts_at and booking.starts_at == starts_at:
            return
        if visit.state != "scheduled":
            raise WrongStateError(f"The visit is {visit.state}.", visit.state)
        movable = is_practice(principal, booking) or now_ms <= movable_until(
            booking, visit, self.lifecycle.policy_of(booking)
        )
        if not movable:
            raise TooLateError("It is too late to choose another time. You can still cancel.")
        also = self._offered(principal, booking, starts_at, now_ms)
        # Who moves their own booking has chosen its time.
        agreed = starts_at if principal.user_id == booking.patient_id else booking.agreed_starts_at
        after = replace(booking, starts_at=starts_at, agreed_starts_at=agreed, due_at=starts_at + ATTENDANCE_KNOWN_MS)

        def change(current: Visit) -> Visit:
            if current.state != "scheduled":
                raise WrongStateError(f"The visit is {current.state}.", current.state)
            facts = replace(current.facts, starts_at=starts_at, rescheduled_at=now_ms)
            return replace(current, facts=facts, sequence=current.sequence + 1)

        try:
            self.reservations.move(booking, after, change, principal.user_id, now_ms, also)
        except ClashError as error:
            self._refuse(error, now_ms)

    def _take_other(self, principal: Principal, booking: Booking, starts_at: int, now_ms: int) -> None:
        if booking.state == "confirmed" and booking.starts_at == starts_at:
            return
        also = self._offered(principal, booking, starts_at, now_ms) if booking.state == "choiceDue" else ()
        step = Step("chosen", booking.patient_id)
        after = replace(
            apply_step(booking, step, self.money.get(booking), now_ms),
            starts_at=starts_at,
            agreed_starts_at=starts_at,
            due_at=starts_at + ATTENDANCE_KNOWN_MS,
        )
        try:
            self.reservations.confirm(booking, after, booking.patient_id, now_ms, also)
        except ClashError as error:
            self._refuse(error, now_ms)

    def _take_money(self, booking: Booking, now_ms: int) -> None:
        if booking.state in {"refunding", "refunded", "refundFailed"}:
            return
        if booking.state != "choiceDue":
            raise WrongStateError(f"The booking is {booking.state}.", booking.state)
        self.lifecycle.withdraw(booking, Withdrawal(now_ms, booking.patient_id))

    def _offered(self, principal: Principal, booking: Booking, starts_at: int, now_ms: int) -> Sequence[Change]:
        """Return the changes that fail once the booked service is no longer offered at a time.

        The practice also moves bookings of a service that it has withdrawn.
        """
        offer = self.offers.find(booking.facility_id, booking.service_id)
        withdrawn = offer is None or not (offer[0].active or is_practice(principal, booking))
        if offer is None or withdrawn or not self.visits.rules.may_start(starts_at, now_ms):
            raise OutsideAvailabilityError("This time is not offered.")
        _, also = self.offers.require(replace(offer[0], duration=booking.duration), starts_at, now_ms)
        return also

    def _refuse(self, error: ClashError, now_ms: int) -> NoReturn:
        raise self.starts.refusal(error, now_ms) from error


def _instant(at: AwareDatetime) -> int:
    return round(at.timestamp() * 1000)
