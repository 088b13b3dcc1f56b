"""How transitions change a booking, and what else is paid for. No I/O."""

from dataclasses import replace
from typing import Any, Final

from bedside.bookings.booking import Booking
from bedside.bookings.decision import POLL_INTERVAL_MS, Step
from bedside.bookings.money import Money
from bedside.bookings.purchase import Entry, Purchase
from bedside.bookings.states import BookingState, transition

_DAY_MS: Final = 24 * 3_600_000
# How long patients have to choose another time, or their money, once theirs is lost.
CHOICE_MS: Final = 2 * _DAY_MS
# A voucher's money may arrive so much later than the voucher expires.
VOUCHER_GRACE_MS: Final = _DAY_MS
# For payments on their way without a voucher, such as a direct debit.
_LONGEST_WAY_MS: Final = 7 * _DAY_MS


def apply_step(booking: Booking, step: Step, money: Money, now_ms: int) -> Booking:
    """Return the booking after a transition. Raises WrongStateError if the table has none."""
    target = transition(booking.state, step.cause).target
    after = apply_transition(booking, target, step, money, now_ms)
    match target:
        case "confirmed":
            return replace(after, choice_ends_at=None)
        case "choiceDue":
            return replace(after, paid=money.paid, choice_ends_at=now_ms + CHOICE_MS)
        case _:
            return replace(after, is_returned=booking.is_returned or step.cause == "visitReturned")


def apply_transition[P: Purchase](purchase: P, target: BookingState, step: Step, money: Money, now_ms: int) -> P:
    """Return a purchase in its next state, with what that says of its money."""
    changes: dict[str, Any] = {}
    match target:
        case "awaitingPayment":
            expires_at = money.voucher.expires_at + VOUCHER_GRACE_MS if money.voucher else now_ms + _LONGEST_WAY_MS
            changes["hold_ends_at"] = expires_at
        case "confirmed":
            changes |= {"paid": money.paid, "withdrawal": None}
        case "refunding":
            due = purchase.refund_due if step.cause == "retried" else step.refund_due
            # Earlier failures, also of refunds that others asked for, are not ours. A refusal leaves no refund, and the
            # provider repeats it under the same number.
            tries = max(purchase.refund_tries, money.failures) + 1
            changes |= {"paid": money.paid, "refund_due": due, "refund_tries": tries}
        case "refundFailed":
            changes["refund_owed"] = owed(purchase, money)
        case "refunded" if step.refund_due:
            changes |= {"paid": money.paid, "refund_due": step.refund_due}
    return replace(
        with_money(purchase, money, now_ms),
        state=target,
        history=(*purchase.history, Entry(now_ms, target, step.by, step.reason)),
        # A killed function leaves the next look to the sweeper.
        due_at=now_ms + POLL_INTERVAL_MS,
        **changes,
    )


def owed(purchase: Purchase, money: Money) -> int:
    """Return what of a purchase's money has to go back, has not, and is not on its way."""
    return max(0, purchase.refund_due - purchase.returned_otherwise - money.settled_or_pending)


def with_money[P: Purchase](purchase: P, money: Money, now_ms: int) -> P:
    """Return a purchase with what the provider says of its money now."""
    if money.checkout == "none":
        return purchase
    return replace(
        purchase,
        voucher=money.voucher if money.coming else None,
        payment_id=money.payment_id,
        dispute=money.dispute,
        looked_at=now_ms,
    )
