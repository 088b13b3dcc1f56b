"""Bookings as their callers see them, with what they may do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bedside.bookings.access import is_practice
from bedside.bookings.availability import MINUTE_MS
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.policy import free_until, gives_visit_back, refund_due
from bedside.bookings.purchase import CLOCK, PROVIDER, Entry, Purchase
from bedside.bookings.representation import (
    BookingAuthor,
    BookingDocument,
    BookingEntryDocument,
    PackVisitDocument,
    RefundDocument,
    RefundState,
    VoucherDocument,
)
from bedside.bookings.states import BookingState
from bedside.identity.facility import BookingPolicy
from bedside.identity.principal import Principal
from bedside.kernel.instants import iso
from bedside.ports.payments import Voucher
from bedside.visits.model import Visit
from bedside.visits.states import allows

_UNPAID: Final = frozenset({"held", "awaitingPayment"})
_REFUNDS: Final[Mapping[BookingState, RefundState]] = {
    "refunding": "pending",
    "refunded": "returned",
    "refundFailed": "failed",
}


@dataclass(frozen=True, slots=True)
class BookingViews:
    """Documents of bookings; `policy` returns a facility's, which may be a minute old, at an instant."""

    visits: BookedVisits
    policy: Callable[[str, int], BookingPolicy]

    def document(self, principal: Principal, booking: Booking, now_ms: int) -> BookingDocument:
        """Return a booking as the caller sees it. Raises UnavailableError."""
        [document] = self.documents(principal, [booking], now_ms)
        return document

    def documents(self, principal: Principal, bookings: Sequence[Booking], now_ms: int) -> list[BookingDocument]:
        """Return up to a hundred bookings as the caller sees them. Raises UnavailableError."""
        visits = self.visits.get_all([booking.visit_id for booking in bookings if booking.has_visit], now_ms)
        return [self._document(principal, booking, visits.get(booking.visit_id), now_ms) for booking in bookings]

    def _document(self, principal: Principal, booking: Booking, visit: Visit | None, now_ms: int) -> BookingDocument:
        own = principal.user_id == booking.patient_id
        starts_at = visit.facts.starts_at if visit else booking.starts_at
        duration = visit.duration_minutes if visit else booking.duration
        cancelled = booking.state == "confirmed" and visit is not None and visit.state == "cancelled"
        state: BookingState = "cancelled" if cancelled else booking.state
        held = state in _UNPAID
        policy = self.policy(booking.facility_id, now_ms)
        can_cancel = held or (state == "confirmed" and visit is not None and allows(visit.state, "cancel"))
        back = refund_due(policy, "patient" if own else "practice", now_ms, starts_at, booking.paid)
        return {
            "bookingId": booking.booking_id,
            "serviceId": booking.service_id,
            "serviceName": booking.service_name,
            "patientId": booking.patient_id,
            "patientName": visit.patient_name if visit else booking.patient_name,
            "practitionerId": booking.practitioner_id,
            "practitionerName": visit.practitioner_name if visit else booking.practitioner_name,
            "startsAt": iso(starts_at),
            "endsAt": iso(starts_at + duration * MINUTE_MS),
            "sequence": visit.sequence if visit else 0,
            "price": {"amount": booking.price.amount, "currency": booking.price.currency},
            "state": state,
            "holdExpiresAt": iso(booking.hold_ends_at) if held and booking.hold_ends_at else None,
            "checkoutUrl": booking.checkout.url if own and state == "held" and booking.checkout else None,
            "voucher": voucher_document(booking.voucher) if own and state == "awaitingPayment" else None,
            "choiceDueAt": iso(booking.choice_ends_at) if state == "choiceDue" and booking.choice_ends_at else None,
            "paid": booking.paid,
            "refund": refund_document(booking),
            "refundIfCancelled": back if state == "confirmed" and can_cancel and booking.paid else None,
            "dispute": None if own or booking.dispute == "none" else booking.dispute,
            "pack": _pack(booking, policy, starts_at, now_ms, own=own, can_cancel=can_cancel),
            "canCancel": can_cancel and (own or is_practice(principal, booking)),
            "canReschedule": can_be_moved(principal, booking, visit, policy, now_ms),
            "visitId": booking.visit_id if visit else None,
            "visitState": visit.state if visit else None,
            "history": [_entry(booking, entry) for entry in booking.history],
        }


def can_be_moved(
    principal: Principal, booking: Booking, visit: Visit | None, policy: BookingPolicy, now_ms: int
) -> bool:
    """Return whether the caller may give a booking another time now."""
    if booking.state != "confirmed" or visit is None or visit.state != "scheduled":
        return False
    if is_practice(principal, booking):
        return True
    return principal.user_id == booking.patient_id and now_ms <= movable_until(booking, visit, policy)


def movable_until(booking: Booking, visit: Visit, policy: BookingPolicy) -> int:
    """Return until when a patient may take another time: later, cancelling costs, and moving must not evade that."""
    starts_at = visit.facts.starts_at
    return free_until(policy, starts_at) if booking.paid or booking.pack_id else starts_at


def voucher_document(voucher: Voucher | None) -> VoucherDocument | None:
    """Return a voucher as a document."""
    if voucher is None:
        return None
    return {
        "entity": voucher.entity,
        "reference": voucher.reference,
        "expiresAt": iso(voucher.expires_at),
        "url": voucher.url,
    }


def refund_document(purchase: Purchase) -> RefundDocument | None:
    """Return what goes back of a purchase's money, None if nothing does."""
    state = _REFUNDS.get(purchase.state)
    return {"amount": purchase.refund_due, "state": state} if state else None


def _pack(
    booking: Booking, policy: BookingPolicy, starts_at: int, now_ms: int, *, own: bool, can_cancel: bool
) -> PackVisitDocument | None:
    if booking.pack_id is None:
        return None
    returns = gives_visit_back(policy, "patient" if own else "practice", now_ms, starts_at) if can_cancel else None
    return {"packId": booking.pack_id, "isReturned": booking.is_returned, "returnsIfCancelled": returns}


def _entry(booking: Booking, entry: Entry) -> BookingEntryDocument:
    by: BookingAuthor = "practice"
    if entry.by in {CLOCK, PROVIDER}:
        by = "system"
    elif entry.by == booking.patient_id:
        by = "patient"
    # What the provider says is not meant for people.
    reason = entry.reason if by != "system" else ""
    return {"at": iso(entry.at), "state": entry.state, "by": by, "reason": reason}
