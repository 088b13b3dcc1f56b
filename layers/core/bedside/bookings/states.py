"""The states of a booking, and the table of all transitions between them.

`make docs` generates the diagram in docs/bookings.md from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bedside.kernel.errors import WrongStateError

BookingState = Literal[
    "held",
    "awaitingPayment",
    "confirmed",
    "expired",
    "cancelled",
    "choiceDue",
    "refunding",
    "refunded",
    "refundFailed",
]
# Why a booking or a pack changes: the provider reports a voucher, money, that none will come, or how a refund went;
# people cancel, choose, try again, or return money outside of the provider; time passes.
Cause = Literal[
    "voucher",
    "paid",
    "slotLost",
    "expired",
    "cancelled",
    "cancelledPaid",
    "chosen",
    "refundDue",
    "visitReturned",
    "refunded",
    "refundFailed",
    "retried",
    "returnedOtherwise",
]
# What a transition causes in its own transaction, or right after it.
Effect = Literal["keepTime", "takeTime", "freeTime", "returnVisit"]

STATES: Final[tuple[BookingState, ...]] = get_args(BookingState)


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition between two states, with its cause, a guard in words, and its effects."""

    source: BookingState
    cause: Cause
    target: BookingState
    guard: str
    effects: tuple[Effect, ...] = ()


_PAID: Final = "the money has arrived, and the time is free or reserved for it"
_TAKEN: Final = "the money has arrived, and the time is over or somebody else's"
_LATE: Final = "the money has arrived all the same"
_LATE_OR_KEPT: Final = "the money has arrived all the same, or an administrator returns what was kept"
_BACK: Final = "some of the money is to be returned"
_NOTHING_BACK: Final = "no money is to be returned"
_GIVEN_BACK: Final = "an administrator gives the visit of a pack back that was used up"
_VISIT_BACK: Final = f"it took a visit of a pack, which goes back; or {_GIVEN_BACK}"
_OTHERWISE: Final = "an administrator has returned it outside of the payment provider"

TABLE: Final = (
    Transition("held", "voucher", "awaitingPayment", "the patient has taken a voucher", ("keepTime",)),
    Transition("held", "paid", "confirmed", _PAID, ("takeTime",)),
    Transition("held", "slotLost", "choiceDue", _TAKEN, ("freeTime",)),
    Transition("held", "expired", "expired", "the provider has expired the Checkout", ("freeTime",)),
    Transition("held", "cancelled", "cancelled", "the provider has expired the Checkout", ("freeTime",)),
    Transition("held", "cancelledPaid", "refunding", _LATE, ("freeTime",)),
    Transition("awaitingPayment", "paid", "confirmed", _PAID, ("takeTime",)),
    Transition("awaitingPayment", "slotLost", "choiceDue", _TAKEN, ("freeTime",)),
    Transition(
        "awaitingPayment",
        "expired",
        "expired",
        "the payment has failed, or the voucher expired a day ago",
        ("freeTime",),
    ),
    Transition("awaitingPayment", "cancelled", "cancelled", "", ("freeTime",)),
    Transition("awaitingPayment", "cancelledPaid", "refunding", _LATE, ("freeTime",)),
    Transition("expired", "paid", "confirmed", _PAID, ("takeTime",)),
    Transition("expired", "slotLost", "choiceDue", _TAKEN),
    Transition("expired", "cancelledPaid", "refunding", _LATE),
    Transition("cancelled", "cancelledPaid", "refunding", _LATE_OR_KEPT),
    Transition("confirmed", "cancelled", "cancelled", _NOTHING_BACK),
    Transition("confirmed", "visitReturned", "cancelled", _VISIT_BACK, ("returnVisit",)),
    Transition("confirmed", "refundDue", "refunding", _BACK),
    Transition("confirmed", "refunded", "refunded", "all of it, at the provider"),
    Transition("cancelled", "visitReturned", "cancelled", _GIVEN_BACK, ("returnVisit",)),
    Transition("choiceDue", "chosen", "confirmed", "another time of the service", ("takeTime",)),
    Transition("choiceDue", "refundDue", "refunding", "the patient wishes it, or 48 hours are over"),
    Transition("choiceDue", "refunded", "refunded", "all of it, at the provider"),
    Transition("refunding", "refunded", "refunded", "the provider has returned all that is due"),
    Transition("refunding", "refundFailed", "refundFailed", "the provider could not return it"),
    Transition("refundFailed", "retried", "refunding", "an administrator tries again"),
    Transition("refundFailed", "returnedOtherwise", "refunded", _OTHERWISE),
    Transition("refundFailed", "refunded", "refunded", "the provider has returned all that is due"),
    Transition("refunded", "refundFailed", "refundFailed", "the money has come back to the provider"),
)

_WAYS: Final[Mapping[tuple[BookingState, Cause], Transition]] = {(way.source, way.cause): way for way in TABLE}


def transition(state: BookingState, cause: Cause) -> Transition:
    """Return the transition from `state` by `cause`. Raises WrongStateError if there is none."""
    way = _WAYS.get((state, cause))
    if way is None:
        raise WrongStateError(f"The booking is {state}.", state)
    return way


def allows(state: BookingState, cause: Cause) -> bool:
    """Return whether there is a transition from `state` by `cause`."""
    return (state, cause) in _WAYS
