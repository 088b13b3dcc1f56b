"""The money of purchases at the payment provider."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.bookings.money import NOTHING, Money, is_paid, money_of
from bedside.bookings.purchase import Purchase
from bedside.kernel.errors import UnavailableError
from bedside.ports.payments import PaymentProvider


@dataclass(frozen=True, slots=True)
class PurchaseMoney:
    """Asks the provider about the money of purchases, and has it returned. Methods raise UnavailableError.

    `on_unknown_checkout` receives the id of a Checkout that the provider has opened and does not know.
    """

    provider: Callable[[], PaymentProvider]
    on_unknown_checkout: Callable[[str], None]

    def get(self, purchase: Purchase) -> Money:
        """Return what the provider says of a purchase's money."""
        checkout_id = purchase.checkout.checkout_id if purchase.checkout else None
        if checkout_id is None:
            return NOTHING
        checkout = self.provider().find_checkout(checkout_id)
        if checkout is None:
            # With the keys of another account, say, it would seem that nobody has paid.
            self.on_unknown_checkout(checkout_id)
            raise UnavailableError("The payment provider does not know this Checkout.", cause="UnknownCheckout")
        payment = checkout.payment
        has_refunds = payment is not None and (payment.refunded > 0 or purchase.refund_tries > 0)
        refunds = self.provider().list_refunds(payment.payment_id) if payment and has_refunds else []
        # The payment only tells that it has been disputed: that stays true however the dispute ended.
        disputes = self.provider().list_disputes(payment.payment_id) if payment and payment.disputed else []
        return money_of(checkout, refunds, disputes)

    def paid_for(self, payment_id: str) -> str:
        """Return the id of the booking or pack that a payment is for, "" for none of ours."""
        payment = self.provider().find_payment(payment_id)
        return payment.booking_id if payment else ""

    def expire(self, purchase: Purchase) -> None:
        """Let a purchase's Checkout take no more money."""
        if purchase.checkout and purchase.checkout.checkout_id:
            self.provider().expire_checkout(purchase.checkout.checkout_id)

    def refund(self, purchase: Purchase, money: Money, key: str) -> None:
        """Return what is due and has not gone back; repeated with a key, once. Raises PaymentRefusedError."""
        if money.payment_id is None:
            raise UnavailableError("There is no payment to return.", cause="NoPayment")
        number = f":{purchase.refund_tries}" if purchase.refund_tries > 1 else ""
        rest = purchase.refund_due - purchase.returned_otherwise - money.settled_or_pending
        self.provider().create_refund(money.payment_id, rest, f"{key}{number}")

    def return_surplus(self, purchase: Purchase, purchase_id: str, checkout_id: str) -> None:
        """Return the money of a Checkout that we opened and that is not the purchase's: its answer was lost.

        Anybody can name a booking in other Checkouts of the account, such as those of payment links; only ours have it
        in their payment's metadata.
        """
        if purchase.checkout and checkout_id == purchase.checkout.checkout_id:
            return
        checkout = self.provider().find_checkout(checkout_id)
        payment = checkout.payment if checkout and is_paid(checkout) else None
        if payment and payment.booking_id == purchase_id and payment.refunded < payment.amount:
            rest = payment.amount - payment.refunded
            self.provider().create_refund(payment.payment_id, rest, f"{purchase_id}:surplus:{payment.payment_id}")
