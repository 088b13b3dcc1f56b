"""Response documents of bookings, as typed dictionaries: free at run time."""

from typing import Literal, TypedDict

from bedside.bookings.offer_representation import PriceDocument
from bedside.bookings.states import BookingState
from bedside.visits.states import State

type RefundState = Literal["pending", "returned", "failed"]
# "practice": the practitioner or an administrator; "system": time, or the payment provider.
type BookingAuthor = Literal["patient", "practice", "system"]


class VoucherDocument(TypedDict):
    """What the patient pays at a cash machine or an online bank; `url` is the payment provider's page of it."""

    entity: str
    reference: str
    expiresAt: str
    url: str


class RefundDocument(TypedDict):
    """What goes back, in minor units: pending, returned, or failed; then the amount is what is still owed."""

    amount: int
    state: RefundState


class PackVisitDocument(TypedDict):
    """The pack whose visit a booking has taken, and whether that went back to it, or would if the caller cancelled."""

    packId: str
    isReturned: bool
    returnsIfCancelled: bool | None


class BookingEntryDocument(TypedDict):
    """A change of state: when, to what, and by whom; `reason` is what that person wrote."""

    at: str
    state: BookingState
    by: BookingAuthor
    reason: str


class BookingDocument(TypedDict):
    """A booking with its visit, which it has from `confirmed` on: then `startsAt` and `endsAt` are the visit's.

    The visit was rescheduled `sequence` times. Time is held for a booking that is not paid until `holdExpiresAt`, and
    patients pay at `checkoutUrl`, or what is on the `voucher`; only they see these. Whose time was lost has to choose
    until `choiceDueAt`. Of `paid`, `refundIfCancelled` would go back if the caller cancelled now. The practice sees
    whether the patient disputes the payment at their bank, or has won that. Amounts are in minor units. What took a
    visit of a `pack` costs that visit's share of the pack's price, and nothing more. Whoever `canRefund` may settle a
    refund that failed, or return what was kept or used up.
    """

    bookingId: str
    serviceId: str
    serviceName: str
    patientId: str
    patientName: str | None
    practitionerId: str
    practitionerName: str | None
    startsAt: str
    endsAt: str
    sequence: int
    price: PriceDocument
    state: BookingState
    holdExpiresAt: str | None
    checkoutUrl: str | None
    voucher: VoucherDocument | None
    choiceDueAt: str | None
    paid: int
    refund: RefundDocument | None
    refundIfCancelled: int | None
    dispute: Literal["open", "lost"] | None
    canRefund: bool
    pack: PackVisitDocument | None
    canCancel: bool
    canReschedule: bool
    visitId: str | None
    visitState: State | None
    history: list[BookingEntryDocument]


class BookingListDocument(TypedDict):
    bookings: list[BookingDocument]
    cursor: str | None
