"""A practitioner's share of a booking's payment: when it is due, how it stands, and what has to happen next. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from bedside.bookings.booking import Booking
from bedside.bookings.money import dispute_state
from bedside.payouts.ledger import Money, Posting, posting, share_of
from bedside.payouts.part import part_of
from bedside.ports.payments import Dispute, Payment
from bedside.ports.payouts import Transfer

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
# Patients can complain, and vouchers' banks be late: nothing is transferred before both are over.
AFTER_PAYMENT_MS: Final = 7 * _DAY_MS
AFTER_VISIT_MS: Final = _DAY_MS
# What is approved and could not be transferred is tried again; everything else is looked at because webhooks get lost.
_AGAIN_MS: Final = _HOUR_MS
_LOOK_MS: Final = _DAY_MS
# Card networks accept disputes for 120 days.
_WATCHED_MS: Final = 150 * _DAY_MS

# scheduled: not due yet. due: waits for an administrator. refused: so does what the provider did not do.
# void: nothing is left to transfer.
ShareState = Literal["refused", "scheduled", "due", "held", "disputed", "approved", "sent", "reversed", "void"]
STATES: Final[tuple[ShareState, ...]] = get_args(ShareState)


@dataclass(frozen=True, slots=True)
class Decision:
    """An administrator's approval, or their hold with its reason, at an instant (Unix ms)."""

    at: int
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A practitioner's share of the payment for a booking; instants in Unix ms, amounts in the currency's minor unit.

    `paid_at` is when the payment was first seen, `ends_at` when the visit ends, None while there is none. `fee_percent`
    is the facility's at that time. `transfers` counts those that were made; of `transfer_id` the practitioner has
    `transfer_left`. `tries` counts transfers and reversals that the provider refused, `refusal` is why it last did.
    """

    booking_id: str
    facility_id: str
    practitioner_id: str
    currency: str
    fee_percent: int
    paid_at: int
    money: Money
    charge_id: str = ""
    ends_at: int | None = None
    transfers: int = 0
    transfer_id: str = ""
    transfer_left: int = 0
    approval: Decision | None = None
    hold: Decision | None = field(default=None, repr=False)
    refusal: str = ""
    tries: int = 0
    postings: tuple[Posting, ...] = ()
    version: int = 0

    @property
    def amount(self) -> int:
        """The practitioner's share of what stays of the payment."""
        return share_of(self.money, self.fee_percent)

    @property
    def owed(self) -> int:
        """What the practitioner has yet to get: also what we took back, if that turned out to be wrong."""
        return max(0, self.amount - self.money.with_practitioner - self.money.by_hand)

    @property
    def excess(self) -> int:
        """What has to be taken back."""
        return max(0, self.money.with_practitioner - self.amount)

    @property
    def due_at(self) -> int | None:
        """When the share may be transferred; None while there is no visit."""
        if self.ends_at is None:
            return None
        return max(self.paid_at + AFTER_PAYMENT_MS, self.ends_at + AFTER_VISIT_MS)

    def state(self, now_ms: int) -> ShareState:
        """Return how the share stands."""
        disputed = self.money.dispute == "open"
        if self.money.sent and (self.owed == 0 or disputed):
            return self._sent()
        if disputed or self.owed == 0:
            return "disputed" if disputed else "void"
        return self._waiting(now_ms)

    def _sent(self) -> ShareState:
        if self.refusal and self.excess:
            return "refused"
        return "sent" if self.money.with_practitioner else "reversed"

    def _waiting(self, now_ms: int) -> ShareState:
        if self.hold:
            return "held"
        if self.approval:
            return "approved"
        if self.refusal:
            return "refused"
        return "scheduled" if self.due_at is None or now_ms < self.due_at else "due"

    def look_at(self, now_ms: int) -> int | None:
        """Return when to look at the share again, though nothing was heard of it; None if never."""
        if self.state(now_ms) == "approved":
            return now_ms + _AGAIN_MS
        return now_ms + _LOOK_MS if now_ms < max(self.paid_at, self.ends_at or 0) + _WATCHED_MS else None


@dataclass(frozen=True, slots=True)
class Send:
    """Transfer an amount to the practitioner, for the `number`th time."""

    amount: int
    number: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Reverse a part of a transfer, or all of it."""

    transfer_id: str
    amount: int


def next_act(share: Share, now_ms: int) -> Send | TakeBack | None:
    """Return what has to happen: approved shares are sent, and what was refunded or lost since is taken back.

    What was taken back for nothing is sent again, because it was approved: a dispute was won, or a refund has failed.
    """
    if share.excess and share.transfer_left:
        return TakeBack(share.transfer_id, min(share.excess, share.transfer_left))
    # As everything that was tried has a number of its own, so has each transfer.
    return Send(share.owed, share.transfers + share.tries) if share.state(now_ms) == "approved" else None


def observed(
    share: Share, booking: Booking, payment: Payment, disputes: Sequence[Dispute], transfers: Sequence[Transfer]
) -> Share:
    """Return a share with what the provider says of its money, and the booking of its visit."""
    part = part_of(booking, payment)
    sent, taken = sum(each.amount for each in transfers), sum(each.taken_back for each in transfers)
    by_hand, latest = sum(each.by_hand for each in transfers), max(transfers, key=lambda each: each.left, default=None)
    # Also if the visit of a pack was used up by cancelling late.
    earned = booking.state == "confirmed" or booking.pack_id
    seen = replace(
        share,
        money=Money(part.paid, part.returned, dispute_state(disputes), sent, taken, by_hand),
        charge_id=payment.charge_id or "",
        ends_at=ends_at(booking) if earned else share.ends_at,
        transfers=len(transfers),
        transfer_id=latest.transfer_id if latest else share.transfer_id,
        transfer_left=latest.left if latest else 0,
    )
    return seen if seen.owed or seen.excess else replace(seen, refusal="")


def ends_at(booking: Booking) -> int:
    """Return when a booking's visit ends, for what follows for its money.

    A practice that moves a visit to an earlier time than its patient has agreed to is not paid any earlier.
    """
    return max(booking.starts_at, booking.agreed_starts_at or 0) + booking.duration * _MINUTE_MS


def booked(share: Share, now_ms: int) -> Share:
    """Return the share with the posting that its money requires."""
    added = posting(share.postings, share.money, share.fee_percent, now_ms)
    return replace(share, postings=(*share.postings, added)) if added else share
