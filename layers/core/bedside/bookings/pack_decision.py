"""What has to happen to a pack next, as follows from what it is and what is true now. No I/O.

As for bookings: an event, a deadline or a wish is only a reason to look. There is no time to lose, so late money always
becomes the pack that it paid for.
"""

from dataclasses import replace

from bedside.bookings.decision import POLL_INTERVAL_MS, NextMove, Step, Wait, given_up, has_come, refunding, unpaid
from bedside.bookings.money import NOTHING, Money
from bedside.bookings.pack import VALID_MS, Pack, without_free, without_visit
from bedside.bookings.pack_states import pack_transition
from bedside.bookings.transitions import apply_transition


def decide_on_pack(pack: Pack, money: Money, now_ms: int) -> NextMove:
    """Return what has to happen to a pack next."""
    match pack.state:
        case "held" | "awaitingPayment" | "expired" if has_come(pack, money):
            return _paid(pack, money)
        case "held" | "awaitingPayment":
            return unpaid(pack, money, now_ms)
        case "expired" | "cancelled":
            return given_up(pack, money, now_ms)
        case "confirmed":
            # Somebody may have returned all of it at the provider, or the bank has; what is booked stays booked.
            all_back = money.paid and money.settled >= money.paid
            return Step("refunded", refund_due=money.paid) if all_back else Wait(None)
        case _:
            return refunding(pack, money, now_ms)


def _paid(pack: Pack, money: Money) -> Step:
    if pack.withdrawal:
        return Step("cancelledPaid", pack.withdrawal.by, pack.withdrawal.reason, money.paid)
    return Step("paid")


def apply_pack_step(pack: Pack, step: Step, money: Money, now_ms: int) -> Pack:
    """Return the pack after a transition. Raises WrongStateError if the table has none."""
    target = pack_transition(pack.state, step.cause).target
    after = apply_transition(pack, target, step, money, now_ms)
    if target == "confirmed":
        return replace(after, valid_until=now_ms + VALID_MS)
    return without_free(after) if target in {"refunding", "refunded"} else after


def visit_returned(pack: Pack, booking_id: str, now_ms: int, *, extends: bool) -> Pack:
    """Return a pack to which the visit of a booking has come back, and which may have to return its price."""
    after = without_visit(pack, booking_id, now_ms, extends=extends)
    if after == pack or pack.state == "confirmed":
        return after
    target = pack_transition(pack.state, "visitReturned").target
    step = Step("visitReturned", refund_due=after.refund_due)
    again = apply_transition(after, target, step, NOTHING, now_ms)
    return replace(
        again,
        paid=pack.paid,
        refund_tries=pack.refund_tries,
        refund_owed=pack.refund_owed + after.refund_due - pack.refund_due,
        due_at=now_ms + POLL_INTERVAL_MS,
    )
