"""Patients' payments at Stripe: Checkout sessions, payment intents, refunds and customers."""

from collections.abc import Mapping
from typing import Any, Final, get_args
from urllib.parse import quote

from bedside.adapters.stripe.client import StripeClient
from bedside.adapters.stripe.disputes import disputes_of
from bedside.adapters.stripe.fields import identifier, one_of, read, text
from bedside.kernel.errors import PaymentRefusedError
from bedside.ports.payments import (
    Checkout,
    CheckoutRequest,
    Dispute,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Voucher,
)

# Of the methods that the account has switched on and that suit amount and currency. Others can take days to fail, and
# have no deadline as a voucher has.
_METHODS: Final = ("card",)
_VOUCHERS: Final = ("multibanco",)
# With its refunds, because failed ones do not count.
_CHARGE: Final = "latest_charge.refunds"
_OF_CHECKOUT: Final = {"expand": [f"payment_intent.{_CHARGE}"]}
_OF_PAYMENT: Final = {"expand": [_CHARGE]}
_MOST_REFUNDS: Final = 100
_GIVEN_BACK: Final = frozenset({"pending", "requires_action", "succeeded"})


class StripePayments:
    """The payment provider of bedside.ports.payments, at Stripe."""

    def __init__(self, client: StripeClient) -> None:
        self._client = client

    def create_checkout(self, wanted: CheckoutRequest, key: str) -> Checkout:
        """Open a Checkout session; its payment's transfer group is the booking."""
        metadata = {"bookingId": wanted.booking_id}
        price = {
            "currency": wanted.currency.lower(),
            "unit_amount": wanted.amount,
            "product_data": {"name": wanted.description},
        }
        session = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "allowed_payment_method_types": (*_METHODS, *_VOUCHERS) if wanted.vouchers else _METHODS,
            "client_reference_id": wanted.booking_id,
            "customer": wanted.customer_id,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata, "transfer_group": wanted.booking_id},
            "success_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
            "expires_at": wanted.expires_at // 1000,
            "locale": wanted.locale,
            **_OF_CHECKOUT,
        }
        return read(_checkout, self._client.post("/v1/checkout/sessions", session, key))

    def find_checkout(self, checkout_id: str) -> Checkout | None:
        """Return a session, or None."""
        found = self._client.find(_session(checkout_id), _OF_CHECKOUT)
        return read(_checkout, found) if found is not None else None

    def expire_checkout(self, checkout_id: str) -> Checkout:
        """Expire a session that is open, and return it as it is now."""
        try:
            return read(_checkout, self._client.post(f"{_session(checkout_id)}/expire", _OF_CHECKOUT))
        except PaymentRefusedError:
            # It was not open any more.
            return read(_checkout, self._client.get(_session(checkout_id), _OF_CHECKOUT))

    def find_payment(self, payment_id: str) -> Payment | None:
        """Return a payment intent, or None."""
        found = self._client.find(f"/v1/payment_intents/{quote(payment_id, safe='')}", _OF_PAYMENT)
        return read(_payment, found) if found is not None else None

    def create_refund(self, payment_id: str, amount: int, key: str) -> Refund:
        """Refund a part of a payment, or all of it."""
        return read(_refund, self._client.post("/v1/refunds", {"payment_intent": payment_id, "amount": amount}, key))

    def list_refunds(self, payment_id: str) -> list[Refund]:
        """Return the refunds of a payment, newest first, at most 100."""
        found = self._client.list("/v1/refunds", {"payment_intent": payment_id, "limit": _MOST_REFUNDS})
        return [read(_refund, each) for each in found]

    def list_disputes(self, payment_id: str) -> list[Dispute]:
        """Return the disputes of a payment, at most 100."""
        return disputes_of(self._client, payment_id)

    def create_customer(self, user_id: str, key: str) -> str:
        """Make a customer of whom Stripe learns our user's id and nothing else."""
        return read(identifier, self._client.post("/v1/customers", {"metadata": {"userId": user_id}}, key))


def _session(checkout_id: str) -> str:
    return f"/v1/checkout/sessions/{quote(checkout_id, safe='')}"


def _checkout(found: Mapping[str, Any]) -> Checkout:
    payment = found.get("payment_intent")
    return Checkout(
        checkout_id=identifier(found),
        url=text(found.get("url")) or None,
        status=one_of(found["status"], ("open", "complete", "expired")),
        payment_status=one_of(found["payment_status"], ("paid", "unpaid", "no_payment_required")),
        payment=_payment(payment) if payment is not None else None,
        expires_at=int(found["expires_at"]) * 1000,
        booking_id=text(found.get("client_reference_id")),
    )


def _payment(found: Mapping[str, Any]) -> Payment:
    charge = found.get("latest_charge") or {}
    return Payment(
        payment_id=identifier(found),
        status=one_of(found["status"], get_args(PaymentStatus)),
        amount=int(found["amount"]),
        currency=text(found["currency"]).upper(),
        refunded=_given_back(charge),
        disputed=bool(charge.get("disputed")),
        charge_id=identifier(charge) if charge.get("status") == "succeeded" else None,
        voucher=_voucher(found.get("next_action") or {}),
        booking_id=text((found.get("metadata") or {}).get("bookingId")),
    )


def _given_back(charge: Mapping[str, Any]) -> int:
    """Return what was refunded, and has not failed to be."""
    refunds = charge.get("refunds")
    if not refunds or refunds.get("has_more"):
        return int(charge.get("amount_refunded") or 0)
    return sum(int(each["amount"]) for each in refunds["data"] if each["status"] in _GIVEN_BACK)


def _voucher(action: Mapping[str, Any]) -> Voucher | None:
    details = action.get("multibanco_display_details")
    if not details:
        return None
    return Voucher(
        entity=text(details["entity"]),
        reference=text(details["reference"]),
        expires_at=int(details["expires_at"]) * 1000,
        url=text(details.get("hosted_voucher_url")),
    )


def _refund(found: Mapping[str, Any]) -> Refund:
    return Refund(
        refund_id=identifier(found),
        status=one_of(found["status"], get_args(RefundStatus)),
        amount=int(found["amount"]),
        payment_id=text(found["payment_intent"]),
    )
