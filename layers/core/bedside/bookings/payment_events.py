"""Webhook events of the payment provider (https://docs.stripe.com/api/events/types): reasons to look at a purchase.

Events come late, twice, out of order, or never. So none is believed: what the provider
has of the money is retrieved, and decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.bookings.errors import BookingNotFoundError, PackNotFoundError
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.pack import is_pack
from bedside.bookings.pack_lifecycle import PackLifecycle
from bedside.bookings.purchase_money import PurchaseMoney

_ID_LENGTH: Final = 255
_OF_CHECKOUTS: Final = "checkout.session."
_OF_PAYMENTS: Final = "payment_intent."
# Of charges, their refunds and disputes; each names its payment.
_OF_CHARGES: Final = ("charge.", "refund.")


@dataclass(frozen=True, slots=True)
class PaymentEvents:
    """Lets bookings and packs follow their money; tolerates repeated, late and reordered events.

    `ready` tells whether this stage has a payment provider.
    """

    lifecycle: BookingLifecycle
    packs: PackLifecycle
    money: PurchaseMoney
    ready: Callable[[], bool]

    def handle(self, kind: str, data: Mapping[str, Any], now_ms: int) -> str:
        """Handle an event, and return the booking or pack whose money it was about, "" for none.

        Raises UnavailableError.
        """
        about = data.get("object")
        if not isinstance(about, Mapping) or not self.ready():
            return ""
        reference = self._reference(kind, about)
        if not reference:
            return ""
        purchases = self.packs if is_pack(reference) else self.lifecycle
        try:
            purchase = purchases.advance(reference, now_ms)
        except (BookingNotFoundError, PackNotFoundError):
            return ""
        if kind.startswith(_OF_CHECKOUTS):
            self.money.return_surplus(purchase, reference, _text(about.get("id")))
        return reference

    def _reference(self, kind: str, about: Mapping[str, Any]) -> str:
        """Return the id of the booking or pack that an event is about, "" if it is about none."""
        if kind.startswith(_OF_CHECKOUTS):
            return _text(about.get("client_reference_id"))
        if kind.startswith(_OF_PAYMENTS):
            payment_id = _text(about.get("id"))
        elif kind.startswith(_OF_CHARGES):
            payment_id = _text(about.get("payment_intent"))
        else:
            return ""
        return self.money.paid_for(payment_id) if payment_id else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _ID_LENGTH else ""
