"""The money of purchases at the payment provider."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.bookings.money import NOTHING, Money, is_paid, money_of
from bedside.bookings.purchase import Purchase
from bedside.ports.payments import PaymentProvider


@dataclass(frozen=True, slots=True)
class PurchaseMoney:
    """Asks the provider about the money of purchases, and has it returned. Methods raise UnavailableError."""

    provider: Callable[[], PaymentProvider]

    def get(self, purchase: Purchase) -> Money:
        """Return what the provider says of a purchase's money."""
        checkout_id = purchase.checkout.checkout_id if purchase.checkout else None
        if checkout_id is None:
            return NOTHING
        checkout = self.provider().checkout(checkout_id)
        payment = checkout.payment if checkout else None
        given_back = payment is not None and (payment.refunded > 0 or purchase.refund_tries > 0)
        refunds = self.provider().refunds(payment.payment_id) if payment and given_back else []
        return money_of(checkout, refunds)

    def expire(self, purchase: Purchase) -> None:
        """Let a purchase's Checkout take no more money."""
        if purchase.checkout and purchase.checkout.checkout_id:
            self.provider().expire_checkout(purchase.checkout.checkout_id)

    def refund(self, purchase: Purchase, money: Money, key: str) -> None:
        """Return what is due and has not gone back; repeated with a key, once. Raises PaymentRefusedError."""
        if money.payment_id:
            number = f":{purchase.refund_tries}" if purchase.refund_tries > 1 else ""
            self.provider().refund(money.payment_id, purchase.refund_due - money.given_back, f"{key}{number}")

    def return_surplus(self, purchase: Purchase, purchase_id: str, checkout_id: str) -> None:
        """Return the money of a Checkout that is not the purchase's, such as one whose answer was lost."""
        checkout = self.provider().checkout(checkout_id)
        payment = checkout.payment if checkout and is_paid(checkout) else None
        own = purchase.checkout.checkout_id if purchase.checkout else None
        if payment and checkout_id != own and payment.refunded < payment.amount:
            rest = payment.amount - payment.refunded
            self.provider().refund(payment.payment_id, rest, f"{purchase_id}:surplus:{payment.payment_id}")
