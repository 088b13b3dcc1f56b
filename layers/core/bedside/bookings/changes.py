"""How transitions change a booking. No I/O."""

from dataclasses import replace
from typing import Any, Final

from bedside.bookings.booking import Booking, Entry
from bedside.bookings.decision import ASK_EVERY_MS, Step
from bedside.bookings.money import Money
from bedside.bookings.states import transition

_DAY_MS: Final = 24 * 3_600_000
# How long patients have to choose another time, or their money, once theirs is lost.
CHOICE_MS: Final = 2 * _DAY_MS
# A voucher's money may arrive so much later than the voucher expires.
_VOUCHER_GRACE_MS: Final = _DAY_MS
# For payments on their way without a voucher, such as a direct debit.
_LONGEST_WAY_MS: Final = 7 * _DAY_MS


def stepped(booking: Booking, step: Step, money: Money, now_ms: int) -> Booking:
    """Return the booking after a transition. Raises WrongStateError if the table has none."""
    way = transition(booking.state, step.cause)
    after = replace(
        observed(booking, money, now_ms),
        state=way.target,
        history=(*booking.history, Entry(now_ms, way.target, step.by, step.reason)),
        # A killed function leaves the next look to the sweeper.
        due_at=now_ms + ASK_EVERY_MS,
    )
    changes: dict[str, Any] = {}
    match way.target:
        case "awaitingPayment":
            expires_at = money.voucher.expires_at + _VOUCHER_GRACE_MS if money.voucher else now_ms + _LONGEST_WAY_MS
            changes["hold_ends_at"] = expires_at
        case "confirmed":
            changes |= {"paid": money.paid, "choice_ends_at": None, "wish": None}
        case "choiceDue":
            changes |= {"paid": money.paid, "choice_ends_at": now_ms + CHOICE_MS}
        case "refunding":
            due = booking.refund_due if step.cause == "retried" else step.refund_due
            # Earlier failures, also of refunds that others asked for, are not ours.
            changes |= {"paid": money.paid, "refund_due": due, "refund_tries": money.failures + 1}
        case "refunded" if step.refund_due:
            changes |= {"paid": money.paid, "refund_due": step.refund_due}
    return replace(after, **changes)


def observed(booking: Booking, money: Money, now_ms: int) -> Booking:
    """Return the booking with what the provider says of its money now."""
    if money.checkout == "none":
        return booking
    return replace(
        booking,
        voucher=money.voucher if money.coming else None,
        payment_id=money.payment_id,
        returned=money.given_back,
        disputed=money.disputed,
        looked_at=now_ms,
    )
