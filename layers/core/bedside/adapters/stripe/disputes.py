"""Disputes of payments at Stripe."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from bedside.adapters.stripe.client import StripeClient
from bedside.adapters.stripe.fields import identifier, one_of, read, text
from bedside.ports.payments import Dispute, DisputeStatus

_MOST: Final = 100


def disputes_of(client: StripeClient, payment_id: str) -> list[Dispute]:
    """Return the disputes of a payment, at most 100."""
    found = client.list("/v1/disputes", {"payment_intent": payment_id, "limit": _MOST})
    return [read(_dispute, each) for each in found]


def _dispute(found: Mapping[str, Any]) -> Dispute:
    return Dispute(
        dispute_id=identifier(found),
        status=one_of(found["status"], get_args(DisputeStatus)),
        amount=int(found["amount"]),
        payment_id=text(found.get("payment_intent")),
    )
