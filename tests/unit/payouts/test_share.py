"""When a practitioner's share is due, how it stands, and what has to happen."""

from dataclasses import replace

import pytest

from bedside.bookings.booking import Booking
from bedside.bookings.service import Price
from bedside.payouts.ledger import Money
from bedside.payouts.share import (
    AFTER_PAYMENT_MS,
    AFTER_VISIT_MS,
    Decision,
    Send,
    Share,
    TakeBack,
    booked,
    next_act,
    observed,
)
from bedside.payouts.share_record import share_from_record, share_record
from bedside.ports.payments import Payment

PAID_AT, DAY_MS = 1_800_000_000_000, 86_400_000
SHARE = Share("b1", "f1", "p1", "EUR", 15, PAID_AT, Money(6000, 0), ends_at=PAID_AT + DAY_MS)
DUE_AT = PAID_AT + AFTER_PAYMENT_MS
PAYMENT = Payment("pi_1", "succeeded", 6000, "EUR", 0, disputed=False, charge_id="ch_1", voucher=None, booking_id="b1")
BOOKING = Booking("b1", "f1", "u1", "p1", "p1.s", "Skin check", Price(6000, "EUR"), 0, 30, "b1", PAID_AT)
APPROVAL, HOLD = Decision(1, "a1"), Decision(2, "a1", "Patient complains")


def test_a_share_is_due_at_the_later_of_two_times() -> None:
    """Seven days after the payment, or a day after the visit's end; without a visit never."""
    assert SHARE.due_at == DUE_AT
    assert replace(SHARE, ends_at=PAID_AT + 9 * DAY_MS).due_at == PAID_AT + 9 * DAY_MS + AFTER_VISIT_MS
    assert replace(SHARE, ends_at=None).due_at is None


@pytest.mark.parametrize(
    ("moved_by", "agreed", "due_later"),
    [(0, None, 0), (0, 0, 0), (-5, 0, 0), (5, 0, 5), (-5, -5, -5), (5, 5, 5)],
)
def test_a_practice_that_moves_a_visit_is_not_paid_earlier(moved_by: int, agreed: int | None, due_later: int) -> None:
    """Only by its patient's choice; later, if the visit is later. All in days."""
    starts_at = PAID_AT + 30 * DAY_MS
    booking = replace(
        BOOKING,
        starts_at=starts_at + moved_by * DAY_MS,
        agreed_starts_at=None if agreed is None else starts_at + agreed * DAY_MS,
    )
    share = observed(SHARE, booking, PAYMENT, [], [])
    assert share.due_at == starts_at + due_later * DAY_MS + 30 * 60_000 + AFTER_VISIT_MS


@pytest.mark.parametrize(
    ("share", "now_ms", "state"),
    [
        (SHARE, DUE_AT - 1, "scheduled"),
        (SHARE, DUE_AT, "due"),
        (replace(SHARE, ends_at=None), DUE_AT, "scheduled"),
        (replace(SHARE, hold=HOLD), DUE_AT, "held"),
        (replace(SHARE, approval=APPROVAL), DUE_AT, "approved"),
        (replace(SHARE, approval=APPROVAL, money=Money(6000, 0, "open")), DUE_AT, "disputed"),
        (replace(SHARE, approval=APPROVAL, money=Money(6000, 0, "lost")), DUE_AT, "void"),
        (replace(SHARE, hold=HOLD, money=Money(6000, 6000)), DUE_AT, "void"),
        (replace(SHARE, money=Money(6000, 0, "none", 5100)), DUE_AT, "sent"),
        (replace(SHARE, money=Money(6000, 0, "open", 5100)), DUE_AT, "sent"),
        (replace(SHARE, money=Money(6000, 6000, "none", 5100, 5100)), DUE_AT, "reversed"),
        (replace(SHARE, refusal="code"), DUE_AT, "refused"),
        (replace(SHARE, refusal="code", hold=HOLD), DUE_AT, "held"),
        (replace(SHARE, refusal="code", money=Money(6000, 6000, "none", 5100)), DUE_AT, "refused"),
        # What was taken back for nothing is owed again, unless people have taken it back.
        (replace(SHARE, money=Money(6000, 0, "none", 5100, 5100)), DUE_AT, "due"),
        (replace(SHARE, approval=APPROVAL, money=Money(6000, 0, "none", 5100, 5100)), DUE_AT, "approved"),
        (replace(SHARE, approval=APPROVAL, money=Money(6000, 0, "none", 5100, 5100, 5100)), DUE_AT, "reversed"),
        (replace(SHARE, approval=APPROVAL, money=Money(6000, 0, "open", 5100, 5100)), DUE_AT, "reversed"),
    ],
)
def test_a_share_has_one_state(share: Share, now_ms: int, state: str) -> None:
    """Which follows from what is known of it."""
    assert share.state(now_ms) == state


def test_only_what_is_approved_is_sent() -> None:
    """And only what stays after refunds; what was sent in excess is taken back."""
    assert next_act(SHARE, DUE_AT) is None
    assert next_act(replace(SHARE, approval=APPROVAL), DUE_AT) == Send(5100, 0)
    assert next_act(replace(SHARE, approval=APPROVAL, tries=2, money=Money(6000, 3000)), DUE_AT) == Send(2550, 2)
    assert next_act(replace(SHARE, approval=APPROVAL, money=Money(6000, 0, "open")), DUE_AT) is None
    assert next_act(replace(SHARE, money=Money(6000, 0, "none", 5100)), DUE_AT) is None
    sent = replace(SHARE, approval=APPROVAL, transfers=1, transfer_id="tr_1", transfer_left=5100)
    assert next_act(replace(sent, money=Money(6000, 3000, "none", 5100)), DUE_AT) == TakeBack("tr_1", 2550)
    half = replace(sent, money=Money(6000, 6000, "none", 5100, 2550), transfer_left=2550)
    assert next_act(half, DUE_AT) == TakeBack("tr_1", 2550)
    assert next_act(replace(sent, money=Money(6000, 0, "lost", 5100)), DUE_AT) == TakeBack("tr_1", 5100)
    # A refund that failed, or a dispute that was won after all: under a key of its own.
    assert next_act(replace(half, money=Money(6000, 0, "none", 5100, 2550)), DUE_AT) == Send(2550, 1)
    twice = replace(half, transfers=2, money=Money(6000, 6000, "none", 7650, 2550))
    assert next_act(twice, DUE_AT) == TakeBack("tr_1", 2550)


def test_a_share_is_looked_at_while_something_can_change() -> None:
    """Each day for five months, and each hour while a transfer is to be made."""
    assert SHARE.look_at(DUE_AT) == DUE_AT + DAY_MS
    assert replace(SHARE, approval=APPROVAL).look_at(DUE_AT) == DUE_AT + DAY_MS // 24
    assert SHARE.look_at(PAID_AT + 151 * DAY_MS) is None


def test_a_share_survives_its_record() -> None:
    """With decisions and postings; what is booked once is not booked again."""
    share = booked(replace(SHARE, hold=HOLD, approval=APPROVAL, refusal="code", tries=2, charge_id="ch_1"), DUE_AT)
    assert len(share.postings) == 1
    assert booked(share, DUE_AT + 1) is share
    sent = replace(share, money=Money(6000, 0, "none", 5100, 100, 50), transfers=1, transfer_left=5000)
    for one in (share, sent, replace(share, hold=None, approval=None, ends_at=None)):
        assert share_from_record(share_record(one)) == one
    later = {"byHand", "transfers", "transferLeft"}
    record = {name: value for name, value in share_record(sent).items() if name not in later}
    assert share_from_record(record) == replace(sent, money=replace(sent.money, by_hand=0))
