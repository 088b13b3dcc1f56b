"""A practitioner's share of a booking's payment: when it is due, how it stands, and what has to happen next. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

from bedside.payouts.ledger import Dispute, Money, Posting, posting, posting_from_record, posting_record, share_of

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

# scheduled: not due yet. due: waits for an administrator. void: nothing is left to transfer.
ShareState = Literal["scheduled", "due", "held", "disputed", "approved", "sent", "reversed", "void"]
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
    is the facility's at that time. `tries` counts transfers that the provider refused, `refusal` is why it last did.
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
    transfer_id: str = ""
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
    def due_at(self) -> int | None:
        """When the share may be transferred; None while there is no visit."""
        if self.ends_at is None:
            return None
        return max(self.paid_at + AFTER_PAYMENT_MS, self.ends_at + AFTER_VISIT_MS)

    def state(self, now_ms: int) -> ShareState:
        """Return how the share stands."""
        if self.money.sent:
            return "reversed" if self.money.with_practitioner == 0 else "sent"
        if self.money.dispute == "open":
            return "disputed"
        if self.amount == 0:
            return "void"
        if self.hold:
            return "held"
        if self.approval:
            return "approved"
        return "scheduled" if self.due_at is None or now_ms < self.due_at else "due"

    def look_at(self, now_ms: int) -> int | None:
        """Return when to look at the share again, though nothing was heard of it; None if never."""
        if self.state(now_ms) == "approved":
            return now_ms + _AGAIN_MS
        return now_ms + _LOOK_MS if now_ms < max(self.paid_at, self.ends_at or 0) + _WATCHED_MS else None


@dataclass(frozen=True, slots=True)
class Send:
    """Transfer an amount to the practitioner."""

    amount: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Reverse a part of the transfer, or all of it."""

    amount: int


def next_act(share: Share, now_ms: int) -> Send | TakeBack | None:
    """Return what has to happen: approved shares are sent, and what was refunded or lost since is taken back."""
    excess = share.money.with_practitioner - share.amount
    if share.money.sent and excess > 0:
        return TakeBack(excess)
    return Send(share.amount) if share.state(now_ms) == "approved" else None


def booked(share: Share, now_ms: int) -> Share:
    """Return the share with the posting that its money requires."""
    added = posting(share.postings, share.money, share.fee_percent, now_ms)
    return replace(share, postings=(*share.postings, added)) if added else share


def share_record(share: Share) -> dict[str, Any]:
    """Return a share as stored in DynamoDB, but for its key and its place in indexes."""
    return {
        "bookingId": share.booking_id,
        "facilityId": share.facility_id,
        "practitionerId": share.practitioner_id,
        "currency": share.currency,
        "feePercent": share.fee_percent,
        "paidAt": share.paid_at,
        "paid": share.money.paid,
        "returned": share.money.returned,
        "dispute": share.money.dispute,
        "sent": share.money.sent,
        "takenBack": share.money.taken_back,
        "chargeId": share.charge_id,
        "endsAt": share.ends_at,
        "transferId": share.transfer_id,
        "approval": _decision_record(share.approval),
        "hold": _decision_record(share.hold),
        "refusal": share.refusal,
        "tries": share.tries,
        "postings": [posting_record(one) for one in share.postings],
        "version": share.version,
    }


def share_from_record(item: Mapping[str, Any]) -> Share:
    """Return the share stored in a DynamoDB item."""
    dispute: Dispute = item["dispute"]
    ends_at = item["endsAt"]
    return Share(
        item["bookingId"],
        item["facilityId"],
        item["practitionerId"],
        item["currency"],
        int(item["feePercent"]),
        int(item["paidAt"]),
        Money(int(item["paid"]), int(item["returned"]), dispute, int(item["sent"]), int(item["takenBack"])),
        item["chargeId"],
        None if ends_at is None else int(ends_at),
        item["transferId"],
        _decision(item["approval"]),
        _decision(item["hold"]),
        item["refusal"],
        int(item["tries"]),
        tuple(posting_from_record(one) for one in item["postings"]),
        int(item["version"]),
    )


def _decision_record(one: Decision | None) -> dict[str, Any] | None:
    return {"at": one.at, "by": one.by, "reason": one.reason} if one else None


def _decision(item: Mapping[str, Any] | None) -> Decision | None:
    return Decision(int(item["at"]), item["by"], item["reason"]) if item else None
