"""Whatever is heard of a share's money, in whatever order and however often, and whoever dies over it: one end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.payouts.share import ShareState
from tests.examples import examples
from tests.lives import again, deaths
from tests.unit.payouts.treasury import Treasury

type Happening = Callable[[Treasury], object]
FEE, SHARE = 675, 3825  # of 45 euros, of which 15 per cent are the facility's


@dataclass(frozen=True)
class Life:
    """What happens to a share, how it must end, what the practitioner has then, and what was ever sent to them."""

    happenings: tuple[Happening, ...]
    state: ShareState
    got: int = 0
    sent: int = 0
    books: tuple[tuple[str, int], ...] = ()


def _won(treasury: Treasury) -> None:
    treasury.dispute("won")


def _lost(treasury: Treasury) -> None:
    treasury.dispute("lost")


def _refund(amount: int) -> Happening:
    return lambda treasury: treasury.refund(amount)


def _fail_refund(treasury: Treasury) -> None:
    [refund] = treasury.provider.list_refunds(treasury.payment_id)
    treasury.provider.settle_refund(refund.refund_id, "failed")


def _refuse(treasury: Treasury) -> None:
    treasury.payouts.refusal = "balance_insufficient"


def _relent(treasury: Treasury) -> None:
    treasury.payouts.refusal = ""


def _reverse(treasury: Treasury) -> None:
    treasury.payouts.reverse("tr_0")


_SENT: Final = (Treasury.answer, Treasury.approve)
_EARNED: Final = (("cash", FEE), ("fees", -FEE))
LIVES: Final = {
    "approved": Life(_SENT, "sent", SHARE, SHARE, _EARNED),
    "approved before the account is ready": Life((Treasury.approve, Treasury.answer), "sent", SHARE, SHARE, _EARNED),
    "held": Life(
        (Treasury.answer, Treasury.hold), "held", books=(("cash", 4500), ("fees", -FEE), ("practitioner", -SHARE))
    ),
    "held, then released": Life((Treasury.hold, *_SENT), "sent", SHARE, SHARE, _EARNED),
    "refunded in part, then approved": Life(
        (_refund(2000), *_SENT), "sent", 2125, 2125, (("cash", 375), ("fees", -375))
    ),
    "refunded in part after it": Life((*_SENT, _refund(2000)), "sent", 2125, SHARE, (("cash", 375), ("fees", -375))),
    "refunded after it": Life((*_SENT, _refund(4500)), "reversed", 0, SHARE),
    "refunded, and the refund fails": Life((*_SENT, _refund(2000), _fail_refund), "sent", SHARE, SHARE + 1700, _EARNED),
    "disputed, won, approved": Life((Treasury.dispute, _won, *_SENT), "sent", SHARE, SHARE, _EARNED),
    "disputed after it, and lost": Life((*_SENT, Treasury.dispute, _lost), "reversed", 0, SHARE),
    "lost, and won after all": Life((*_SENT, Treasury.dispute, _lost, _won), "sent", SHARE, 2 * SHARE, _EARNED),
    "refused, then approved again": Life(
        (Treasury.answer, _refuse, Treasury.approve, _relent, Treasury.approve), "sent", SHARE, SHARE, _EARNED
    ),
    "not to be taken back at first": Life((*_SENT, _refuse, _refund(4500), _relent), "reversed", 0, SHARE),
    "taken back by hand": Life(
        (*_SENT, _reverse), "reversed", 0, SHARE, (("cash", 4500), ("fees", -FEE), ("practitioner", -SHARE))
    ),
}
# What makes us look between two happenings: an event by its number, the sweeper, or a timer.
LOOKS = st.lists(st.one_of(st.integers(0, 11), st.sampled_from([Treasury.sweep, Treasury.fire])), max_size=4)


def _look(treasury: Treasury, looks: Sequence[int | Happening]) -> None:
    for look in looks:
        treasury.now += 11_000
        if isinstance(look, int):
            treasury.hear(look)
        else:
            look(treasury)


def _require(treasury: Treasury, life: Life) -> None:
    share = treasury.end()
    assert (share.state(treasury.now), treasury.payouts.transferred("b")) == (life.state, life.got)
    assert treasury.books() == dict(life.books)


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=examples(5))
@given(data=st.data())
def test_a_life_has_one_end(name: str, data: st.DataObject) -> None:
    """In every order of events and looks, doubled, late or lost; nobody gets more than their share at any time."""
    life = LIVES[name]
    with Treasury.opened() as treasury:
        for happening in life.happenings:
            happening(treasury)
            _look(treasury, data.draw(LOOKS))
            assert treasury.payouts.transferred("b") <= SHARE
        _require(treasury, life)


@pytest.mark.parametrize("name", LIVES)
def test_a_function_that_dies_leaves_nothing_behind(name: str) -> None:
    """Between any two changes, of the record or at the provider. Nothing is transferred or taken back twice."""
    life = LIVES[name]
    for mortal in deaths():
        with Treasury.opened(mortal) as treasury:
            treasury.live(life.happenings)
            again(treasury.end)
            assert sum(each.amount for each in treasury.payouts.list_transfers("b")) == life.sent
            # Asking how it ended lets the sweeper look once more.
            with mortal.spared():
                _require(treasury, life)
