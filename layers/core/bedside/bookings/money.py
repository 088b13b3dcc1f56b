"""What the payment provider says of a booking's money, as retrieved. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bedside.ports.payments import Checkout, Dispute, Payment, Refund, Voucher

# A refund that is still on its way may yet fail.
_ON_THE_WAY: Final = frozenset({"pending", "requires_action"})
_FAILED: Final = frozenset({"failed", "canceled"})
# A payment that nothing will come of without a new attempt of the patient.
_NOTHING_COMES: Final = frozenset({"requires_payment_method", "canceled"})
# The bank has withdrawn the money for now. Inquiries (warning_…) withdraw nothing.
_DISPUTED: Final = frozenset({"needs_response", "under_review"})

DisputeState = Literal["none", "open", "lost"]


@dataclass(frozen=True, slots=True)
class Money:
    """The Checkout and its payment; amounts in minor units.

    `paid` has arrived, `refunded` has gone back, `refund_pending` is on its way back, and `failures` counts refunds
    that failed. `lost` is what the patient's bank has given back to them because of a dispute. `coming`: the Checkout
    is complete, and its payment still unpaid but possible.
    """

    checkout: Literal["none", "open", "complete", "expired"] = "none"
    paid: int = 0
    coming: bool = False
    voucher: Voucher | None = None
    refunded: int = 0
    refund_pending: int = 0
    failures: int = 0
    dispute: DisputeState = "none"
    lost: int = 0
    payment_id: str | None = None

    @property
    def settled(self) -> int:
        """What the patient has got back, by us or by their bank."""
        return self.refunded + self.lost

    @property
    def settled_or_pending(self) -> int:
        """What the patient has got back or is about to."""
        return self.settled + self.refund_pending


NOTHING: Final = Money()


def money_of(checkout: Checkout, refunds: Sequence[Refund], disputes: Sequence[Dispute]) -> Money:
    """Return what is known of a Checkout, its payment, and the refunds and disputes of that."""
    payment = checkout.payment
    paid = is_paid(checkout)
    return Money(
        checkout=checkout.status,
        paid=payment.amount if paid and payment else 0,
        coming=checkout.status == "complete" and not paid and _may_come(payment),
        voucher=payment.voucher if payment and not paid else None,
        refunded=sum(one.amount for one in refunds if one.status == "succeeded"),
        refund_pending=sum(one.amount for one in refunds if one.status in _ON_THE_WAY),
        failures=sum(one.status in _FAILED for one in refunds),
        dispute=dispute_state(disputes),
        lost=sum(one.amount for one in disputes if one.status == "lost"),
        payment_id=payment.payment_id if payment else None,
    )


def is_paid(checkout: Checkout) -> bool:
    """Return whether the money has arrived: what the payment says, and never the name of an event."""
    return checkout.payment_status == "paid" or (
        checkout.payment is not None and checkout.payment.status == "succeeded"
    )


def dispute_state(disputes: Sequence[Dispute]) -> DisputeState:
    """Return how a payment's disputes stand; one that was won is as if there had been none."""
    if any(one.status in _DISPUTED for one in disputes):
        return "open"
    return "lost" if any(one.status == "lost" for one in disputes) else "none"


def _may_come(payment: Payment | None) -> bool:
    return payment is None or payment.status not in _NOTHING_COMES
