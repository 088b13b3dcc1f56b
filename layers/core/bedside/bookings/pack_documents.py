"""Packs as their callers see them, with what they may do."""

from collections.abc import Mapping
from typing import Final, Literal, TypedDict

from bedside.bookings.access import is_facility_admin
from bedside.bookings.booking_documents import refund_document, voucher_document
from bedside.bookings.booking_representation import RefundDocument, VoucherDocument
from bedside.bookings.offer_representation import PriceDocument
from bedside.bookings.pack import FREE, RETURNED, Pack
from bedside.bookings.states import BookingState
from bedside.identity.principal import Principal
from bedside.kernel.instants import iso

type PackState = Literal[
    "held",
    "awaitingPayment",
    "active",
    "used",
    "ended",
    "disputed",
    "unpaid",
    "cancelled",
    "refunding",
    "refunded",
    "refundFailed",
]
_STATES: Final[Mapping[BookingState, PackState]] = {
    "held": "held",
    "awaitingPayment": "awaitingPayment",
    "expired": "unpaid",
    "cancelled": "cancelled",
    "refunding": "refunding",
    "refunded": "refunded",
    "refundFailed": "refundFailed",
}


class PackDocument(TypedDict):
    """A pack of visits that a patient has bought, or is about to: then it is `held`, and paid at `checkoutUrl`.

    Of its `visits`, `visitsLeft` can be booked until `validUntil` while it is `active`; it is `ended` afterwards,
    `used` with none left, and `disputed` while its patient disputes the payment at their bank. The price is that of the
    whole pack. If the caller cancelled now, `refundIfCancelled` would go back, in minor units: the visits that nobody
    has booked. Only the patient sees Checkout and voucher.
    """

    packId: str
    serviceId: str
    serviceName: str
    patientId: str
    patientName: str | None
    practitionerId: str
    practitionerName: str | None
    visits: int
    visitsLeft: int
    price: PriceDocument
    state: PackState
    boughtAt: str
    validUntil: str | None
    holdExpiresAt: str | None
    checkoutUrl: str | None
    voucher: VoucherDocument | None
    refund: RefundDocument | None
    refundIfCancelled: int | None
    canCancel: bool


class PackListDocument(TypedDict):
    packs: list[PackDocument]
    cursor: str | None


def pack_document(principal: Principal, pack: Pack, now_ms: int) -> PackDocument:
    """Return a pack as the caller sees it."""
    own, state = principal.user_id == pack.patient_id, pack_state(pack, now_ms)
    waits = state in {"held", "awaitingPayment"}
    can_cancel = may_cancel(principal, pack, now_ms)
    return {
        "packId": pack.pack_id,
        "serviceId": pack.service_id,
        "serviceName": pack.service_name,
        "patientId": pack.patient_id,
        "patientName": pack.patient_name,
        "practitionerId": pack.practitioner_id,
        "practitionerName": pack.practitioner_name,
        "visits": len(pack.places),
        "visitsLeft": pack.left if state in {"active", "ended", "disputed"} else 0,
        "price": {"amount": pack.price.amount, "currency": pack.price.currency},
        "state": state,
        "boughtAt": iso(pack.created_at),
        "validUntil": iso(pack.valid_until) if pack.valid_until else None,
        "holdExpiresAt": iso(pack.hold_ends_at) if waits and pack.hold_ends_at else None,
        "checkoutUrl": pack.checkout.url if own and state == "held" and pack.checkout else None,
        "voucher": voucher_document(pack.voucher) if own and state == "awaitingPayment" else None,
        "refund": refund_document(pack),
        "refundIfCancelled": pack.worth(FREE) if can_cancel and not waits else None,
        "canCancel": can_cancel,
    }


def pack_state(pack: Pack, now_ms: int) -> PackState:
    """Return how a pack stands for people: also used up, or past its time."""
    if pack.state != "confirmed":
        return _STATES[pack.state]
    if pack.left == 0:
        return "used"
    if pack.dispute != "none":
        return "disputed"
    return "active" if now_ms < (pack.valid_until or 0) else "ended"


def may_cancel(principal: Principal, pack: Pack, now_ms: int) -> bool:
    """Return whether the caller may cancel a pack: its patient while it is valid, its facility also afterwards."""
    state = pack_state(pack, now_ms)
    if is_pack_admin(principal, pack):
        return state in {"held", "awaitingPayment", "active", "ended", "disputed"}
    return principal.user_id == pack.patient_id and state in {"held", "awaitingPayment", "active"}


def is_pack_admin(principal: Principal, pack: Pack) -> bool:
    """Return whether the principal administers the facility that sold a pack."""
    return is_facility_admin(principal) and principal.facility_id == pack.facility_id


def was_cancelled(pack: Pack) -> bool:
    """Return whether somebody has given up the pack."""
    return pack.state in {"cancelled", "refunding", "refunded", "refundFailed"} or RETURNED in pack.places
