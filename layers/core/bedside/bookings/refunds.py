"""Refunds that administrators settle: tried again, made outside of the payment provider, or granted though late."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from bedside.bookings.access import is_facility_admin
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_documents import BookingDocuments, can_be_refunded
from bedside.bookings.booking_queries import BookingQueries
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.booking_representation import BookingDocument
from bedside.bookings.decision import Step
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.money import Money
from bedside.bookings.purchase import Purchase, Withdrawal
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.bookings.transitions import apply_step, owed
from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import REFUSED, LongText, Wire

_WHY = "Say why: the patient reads it."


class RefundRequest(Wire):
    """Why, which the patient reads, too.

    With `otherwise`, the money has gone back outside of the payment provider, which has to be explained.
    """

    reason: LongText = ""
    otherwise: bool = False

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if self.otherwise and not self.reason:
            raise PydanticCustomError(REFUSED, _WHY)
        return self


@dataclass(frozen=True, slots=True)
class Refunds:
    """Settles what patients are owed, for administrators of the facility."""

    queries: BookingQueries
    documents: BookingDocuments
    bookings: BookingRepository
    visits: BookedVisits
    money: PurchaseMoney
    lifecycle: BookingLifecycle

    def settle(self, principal: Principal, booking_id: str, request: RefundRequest, now_ms: int) -> BookingDocument:
        """Return what failed to go back, or what was kept, and return the booking; repeated, the same.

        Kept is what was paid for a visit that is over, or was cancelled late; or the visit of a pack that it has used
        up, which then goes back to the pack. Raises BookingNotFoundError, ForbiddenError, InvalidRequestError,
        WrongStateError, UnavailableError.
        """
        booking = self.queries.visible(principal, booking_id)
        if not is_facility_admin(principal) or principal.facility_id != booking.facility_id:
            raise ForbiddenError("Only administrators of the facility may do this.")
        if request.otherwise and booking.state != "refunded":
            require_failed(booking, booking.state)
        if booking.state == "refundFailed":
            money = self.money.get(booking)
            before, step = settling(booking, request, money, principal.user_id)
            with suppress(ChangedMeanwhileError):  # somebody else has just done so
                self.bookings.update(booking, apply_step(before, step, money, now_ms))
        elif booking.state not in {"refunding", "refunded"} and not booking.is_returned:
            self._return_kept(principal, booking, request, now_ms)
        return self.documents.describe(principal, self.lifecycle.try_advance(booking_id, now_ms), now_ms)

    def _return_kept(self, principal: Principal, booking: Booking, request: RefundRequest, now_ms: int) -> None:
        visit = self.visits.get(booking.visit_id, now_ms) if booking.has_visit else None
        if not can_be_refunded(principal, booking, visit):
            raise WrongStateError(f"The booking is {booking.state}.", booking.state)
        if booking.pack_id and not request.reason:
            raise InvalidRequestError([FieldFault("reason", _WHY, "missing")])
        with suppress(ChangedMeanwhileError):  # somebody else has just done so, or the answer tells what else happened
            self.lifecycle.withdraw(booking, Withdrawal(now_ms, principal.user_id, request.reason))


def require_failed(purchase: Purchase, state: str) -> None:
    """Raise WrongStateError if no refund has failed: money that is on its way would go back twice."""
    if purchase.state != "refundFailed":
        raise WrongStateError("No refund has failed.", state)


def settling[P: Purchase](purchase: P, request: RefundRequest, money: Money, by: str) -> tuple[P, Step]:
    """Return how an administrator settles a failed refund: the purchase as they leave it, and the step to take."""
    if not request.otherwise:
        return purchase, Step("retried", by, request.reason)
    # What the provider has returned of it, it has.
    otherwise = purchase.returned_otherwise + owed(purchase, money)
    return replace(purchase, returned_otherwise=otherwise), Step("returnedOtherwise", by, request.reason)
