"""What patients pay for, a booking or a pack of visits: its state, its Checkout, and its money."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.bookings.money import DisputeState
from bedside.bookings.states import BookingState
from bedside.ports.payments import Voucher

# The author of changes that no person makes: time, and the payment provider.
CLOCK: Final = "clock"
PROVIDER: Final = "provider"


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded change of state: when (Unix ms), to what, by whom, and the reason that they gave."""

    at: int
    state: BookingState
    by: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Somebody's request to give up what is not confirmed, or its money: when (Unix ms), whose, and their reason."""

    at: int
    by: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A purchase's Checkout; `number` counts those that were opened. One without an id has been asked for, at least.

    `expires_at` (Unix ms) is until when it can take money, and is what the provider was asked for.
    """

    number: int
    expires_at: int
    checkout_id: str | None = None
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is paid for; instants in Unix ms, amounts in minor units.

    `hold_ends_at` is until when it waits for its money; `withdrawal` asks to give it up. `paid` is what was there when
    that was last decided on; of it, `refund_due` has to go back, in `refund_tries` tries. People have returned
    `returned_otherwise` of that, outside of the payment provider. `refund_owed` could not be returned, when that was
    last tried.
    `looked_at` is when the provider was last asked, `due_at` when somebody has to look again.
    """

    state: BookingState = "confirmed"
    version: int = 0
    history: tuple[Entry, ...] = ()
    hold_ends_at: int | None = None
    checkout: Checkout | None = None
    voucher: Voucher | None = field(default=None, repr=False)
    withdrawal: Withdrawal | None = None
    paid: int = 0
    payment_id: str | None = None
    refund_due: int = 0
    refund_tries: int = 0
    returned_otherwise: int = 0
    refund_owed: int = 0
    dispute: DisputeState = "none"
    looked_at: int = 0
    due_at: int | None = None


def purchase_record(purchase: Purchase) -> dict[str, Any]:
    """Return what is paid for as stored in DynamoDB, but for its place in indexes."""
    checkout, voucher, withdrawal = purchase.checkout, purchase.voucher, purchase.withdrawal
    return {
        "state": purchase.state,
        "version": purchase.version,
        "history": [
            {"at": entry.at, "state": entry.state, "by": entry.by, "reason": entry.reason} for entry in purchase.history
        ],
        "holdEndsAt": purchase.hold_ends_at,
        "checkout": checkout
        and {
            "number": checkout.number,
            "expiresAt": checkout.expires_at,
            "checkoutId": checkout.checkout_id,
            "url": checkout.url,
        },
        "voucher": voucher
        and {
            "entity": voucher.entity,
            "reference": voucher.reference,
            "expiresAt": voucher.expires_at,
            "url": voucher.url,
        },
        "wish": withdrawal and {"at": withdrawal.at, "by": withdrawal.by, "reason": withdrawal.reason},
        "paid": purchase.paid,
        "paymentId": purchase.payment_id,
        "refundDue": purchase.refund_due,
        "refundTries": purchase.refund_tries,
        "returnedOtherwise": purchase.returned_otherwise,
        "refundOwed": purchase.refund_owed,
        "dispute": purchase.dispute,
        "lookedAt": purchase.looked_at,
    }


def purchase_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a purchase that is stored in a DynamoDB item; the oldest bookings have none of them."""
    checkout, voucher, wish = item.get("checkout"), item.get("voucher"), item.get("wish")
    return {
        "state": item.get("state", "confirmed"),
        "version": int(item.get("version", 0)),
        "history": tuple(
            Entry(int(one["at"]), one["state"], one["by"], one["reason"]) for one in item.get("history", ())
        ),
        "hold_ends_at": item.get("holdEndsAt"),
        "checkout": Checkout(checkout["number"], checkout["expiresAt"], checkout["checkoutId"], checkout["url"])
        if checkout
        else None,
        "voucher": Voucher(voucher["entity"], voucher["reference"], voucher["expiresAt"], voucher["url"])
        if voucher
        else None,
        "withdrawal": Withdrawal(wish["at"], wish["by"], wish["reason"]) if wish else None,
        "paid": int(item.get("paid", 0)),
        "payment_id": item.get("paymentId"),
        "refund_due": int(item.get("refundDue", 0)),
        "refund_tries": int(item.get("refundTries", 0)),
        "returned_otherwise": int(item.get("returnedOtherwise", 0)),
        "refund_owed": int(item.get("refundOwed", item.get("refundDue", 0))),
        "dispute": item.get("dispute", "none"),
        "looked_at": int(item.get("lookedAt", 0)),
        "due_at": item.get("dueAt"),
    }
