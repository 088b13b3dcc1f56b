"""Cancelling bookings."""

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booking import Booking
from bedside.bookings.booking_documents import BookingDocuments
from bedside.bookings.booking_queries import BookingQueries
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.booking_representation import BookingDocument
from bedside.bookings.errors import RefundChangedError
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.purchase import Withdrawal
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import LongText, Wire
from bedside.visits.facts import Decision, VisitFacts, with_decision
from bedside.visits.model import Visit
from bedside.visits.states import allows

_TRIES: Final = 5


class CancelBookingRequest(Wire):
    """Why, and the refund that was shown to the caller: if another one is due by now, nothing is cancelled."""

    reason: LongText = ""
    expected_refund: int | None = Field(default=None, ge=0)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Cancels bookings for their patients and practitioners, and for administrators of the facility."""

    queries: BookingQueries
    documents: BookingDocuments
    bookings: BookingRepository
    reservations: BookedTime
    lifecycle: BookingLifecycle

    def cancel(
        self, principal: Principal, booking_id: str, request: CancelBookingRequest, now_ms: int
    ) -> BookingDocument:
        """Cancel a booking, and return it: a patient gets back what the facility's policy says, or else everything.

        A repeated request changes nothing. Raises BookingNotFoundError, WrongStateError, RefundChangedError,
        UnavailableError.
        """
        booking = self.queries.visible(principal, booking_id)
        for _ in range(_TRIES):
            try:
                if booking.state in {"held", "awaitingPayment"}:
                    self.lifecycle.withdraw(booking, Withdrawal(now_ms, principal.user_id, request.reason))
                elif booking.state == "confirmed":
                    self._cancel_visit(booking, principal, request, now_ms)
                elif not _was_cancelled(booking):
                    raise WrongStateError(f"The booking is {booking.state}.", booking.state)
            except ChangedMeanwhileError:
                booking = self.bookings.get(booking_id)
                continue
            booking = self.lifecycle.try_advance(booking_id, now_ms)
            if booking.state not in {"held", "awaitingPayment"} or booking.withdrawal:
                return self.documents.describe(principal, booking, now_ms)
        raise UnavailableError("The booking is being changed by others.", cause="Changed")

    def _cancel_visit(self, booking: Booking, principal: Principal, request: CancelBookingRequest, now_ms: int) -> None:
        decision = Decision("cancel", now_ms, principal.user_id, reason=request.reason)

        def change(visit: Visit) -> VisitFacts:
            if visit.state == "cancelled":
                return visit.facts
            if not allows(visit.state, "cancel"):
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            due = self.documents.refund_if_cancelled(principal, booking, visit, now_ms)
            if request.expected_refund not in {None, due}:
                raise RefundChangedError("Another refund is due by now.")
            return with_decision(visit.facts, decision)

        self.reservations.change_visit(booking, change, now_ms)


def _was_cancelled(booking: Booking) -> bool:
    return booking.state in {"cancelled", "refunding", "refunded", "refundFailed"}
