"""The table of all transitions of a pack; `confirmed` is paid. The states are those of bookings.

`make docs` generates the diagram in docs/bookings.md from this table.
"""

from collections.abc import Mapping
from typing import Final

from bedside.bookings.states import BookingState, Cause, Transition
from bedside.kernel.errors import WrongStateError

_EXPIRED: Final = "the provider has expired the Checkout"
_PAID: Final = "the money has arrived"
_LATE: Final = "the money has arrived all the same"
_SETTLED: Final = "the provider has returned all that is due"
_OTHERWISE: Final = "an administrator has returned it outside of the payment provider"
_BACK: Final = "a booking is cancelled whose visit the pack no longer takes back"

PACK_TABLE: Final = (
    Transition("held", "voucher", "awaitingPayment", "the patient has taken a voucher"),
    Transition("held", "paid", "confirmed", _PAID),
    Transition("held", "expired", "expired", _EXPIRED),
    Transition("held", "cancelled", "cancelled", _EXPIRED),
    Transition("held", "cancelledPaid", "refunding", _LATE),
    Transition("awaitingPayment", "paid", "confirmed", _PAID),
    Transition("awaitingPayment", "expired", "expired", "the payment has failed, or the voucher expired a day ago"),
    Transition("awaitingPayment", "cancelled", "cancelled", ""),
    Transition("awaitingPayment", "cancelledPaid", "refunding", _LATE),
    Transition("expired", "paid", "confirmed", _LATE),
    Transition("expired", "cancelledPaid", "refunding", _LATE),
    Transition("cancelled", "cancelledPaid", "refunding", _LATE),
    Transition("confirmed", "refundDue", "refunding", "the visits that nobody has booked"),
    Transition("confirmed", "refunded", "refunded", "all of it, at the provider"),
    Transition("refunding", "refunded", "refunded", _SETTLED),
    Transition("refunding", "refundFailed", "refundFailed", "the provider could not return it"),
    Transition("refunding", "visitReturned", "refunding", _BACK),
    Transition("refundFailed", "retried", "refunding", "an administrator tries again"),
    Transition("refundFailed", "returnedOtherwise", "refunded", _OTHERWISE),
    Transition("refundFailed", "refunded", "refunded", _SETTLED),
    Transition("refundFailed", "visitReturned", "refundFailed", _BACK),
    Transition("refunded", "refundFailed", "refundFailed", "the money has come back to the provider"),
    Transition("refunded", "visitReturned", "refunding", _BACK),
)

_WAYS: Final[Mapping[tuple[BookingState, Cause], Transition]] = {(way.source, way.cause): way for way in PACK_TABLE}


def pack_transition(state: BookingState, cause: Cause) -> Transition:
    """Return the transition from `state` by `cause`. Raises WrongStateError if there is none."""
    way = _WAYS.get((state, cause))
    if way is None:
        raise WrongStateError(f"The pack is {state}.", state)
    return way
