"""What has to happen to a booking next, as follows from what it is and what is true now. No I/O.

However often and in whatever order somebody looks, the same facts lead to the same state: an event of the provider, a
deadline or a person's wish is only a reason to look.
"""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.bookings.booking import Booking
from bedside.bookings.money import Money
from bedside.bookings.policy import CancelledBy, gives_visit_back, refund_due
from bedside.bookings.purchase import CLOCK, PROVIDER, Purchase, Withdrawal
from bedside.bookings.states import Cause
from bedside.identity.facility import BookingPolicy

_HOUR_MS: Final = 3_600_000
# How often the provider is asked about money on its way, in either direction, because webhooks get lost.
POLL_INTERVAL_MS: Final = 15 * 60_000
# How often, and for how long after time was given up, it is asked about money that may still come too late.
WATCH_EVERY_MS: Final = 6 * _HOUR_MS
WATCH_MS: Final = 14 * 24 * _HOUR_MS
# How long a refund that succeeded may still fail (https://docs.stripe.com/refunds#failed-refunds).
_DAY_MS: Final = 24 * _HOUR_MS
_MAY_FAIL_MS: Final = 30 * _DAY_MS
# After a visit's start, when it is known whether the practitioner came.
ATTENDANCE_KNOWN_MS: Final = 20 * 60_000


@dataclass(frozen=True, slots=True)
class Ending:
    """How a confirmed booking's visit came to nothing: through whom, when (Unix ms), by which user."""

    by: CancelledBy
    at: int
    user_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VisitView:
    """What matters of a confirmed booking's visit: whether it is to come or going on, and how it came to nothing.

    `settles_at` (Unix ms): by then it is known whether the practitioner was there, of whom no report has come yet.
    """

    ongoing: bool
    can_be_cancelled: bool
    starts_at: int
    ending: Ending | None = None
    settles_at: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Take a transition of the table; `refund_due` is what has to go back from then on.

    `extends`: a pack to which a visit returns gets time to use it.
    """

    cause: Cause
    by: str = PROVIDER
    reason: str = ""
    refund_due: int = 0
    extends: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Do something outside, and look again."""

    what: Literal["expireCheckout", "cancelVisit", "refund"]


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do until an instant (Unix ms), or until something happens."""

    until: int | None


type NextMove = Step | Action | Wait


def decide(
    booking: Booking, money: Money, visit: VisitView | None, policy: BookingPolicy, no_show_ms: int, now_ms: int
) -> NextMove:
    """Return what has to happen to a booking next; `visit` is that of a confirmed one."""
    match booking.state:
        case "held" | "awaitingPayment" | "expired" if has_come(booking, money):
            return _paid(booking, money, no_show_ms, now_ms)
        case "held" | "awaitingPayment":
            return unpaid(booking, money, now_ms)
        case "expired" | "cancelled":
            return _kept(booking, money) or given_up(booking, money, now_ms)
        case "confirmed":
            return _confirmed(booking, money, visit, policy, now_ms) if visit else Wait(now_ms + POLL_INTERVAL_MS)
        case "choiceDue":
            return _choice(booking, money, now_ms)
        case _:
            return refunding(booking, money, now_ms)


def unpaid(purchase: Purchase, money: Money, now_ms: int) -> NextMove:
    """Return what has to happen next to what waits for its money, and has none."""
    withdrawal, over = purchase.withdrawal, now_ms >= (purchase.hold_ends_at or 0)
    if money.checkout == "open" and (withdrawal or over):
        # Nobody may get a booking's time before the provider says that this Checkout takes no more money.
        return Action("expireCheckout")
    if withdrawal:
        return Step("cancelled", withdrawal.by, withdrawal.reason)
    nothing_comes = money.checkout == "expired" or (money.checkout == "complete" and not money.coming)
    if nothing_comes or over:
        return Step("expired", PROVIDER if nothing_comes else CLOCK)
    if purchase.state == "held" and money.coming:
        return Step("voucher")
    return Wait(min(purchase.hold_ends_at or now_ms, now_ms + POLL_INTERVAL_MS))


def has_come(purchase: Purchase, money: Money) -> bool:
    """Return whether money is there for what waits for it; once that is given up, only what was not returned counts."""
    if purchase.state in {"held", "awaitingPayment"}:
        return money.paid > 0
    return money.paid > purchase.paid and money.settled_or_pending < money.paid


def given_up(purchase: Purchase, money: Money, now_ms: int) -> NextMove:
    """Return what has to happen next to what was given up: late money is looked for, as long as it may come."""
    if purchase.state == "cancelled" and has_come(purchase, money):
        return Step("cancelledPaid", refund_due=money.paid)
    until = (purchase.hold_ends_at or 0) + WATCH_MS
    is_unpaid = money.checkout == "complete" and not money.paid
    return Wait(now_ms + WATCH_EVERY_MS if is_unpaid and now_ms < until else None)


def _kept(booking: Booking, money: Money) -> Step | None:
    """Return an administrator's wish to return what a late cancellation left us, or used up; others left nothing."""
    withdrawal = booking.withdrawal
    if booking.state != "cancelled" or withdrawal is None:
        return None
    if booking.pack_id:
        return None if booking.is_returned else _given_back(withdrawal)
    if booking.paid <= money.settled_or_pending:
        return None
    return Step("cancelledPaid", withdrawal.by, withdrawal.reason, booking.paid)


def _paid(booking: Booking, money: Money, no_show_ms: int, now_ms: int) -> NextMove:
    if booking.withdrawal:
        return Step("cancelledPaid", booking.withdrawal.by, booking.withdrawal.reason, money.paid)
    return Step("paid" if now_ms < booking.starts_at + no_show_ms else "slotLost")


def _confirmed(booking: Booking, money: Money, visit: VisitView, policy: BookingPolicy, now_ms: int) -> NextMove:
    ending = visit.ending
    if ending and booking.pack_id and gives_visit_back(policy, ending.by, ending.at, visit.starts_at):
        return Step("visitReturned", ending.user_id, ending.reason, extends=ending.by != "patient")
    if ending:
        return _ended(ending, refund_due(policy, ending.by, ending.at, visit.starts_at, money.paid))
    if money.paid and money.refunded >= money.paid:
        # Somebody has returned all of it at the provider.
        if visit.can_be_cancelled:
            return Action("cancelVisit")
        if not visit.ongoing:
            return Step("refunded", refund_due=money.paid)
    if booking.withdrawal and not visit.ongoing and (money.paid or booking.pack_id):
        # An administrator returns what was paid for a visit that is over.
        asked = booking.withdrawal
        return _given_back(asked) if booking.pack_id else Step("refundDue", asked.by, asked.reason, money.paid)
    known_at = max(visit.starts_at + ATTENDANCE_KNOWN_MS, now_ms + POLL_INTERVAL_MS)
    return Wait(known_at if visit.ongoing else visit.settles_at)


def _given_back(asked: Withdrawal) -> Step:
    """Return an administrator's wish to give the visit of a pack back that was used up, with time to use it."""
    return Step("visitReturned", asked.by, asked.reason, extends=True)


def _ended(ending: Ending, due: int) -> NextMove:
    if due:
        return Step("refundDue", ending.user_id, ending.reason, due)
    return Wait(None) if ending.by == "absence" else Step("cancelled", ending.user_id, ending.reason)


def _choice(booking: Booking, money: Money, now_ms: int) -> NextMove:
    if money.settled >= booking.paid:
        return Step("refunded", refund_due=booking.paid)
    if asked := booking.withdrawal:
        return Step("refundDue", asked.by, asked.reason, booking.paid)
    ends_at = booking.choice_ends_at or 0
    return Step("refundDue", CLOCK, "", booking.paid) if now_ms >= ends_at else Wait(ends_at)


def refunding(purchase: Purchase, money: Money, now_ms: int) -> NextMove:
    """Return what has to happen next to what money has to go back of, or has gone."""
    due = purchase.refund_due - purchase.returned_otherwise
    if purchase.state == "refunded":
        if money.settled_or_pending < due:
            return Step("refundFailed")
        since = purchase.history[-1].at if purchase.history else 0
        return Wait(now_ms + _DAY_MS if now_ms < since + _MAY_FAIL_MS else None)
    if money.settled >= due:
        return Step("refunded")
    if purchase.state == "refundFailed":  # listed until people have settled it
        return Wait(None)
    disputed = money.dispute == "open"  # the bank has the money, and decides
    if money.settled_or_pending >= due or disputed:
        return Wait(now_ms + (WATCH_EVERY_MS if disputed else POLL_INTERVAL_MS))
    return Step("refundFailed") if money.failures >= purchase.refund_tries else Action("refund")
