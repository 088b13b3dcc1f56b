"""Whatever is heard of a booking's money, in whatever order and however often, and whoever dies over it: one end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.bookings.states import TABLE, BookingState
from tests.examples import examples
from tests.lives import again, deaths
from tests.unit.bookings.desk import DAY, HOUR, MINUTE, PRICE, Desk

type Happening = Callable[[Desk], object]


@dataclass(frozen=True)
class Life:
    """What happens to a booking, how it must end, and how much of the money stays."""

    happenings: tuple[Happening, ...]
    state: BookingState
    kept: int = 0
    # Who else has the time in the end.
    other: str = ""
    # Whether somebody has to be told that a refund failed.
    refund_fails: bool = False


def _after(ms: int, what: Happening) -> Happening:
    """Let time pass before something happens."""

    def happening(desk: Desk) -> None:
        desk.now += ms
        what(desk)

    return happening


def _pay(desk: Desk) -> None:
    desk.provider.pay(desk.checkout)


def _take_voucher(desk: Desk) -> None:
    desk.provider.take_voucher(desk.checkout, desk.now + DAY)


def _expire_voucher(desk: Desk) -> None:
    desk.provider.expire_voucher(desk.checkout)


def _pay_voucher(desk: Desk) -> None:
    desk.provider.pay_voucher(desk.checkout)


def _lose_the_time(desk: Desk) -> None:
    """Let somebody else be faster, once the hold has ended."""
    desk.sweep()
    assert desk.book_free("other")


def _refuse_refunds(desk: Desk) -> None:
    desk.provider.refusal = "balance_insufficient"


def _try_again(desk: Desk) -> None:
    """Let an administrator try again, after the one who died: the provider repeats its answer to a key."""
    desk.provider.refusal = ""
    desk.lifecycle.advance("b", desk.now)
    desk.return_payment()


def _dispute(desk: Desk) -> None:
    desk.provider.dispute(desk.provider.payment_of(desk.checkout))


def _lose_dispute(desk: Desk) -> None:
    desk.provider.close_dispute(desk.provider.payment_of(desk.checkout), "lost")


_BOOK: Final[Happening] = lambda desk: desk.book()  # noqa: E731  # as the others are named
_VOUCHER: Final = (_BOOK, _after(5 * MINUTE, _take_voucher))
LIVES: Final = {
    "paid": Life((_BOOK, _after(5 * MINUTE, _pay)), "confirmed", PRICE.amount),
    "failed": Life((_BOOK, _after(5 * MINUTE, lambda desk: desk.provider.fail(desk.checkout))), "expired"),
    "walked away": Life((_BOOK,), "expired"),
    "voucher paid in time": Life((*_VOUCHER, _after(HOUR, _pay_voucher)), "confirmed", PRICE.amount),
    "voucher paid late, the time free": Life(
        (*_VOUCHER, _after(DAY, _expire_voucher), _after(2 * DAY, _pay_voucher)), "confirmed", PRICE.amount
    ),
    "voucher paid late, the time taken": Life(
        (*_VOUCHER, _after(DAY, _expire_voucher), _after(2 * DAY, _lose_the_time), _after(HOUR, _pay_voucher)),
        "refunded",
        other="other",
    ),
    "cancelled before payment": Life((*_VOUCHER, _after(MINUTE, Desk.cancel), _after(HOUR, _pay_voucher)), "refunded"),
    "cancelled after payment": Life((_BOOK, _after(5 * MINUTE, _pay), _after(MINUTE, Desk.cancel)), "refunded"),
    "cancelled while disputed, and the bank returns it": Life(
        (
            _BOOK,
            _after(5 * MINUTE, _pay),
            _after(HOUR, _dispute),
            _after(MINUTE, Desk.cancel),
            _after(7 * DAY, _lose_dispute),
        ),
        "refunded",
    ),
    "cancelled late, and an administrator returns it": Life(
        (
            _BOOK,
            _after(5 * MINUTE, _pay),
            # By itself, so that whoever dies over it does not come weeks later.
            _after(29 * DAY + 14 * HOUR, lambda _desk: None),
            Desk.cancel,
            _after(HOUR, Desk.return_payment),
        ),
        "refunded",
    ),
    "refund refused, and returned in another way": Life(
        (
            _BOOK,
            _after(5 * MINUTE, _pay),
            _refuse_refunds,
            _after(MINUTE, Desk.cancel),
            _after(HOUR, Desk.return_otherwise),
        ),
        "refunded",
        # With us: the patient has it from elsewhere.
        PRICE.amount,
        refund_fails=True,
    ),
    "refund refused, and tried again": Life(
        (
            _BOOK,
            _after(5 * MINUTE, _pay),
            _refuse_refunds,
            _after(MINUTE, Desk.cancel),
            _after(HOUR, _try_again),
        ),
        "refunded",
        refund_fails=True,
    ),
}
# What makes us look between two happenings: an event by its number, the sweeper, a timer, or a patient who reads.
LOOKS = st.lists(st.one_of(st.integers(0, 11), st.sampled_from([Desk.sweep, Desk.fire, Desk.read])), max_size=5)


def _look(desk: Desk, looks: Sequence[int | Happening]) -> None:
    for look in looks:
        desk.now += 11_000
        if isinstance(look, int):
            desk.hear(look)
        else:
            look(desk)


def _require(desk: Desk, life: Life) -> None:
    """Whatever came in between: the end is the life's, the money is where it belongs, and so is the time."""
    booking = desk.settle()
    assert (booking.state, desk.kept()) == (life.state, life.kept)
    confirmed = life.state == "confirmed"
    assert desk.has_visit() == confirmed
    assert desk.owners() == ({"b"} if confirmed else set()) | ({life.other} if life.other else set())
    assert desk.provider.charged("b") in {0, PRICE.amount}
    assert bool(desk.failed_refunds) == life.refund_fails
    ways = {(way.source, way.target) for way in TABLE}
    assert {(one.state, two.state) for one, two in pairwise(booking.history)} <= ways


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=examples(50))
@given(data=st.data())
def test_a_life_has_one_end(name: str, data: st.DataObject) -> None:
    """In every order of events and looks, doubled, late or lost."""
    life = LIVES[name]
    with Desk.opened() as desk:
        for happening in life.happenings:
            happening(desk)
            _look(desk, data.draw(LOOKS))
        _require(desk, life)


@pytest.mark.parametrize("name", LIVES)
def test_a_function_that_dies_leaves_nothing_behind(name: str) -> None:
    """Between any two steps: writes, calls of the provider, timers. Nothing is charged or returned twice."""
    life = LIVES[name]
    for mortal in deaths():
        with Desk.opened(mortal) as desk:
            desk.live(life.happenings)
            again(desk.settle)
            _require(desk, life)
