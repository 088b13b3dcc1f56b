"""Whatever is true of a booking, its next step is one of the table's."""

from dataclasses import replace
from itertools import product
from typing import Literal

import pytest

from bedside.bookings.booking import Booking
from bedside.bookings.decision import Action, Ending, Step, VisitView, Wait, decide
from bedside.bookings.money import Money
from bedside.bookings.policy import refund_due
from bedside.bookings.purchase import Entry, Withdrawal
from bedside.bookings.states import STATES, TABLE, BookingState, allows
from bedside.bookings.transitions import apply_step
from bedside.identity.facility import BookingPolicy
from tests.unit.bookings.desk import HOUR, NOW, PRICE, STARTS_AT

NO_SHOW_MS = 600_000
HELD = Booking("b", "f", "patient", "doctor", "doctor.s", "Skin check", PRICE, STARTS_AT, 30, "b", NOW, history=())
WISHES = (None, Withdrawal(NOW, "patient"))
ENDINGS = (None, *(Ending(by, NOW, "who") for by in ("patient", "practice", "absence")))
CHECKOUTS: tuple[Literal["none", "open", "complete", "expired"], ...] = ("none", "open", "complete", "expired")
DISPUTES: tuple[tuple[Literal["none", "open", "lost"], int], ...] = (("none", 0), ("open", 0), ("lost", 4500))
MONEY = [
    Money(checkout, paid, coming and not paid, None, returned, returning, failures, dispute, lost, "pi_1")
    for checkout, paid, coming, returned, returning, failures, (dispute, lost) in product(
        CHECKOUTS, (0, 4500), (False, True), (0, 4500), (0, 4500), (0, 1), DISPUTES
    )
    if returned + returning + lost <= paid and (not paid or checkout == "complete")
]


@pytest.mark.parametrize("state", STATES)
def test_every_step_is_in_the_table(state: BookingState) -> None:
    """And after each, the same facts lead to a state in which nothing more happens by itself."""
    for money, wish, ending, late, paid in product(MONEY, WISHES, ENDINGS, (False, True), (0, 4500)):
        booking = replace(
            HELD,
            state=state,
            withdrawal=wish,
            hold_ends_at=NOW,
            choice_ends_at=NOW,
            paid=paid,
            refund_due=4500,
            refund_tries=1,
        )
        view = VisitView(ending is None, can_be_cancelled=False, starts_at=STARTS_AT, ending=ending)
        now = STARTS_AT + HOUR if late else NOW - HOUR
        for _ in range(4):
            following = decide(booking, money, view, BookingPolicy(), NO_SHOW_MS, now)
            if not isinstance(following, Step):
                break
            assert allows(booking.state, following.cause), (booking, money, following)
            booking = apply_step(booking, following, money, now)
        assert isinstance(following, Action | Wait), (state, money, booking.history)
        assert not isinstance(following, Wait) or following.until is None or following.until > now


def test_a_refund_that_succeeded_is_looked_at_daily_while_it_may_fail() -> None:
    """Banks refuse refunds for up to thirty days, and the webhook that says so may be lost."""
    day, returned = 24 * HOUR, Money("complete", 4500, refunded=4500, payment_id="pi_1")
    entry = Entry(NOW, "refunded", "provider")
    booking = replace(HELD, state="refunded", history=(entry,), paid=4500, refund_due=4500, refund_tries=1)
    failed = replace(returned, refunded=0, failures=1)

    def following(money: Money, now_ms: int) -> object:
        return decide(booking, money, None, BookingPolicy(), NO_SHOW_MS, now_ms)

    assert following(returned, NOW) == Wait(NOW + day)
    assert following(returned, NOW + 29 * day) == Wait(NOW + 30 * day)
    assert following(returned, NOW + 30 * day) == Wait(None)
    assert following(failed, NOW + 29 * day) == Step("refundFailed")


def test_every_way_of_the_table_has_one_target() -> None:
    assert len({(way.source, way.cause) for way in TABLE}) == len(TABLE)


@pytest.mark.parametrize(
    ("by", "hours_before", "due"),
    [("patient", 24, 4500), ("patient", 23, 1485), ("practice", 0, 4500), ("absence", -1, 4500)],
)
def test_the_policy_says_what_goes_back(by: str, hours_before: int, due: int) -> None:
    """All of it until so many hours before, then a share, rounded down; all where the practice gives up."""
    policy = BookingPolicy(24, 33)
    at = STARTS_AT - hours_before * HOUR
    assert refund_due(policy, by, at, STARTS_AT, 4500) == due  # type: ignore[arg-type]  # one of the literals
