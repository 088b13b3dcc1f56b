"""Whatever happens to a pack and its bookings, and whoever dies over it: no visit is used twice, and none is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.bookings.pack import FREE, RETURNED
from bedside.bookings.states import BookingState
from tests.examples import examples
from tests.lives import again, deaths
from tests.unit.bookings.desk import DAY, HOUR, MINUTE
from tests.unit.bookings.pack_desk import PRACTITIONER, PackDesk

type Happening = Callable[[PackDesk], object]


@dataclass(frozen=True)
class Life:
    """What happens to a pack, how it must end, and where its visits are then."""

    happenings: tuple[Happening, ...]
    state: BookingState
    places: tuple[str, str, str] = (FREE, FREE, FREE)
    kept: int = 10_000


def _pay(desk: PackDesk) -> None:
    desk.provider.pay(desk.checkout)


def _take_voucher(desk: PackDesk) -> None:
    desk.provider.take_voucher(desk.checkout, desk.now + DAY)


def _pay_voucher(desk: PackDesk) -> None:
    desk.provider.pay_voucher(desk.checkout)


def _pay_voucher_late(desk: PackDesk) -> None:
    desk.provider.expire_voucher(desk.checkout)
    desk.now += 2 * DAY
    desk.sweep()
    desk.provider.pay_voucher(desk.checkout)


def _use(number: int) -> Happening:
    return lambda desk: desk.use(number)


def _give_up(number: int) -> Happening:
    return lambda desk: desk.give_up(number)


def _practice_gives_up(number: int) -> Happening:
    return lambda desk: desk.give_up(number, PRACTITIONER)


def _grant(number: int) -> Happening:
    return lambda desk: desk.grant(number)


def _wait(ms: int) -> Happening:
    def happening(desk: PackDesk) -> None:
        desk.now += ms
        desk.sweep()

    return happening


# Less than a day before the first visit.
_SOON: Final = _wait(29 * DAY + HOUR)
_BOUGHT: Final = (PackDesk.buy, _pay)
LIVES: Final = {
    "nobody pays": Life((PackDesk.buy,), "expired", kept=0),
    "cancelled, and paid by voucher": Life(
        (PackDesk.buy, _take_voucher, PackDesk.cancel_pack, _pay_voucher), "refunded", (RETURNED,) * 3, 0
    ),
    "a voucher is paid late": Life(
        (PackDesk.buy, _take_voucher, _pay_voucher_late, _use(0)), "confirmed", ("v0", FREE, FREE)
    ),
    "given back, and used up": Life(
        (*_BOUGHT, _use(0), _use(1), _give_up(0), _use(2), _use(3), _use(4)), "confirmed", ("v2", "v1", "v3")
    ),
    "given up late, and by the practice": Life(
        (*_BOUGHT, _use(0), _use(1), _SOON, _give_up(0), _practice_gives_up(1)), "confirmed", ("v0", FREE, FREE)
    ),
    "used up, and given back by an administrator": Life(
        (*_BOUGHT, _use(0), _SOON, _give_up(0), _grant(0)), "confirmed"
    ),
    "used up, the pack cancelled, and given back": Life(
        (*_BOUGHT, _use(0), _SOON, _give_up(0), PackDesk.cancel_pack, _grant(0)), "refunded", (RETURNED,) * 3, 0
    ),
    "cancelled, then a booking": Life(
        (*_BOUGHT, _use(0), PackDesk.cancel_pack, _give_up(0)), "refunded", (RETURNED,) * 3, 0
    ),
}


@pytest.mark.parametrize("name", LIVES)
def test_a_function_that_dies_leaves_nothing_behind(name: str) -> None:
    """Between any two steps: writes, calls of the provider, timers. No visit is lost, and nothing is returned twice."""
    life = LIVES[name]
    for mortal in deaths():
        with PackDesk.opened(mortal) as desk:
            desk.live(life.happenings)
            again(lambda: desk.settle(until=desk.now + 2 * DAY))  # called at once
            pack = desk.pack
            assert (pack.state, pack.places) == (life.state, life.places), mortal
            assert desk.provider.charged(desk.pack_id) - desk.provider.refunded(desk.pack_id) == life.kept, mortal
            desk.require_visits()
            desk.require_money()
        assert mortal.steps >= len(life.happenings)


NUMBERS = st.integers(0, 5)
HAPPENINGS = st.one_of(
    st.builds(_use, NUMBERS),
    st.builds(_use, NUMBERS),
    st.builds(_give_up, NUMBERS),
    st.builds(_practice_gives_up, NUMBERS),
    st.builds(_grant, NUMBERS),
    st.builds(lambda number, hours: lambda desk: desk.move(number, hours), NUMBERS, st.integers(-9, 9)),
    st.builds(_wait, st.sampled_from([MINUTE, DAY, 20 * DAY, 29 * DAY, 100 * DAY])),
    st.sampled_from([PackDesk.cancel_pack, PackDesk.sweep, PackDesk.fire]),
    st.builds(lambda number: lambda desk: desk.hear(number), st.integers(0, 11)),
)


@settings(max_examples=examples(50))
@given(happenings=st.lists(HAPPENINGS, max_size=14), beginning=st.sampled_from([_pay, _take_voucher]))
def test_visits_and_money_are_conserved(happenings: list[Happening], beginning: Happening) -> None:
    """In every order of booking, cancelling, moving on, waiting, refunds, and events that are late, doubled or lost."""
    with PackDesk.opened() as desk:
        desk.buy()
        beginning(desk)
        late = beginning is _take_voucher
        for number, happening in enumerate(happenings):
            if late and number == len(happenings) // 2:
                _pay_voucher_late(desk)
            happening(desk)
            desk.require_visits()
            desk.now += MINUTE
        for number in range(len(desk.provider.events)):
            desk.hear(number)
        desk.settle(until=desk.now + 400 * DAY)
        desk.require_visits()
        desk.require_money()
