"""The ledger always sums to zero, and says where a booking's money is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bedside.payouts.ledger import (
    Money,
    Posting,
    balances,
    fee_of,
    posting,
    posting_from_record,
    posting_record,
    share_of,
)


@st.composite
def moneys(draw: st.DrawFn) -> Money:
    """Give money of a booking in any state that there can be, and some that there should not be."""
    paid = draw(st.integers(0, 10_000_000))
    returned, sent = draw(st.integers(0, paid)), draw(st.integers(0, paid))
    return Money(paid, returned, draw(st.sampled_from(("none", "open", "lost"))), sent, draw(st.integers(0, sent)))


@given(st.lists(moneys(), max_size=12), st.integers(0, 100))
def test_every_posting_sums_to_zero(states: list[Money], percent: int) -> None:
    """Whatever is learned of the money, in whatever order: each posting alone, and all of them give the balances."""
    postings: list[Posting] = []
    for at, money in enumerate(states):
        added = posting(postings, money, percent, at)
        postings += [added] if added else []
        total = {account: sum(one.amounts.get(account, 0) for one in postings) for account in balances(money, percent)}
        assert total == balances(money, percent)
        assert posting(postings, money, percent, at) is None
    assert all(sum(one.amounts.values()) == 0 and 0 not in one.amounts.values() for one in postings)
    assert [posting_from_record(posting_record(one)) for one in postings] == postings


@given(moneys(), st.integers(0, 100))
def test_nobody_gets_more_than_there_is(money: Money, percent: int) -> None:
    """Fee and share are what stays of the payment; the fee is rounded down, for the practitioner."""
    assert fee_of(money.kept, percent) + share_of(money, percent) == money.kept <= money.paid
    assert 0 <= fee_of(money.kept, percent) * 100 <= money.kept * percent


def test_the_life_of_a_payment() -> None:
    """Paid, transferred, refunded in part, and taken back; a dispute that is open, and one that is lost."""
    expected: list[tuple[Money, dict[str, Any]]] = [
        (Money(6000, 0), {"cash": 6000, "disputed": 0, "practitioner": -5100, "fees": -900}),
        (Money(6000, 0, sent=5100), {"cash": 900, "disputed": 0, "practitioner": 0, "fees": -900}),
        (Money(6000, 3000, sent=5100), {"cash": -2100, "disputed": 0, "practitioner": 2550, "fees": -450}),
        (Money(6000, 3000, "none", 5100, 2550), {"cash": 450, "disputed": 0, "practitioner": 0, "fees": -450}),
        (Money(6000, 0, "open"), {"cash": 0, "disputed": 6000, "practitioner": -5100, "fees": -900}),
        (Money(6000, 0, "lost", 5100, 5100), {"cash": 0, "disputed": 0, "practitioner": 0, "fees": 0}),
    ]
    for money, found in expected:
        assert balances(money, 15) == found
