"""Cancelling bookings, and what follows for their money."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.bookings.access import is_facility_admin
from bedside.bookings.booking import Booking
from bedside.bookings.booking_queries import BookingQueries
from bedside.bookings.booking_views import can_be_refunded
from bedside.bookings.changes import stepped
from bedside.bookings.decision import Step
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.purchase import Wish
from bedside.bookings.representation import BookingDocument
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, RefundChangedError, UnavailableError, WrongStateError
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
    """Cancels bookings for their patients and practitioners, and for administrators, who also settle refunds."""

    queries: BookingQueries
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
                    self._wish(booking, Wish(now_ms, principal.user_id, request.reason))
                elif booking.state == "confirmed":
                    self._cancel_visit(booking, principal, request, now_ms)
                elif not _was_cancelled(booking):
                    raise WrongStateError(f"The booking is {booking.state}.", booking.state)
            except ConditionFailedError:
                booking = self.lifecycle.bookings.get(booking_id)
                continue
            booking = self._advanced(booking_id, now_ms)
            if booking.state not in {"held", "awaitingPayment"} or booking.wish:
                return self.queries.views.document(principal, booking, now_ms)
        raise UnavailableError("The booking is being changed by others.", cause="Changed")

    def retry_refund(self, principal: Principal, booking_id: str, now_ms: int) -> BookingDocument:
        """Return money as an administrator of the facility: what failed to go back, or what was kept; give the booking.

        Kept is what was paid for a visit that is over, or was cancelled late. A repeated request changes nothing.
        Raises BookingNotFoundError, ForbiddenError, WrongStateError, UnavailableError.
        """
        booking = self.queries.visible(principal, booking_id)
        if not is_facility_admin(principal) or principal.facility_id != booking.facility_id:
            raise ForbiddenError("Only administrators of the facility may do this.")
        if booking.state == "refundFailed":
            money = self.lifecycle.money.get(booking)
            try:
                retried = stepped(booking, Step("retried", principal.user_id), money, now_ms)
                self.lifecycle.bookings.update(booking, retried)
            except ConditionFailedError:  # somebody else has just tried again
                booking = self.lifecycle.bookings.get(booking_id)
        elif booking.state not in {"refunding", "refunded"}:
            self._return_kept(principal, booking, now_ms)
        return self.queries.views.document(principal, self._advanced(booking_id, now_ms), now_ms)

    def _return_kept(self, principal: Principal, booking: Booking, now_ms: int) -> None:
        visit = self.lifecycle.visits.get(booking.visit_id, now_ms) if booking.has_visit else None
        if not can_be_refunded(principal, booking, visit):
            raise WrongStateError(f"The booking is {booking.state}.", booking.state)
        with suppress(ConditionFailedError):  # somebody else has just done so, or the answer tells what else happened
            self._wish(booking, Wish(now_ms, principal.user_id))

    def _wish(self, booking: Booking, wish: Wish) -> None:
        """Record that somebody gives the booking up; the money may be on its way already."""
        if booking.wish is None:
            self.lifecycle.bookings.update(booking, replace(booking, wish=wish, due_at=wish.at))

    def _cancel_visit(self, booking: Booking, principal: Principal, request: CancelBookingRequest, now_ms: int) -> None:
        decision = Decision("cancel", now_ms, principal.user_id, reason=request.reason)

        def change(visit: Visit) -> VisitFacts:
            if visit.state == "cancelled":
                return visit.facts
            if not allows(visit.state, "cancel"):
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            due = self.queries.views.refund_if_cancelled(principal, booking, visit, now_ms)
            if request.expected_refund not in {None, due}:
                raise RefundChangedError("Another refund is due by now.")
            return with_decision(visit.facts, decision)

        self.lifecycle.time.visits.update(booking.visit_id, change, now_ms)

    def _advanced(self, booking_id: str, now_ms: int) -> Booking:
        """Return the booking after what follows; without the provider, the sweeper returns the money."""
        try:
            return self.lifecycle.advance(booking_id, now_ms)
        except UnavailableError:
            return self.lifecycle.bookings.get(booking_id)


def _was_cancelled(booking: Booking) -> bool:
    return booking.state in {"cancelled", "refunding", "refunded", "refundFailed"}
