"""What has to happen to a booking next, as follows from what it is and what is true now. No I/O.

However often and in whatever order somebody looks, the same facts lead to the same state: an event of the provider, a
deadline or a person's wish is only a reason to look.
"""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.bookings.booking import CLOCK, PROVIDER, Booking
from bedside.bookings.money import Money
from bedside.bookings.policy import CancelledBy, refund_due
from bedside.bookings.states import Cause
from bedside.identity.facility import BookingPolicy

_HOUR_MS: Final = 3_600_000
# How often the provider is asked about money on its way, in either direction, because webhooks get lost.
ASK_EVERY_MS: Final = 15 * 60_000
# How often, and for how long after time was given up, it is asked about money that may still come too late.
WATCH_EVERY_MS: Final = 6 * _HOUR_MS
WATCH_MS: Final = 14 * 24 * _HOUR_MS
# After a visit's start, when it is known whether the practitioner came.
SHOWN_MS: Final = 20 * 60_000


@dataclass(frozen=True, slots=True)
class Ending:
    """How a confirmed booking's visit came to nothing: through whom, when (Unix ms), by which user."""

    by: CancelledBy
    at: int
    user_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VisitView:
    """What matters of a confirmed booking's visit: whether it is to come or going on, and how it came to nothing."""

    ongoing: bool
    can_be_cancelled: bool
    starts_at: int
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Take a transition of the table; `refund_due` is what has to go back from then on."""

    cause: Cause
    by: str = PROVIDER
    reason: str = ""
    refund_due: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """Do something outside, and look again."""

    what: Literal["expireCheckout", "cancelVisit", "refund"]


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do until an instant (Unix ms), or until something happens."""

    until: int | None


type Next = Step | Act | Rest


def decide(
    booking: Booking, money: Money, visit: VisitView | None, policy: BookingPolicy, no_show_ms: int, now_ms: int
) -> Next:
    """Return what has to happen to a booking next; `visit` is that of a confirmed one."""
    match booking.state:
        case "held" | "awaitingPayment" if money.paid:
            return _paid(booking, money, no_show_ms, now_ms)
        case "held" | "awaitingPayment":
            return _unpaid(booking, money, now_ms)
        case "expired" | "cancelled":
            return _given_up(booking, money, no_show_ms, now_ms)
        case "confirmed":
            return _confirmed(money, visit, policy, now_ms) if visit else Rest(now_ms + ASK_EVERY_MS)
        case "choiceDue":
            return _choice(booking, money, now_ms)
        case _:
            return _refund(booking, money, now_ms)


def _unpaid(booking: Booking, money: Money, now_ms: int) -> Next:
    wish, over = booking.wish, now_ms >= (booking.hold_ends_at or 0)
    if money.checkout == "open" and (wish or over):
        # Nobody may get the time before the provider says that this Checkout takes no more money.
        return Act("expireCheckout")
    if wish:
        return Step("cancelled", wish.by, wish.reason)
    nothing_comes = money.checkout == "expired" or (money.checkout == "complete" and not money.coming)
    if nothing_comes or over:
        return Step("lapsed", PROVIDER if nothing_comes else CLOCK)
    if booking.state == "held" and money.coming:
        return Step("voucher")
    return Rest(min(booking.hold_ends_at or now_ms, now_ms + ASK_EVERY_MS))


def _paid(booking: Booking, money: Money, no_show_ms: int, now_ms: int) -> Next:
    if booking.wish:
        return Step("cancelledPaid", booking.wish.by, booking.wish.reason, money.paid)
    return Step("paid" if now_ms < booking.starts_at + no_show_ms else "taken")


def _given_up(booking: Booking, money: Money, no_show_ms: int, now_ms: int) -> Next:
    """Look for late money, as long as it may come."""
    if money.paid > booking.paid and money.given_back < money.paid:
        if booking.state == "cancelled":
            return Step("cancelledPaid", refund_due=money.paid)
        return _paid(booking, money, no_show_ms, now_ms)
    until = (booking.hold_ends_at or 0) + WATCH_MS
    unpaid = money.checkout == "complete" and not money.paid
    return Rest(now_ms + WATCH_EVERY_MS if unpaid and now_ms < until else None)


def _confirmed(money: Money, visit: VisitView, policy: BookingPolicy, now_ms: int) -> Next:
    if visit.ending:
        return _ended(visit.ending, refund_due(policy, visit.ending.by, visit.ending.at, visit.starts_at, money.paid))
    if money.paid and money.returned >= money.paid:
        # Somebody has returned all of it at the provider.
        if visit.can_be_cancelled:
            return Act("cancelVisit")
        if not visit.ongoing:
            return Step("refunded", refund_due=money.paid)
    return Rest(max(visit.starts_at + SHOWN_MS, now_ms + ASK_EVERY_MS) if visit.ongoing else None)


def _ended(ending: Ending, due: int) -> Next:
    if due:
        return Step("returned", ending.user_id, ending.reason, due)
    return Rest(None) if ending.by == "absence" else Step("cancelled", ending.user_id, ending.reason)


def _choice(booking: Booking, money: Money, now_ms: int) -> Next:
    if money.returned >= booking.paid:
        return Step("refunded", refund_due=booking.paid)
    if wish := booking.wish:
        return Step("returned", wish.by, wish.reason, booking.paid)
    ends_at = booking.choice_ends_at or 0
    return Step("returned", CLOCK, "", booking.paid) if now_ms >= ends_at else Rest(ends_at)


def _refund(booking: Booking, money: Money, now_ms: int) -> Next:
    due = booking.refund_due
    if booking.state == "refunded":
        return Step("refundFailed") if money.given_back < due else Rest(None)
    if money.returned >= due:
        return Step("refunded")
    if booking.state == "refundFailed":  # listed until people have settled it
        return Rest(None)
    if money.given_back >= due or money.disputed:
        # While it is disputed, the bank has the money, and decides.
        return Rest(now_ms + (WATCH_EVERY_MS if money.disputed else ASK_EVERY_MS))
    return Step("refundFailed") if money.failures >= booking.refund_tries else Act("refund")
