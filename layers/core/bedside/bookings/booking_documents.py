"""Bookings as their callers see them, with what they may do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bedside.bookings.access import is_facility_admin, is_practice
from bedside.bookings.availability import MINUTE_MS
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_representation import (
    BookingAuthor,
    BookingDocument,
    BookingEntryDocument,
    PackVisitDocument,
    RefundDocument,
    RefundState,
    VoucherDocument,
)
from bedside.bookings.policy import free_until, gives_visit_back, refund_due
from bedside.bookings.purchase import CLOCK, PROVIDER, Entry, Purchase
from bedside.bookings.states import BookingState
from bedside.bookings.visit_outcome import given_up_by, is_moved_by_practice, visit_view
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
class BookingDocuments:
    """Documents of bookings; `policy` returns a facility's, which may be a minute old, at an instant."""

    visits: BookedVisits
    policy: Callable[[str, int], BookingPolicy]

    def describe(self, principal: Principal, booking: Booking, now_ms: int) -> BookingDocument:
        """Return a booking as the caller sees it. Raises UnavailableError."""
        [document] = self.describe_all(principal, [booking], now_ms)
        return document

    def describe_all(self, principal: Principal, bookings: Sequence[Booking], now_ms: int) -> list[BookingDocument]:
        """Return up to a hundred bookings as the caller sees them. Raises UnavailableError."""
        visits = self.visits.get_all([booking.visit_id for booking in bookings if booking.has_visit], now_ms)
        return [self._describe(principal, booking, visits.get(booking.visit_id), now_ms) for booking in bookings]

    def _describe(self, principal: Principal, booking: Booking, visit: Visit | None, now_ms: int) -> BookingDocument:
        own = principal.user_id == booking.patient_id
        starts_at = visit.facts.starts_at if visit else booking.starts_at
        duration = visit.duration_minutes if visit else booking.duration
        state, refund = self._standing(booking, visit, now_ms)
        held = state in _UNPAID
        policy = self.policy_of(booking, now_ms)
        can_cancel = held or (state == "confirmed" and visit is not None and allows(visit.state, "cancel"))
        back = self.refund_if_cancelled(principal, booking, visit, now_ms) if visit else 0
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
            "refund": refund,
            "refundIfCancelled": back if state == "confirmed" and can_cancel and booking.paid else None,
            "dispute": None if own or booking.dispute == "none" else booking.dispute,
            "canRefund": can_be_refunded(principal, booking, visit),
            "pack": self._pack(booking, visit if can_cancel else None, now_ms, own=own),
            "canCancel": can_cancel and (own or is_practice(principal, booking)),
            "canReschedule": can_be_moved(principal, booking, visit, policy, now_ms),
            "visitId": booking.visit_id if visit else None,
            "visitState": visit.state if visit else None,
            "history": [_entry(booking, entry) for entry in booking.history],
        }

    def policy_of(self, booking: Booking, now_ms: int) -> BookingPolicy:
        """Return what goes back when a booking is cancelled, as it was when it was made."""
        return booking.policy or self.policy(booking.facility_id, now_ms)

    def refund_if_cancelled(self, principal: Principal, booking: Booking, visit: Visit, now_ms: int) -> int:
        """Return how much of what was paid would go back if the caller cancelled now."""
        by = given_up_by(booking, visit, now_ms, by_patient=principal.user_id == booking.patient_id)
        return refund_due(self.policy_of(booking, now_ms), by, now_ms, visit.facts.starts_at, booking.paid)

    def _standing(
        self, booking: Booking, visit: Visit | None, now_ms: int
    ) -> tuple[BookingState, RefundDocument | None]:
        """Return the state and the refund that people see: also what follows from a visit that was just cancelled."""
        if booking.state != "confirmed" or visit is None or visit.state != "cancelled":
            return booking.state, refund_document(booking)
        ending = visit_view(booking, visit, self.visits.rules, now_ms).ending
        policy = self.policy_of(booking, now_ms)
        due = refund_due(policy, ending.by, ending.at, visit.facts.starts_at, booking.paid) if ending else 0
        return ("refunding", {"amount": due, "state": "pending"}) if due else ("cancelled", None)

    def _pack(self, booking: Booking, visit: Visit | None, now_ms: int, *, own: bool) -> PackVisitDocument | None:
        """Return the pack of a booking; its `visit` if it can be cancelled."""
        if booking.pack_id is None:
            return None
        returns = None
        if visit:
            by = given_up_by(booking, visit, now_ms, by_patient=own)
            returns = gives_visit_back(self.policy_of(booking, now_ms), by, now_ms, visit.facts.starts_at)
        return {"packId": booking.pack_id, "isReturned": booking.is_returned, "returnsIfCancelled": returns}


def can_be_refunded(principal: Principal, booking: Booking, visit: Visit | None) -> bool:
    """Return whether the caller may return money: what failed to go back, or what was kept of a visit that is over.

    Of what took a visit of a pack, that is the visit.
    """
    if not is_facility_admin(principal) or principal.facility_id != booking.facility_id:
        return False
    over = booking.state == "cancelled" or (booking.state == "confirmed" and visit is not None and not visit.ongoing)
    is_kept = booking.paid > 0 or (booking.pack_id is not None and not booking.is_returned)
    return booking.state == "refundFailed" or (over and is_kept)


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
    costs = (booking.paid or booking.pack_id) and not is_moved_by_practice(booking, visit)
    return free_until(policy, visit.facts.starts_at) if costs else visit.facts.starts_at


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
    amount = purchase.refund_owed if state == "failed" else purchase.refund_due
    return {"amount": amount, "state": state} if state else None


def _entry(booking: Booking, entry: Entry) -> BookingEntryDocument:
    by: BookingAuthor = "practice"
    if entry.by in {CLOCK, PROVIDER}:
        by = "system"
    elif entry.by == booking.patient_id:
        by = "patient"
    # What the provider says is not meant for people.
    reason = entry.reason if by != "system" else ""
    return {"at": iso(entry.at), "state": entry.state, "by": by, "reason": reason}
