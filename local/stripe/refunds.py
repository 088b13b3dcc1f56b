"""Refunds, which can fail, and disputes of charges."""

from collections.abc import Callable
from typing import Any

from local.stripe.errors import RefusedError
from local.stripe.faults import Faults
from local.stripe.forms import whole
from local.stripe.store import Object, Store

# How long a bank takes; days at Stripe.
_SETTLED_AFTER_S = 2.0


class Refunds:
    """Refunds and disputes of the charges in a store; `later` calls something after so many seconds."""

    def __init__(
        self, store: Store, faults: Callable[[], Faults], later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        self._store = store
        self._faults = faults
        self._later = later

    def add(self, form: Object) -> Object:
        """Refund a part of a payment, or all that is left; raises RefusedError, ValueError."""
        intent = self._store.get("payment_intent", form.get("payment_intent"))
        if intent["status"] != "succeeded":
            raise RefusedError("This PaymentIntent does not have a successful charge to refund.")
        charge = self._store.get("charge", intent["latest_charge"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = whole(form["amount"], "amount") if "amount" in form else left
        if charge["disputed"]:
            raise RefusedError("Charge has been charged back; cannot issue a refund.", code="charge_disputed")
        if not left:
            raise RefusedError("Charge has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise RefusedError("Refund amount is greater than unrefunded amount on charge.", param="amount")
        is_slow = self._faults().fail_refunds or charge["payment_method_details"]["type"] != "card"
        refund = self._store.add(
            "re",
            "refund",
            amount=amount,
            balance_transaction=None,
            charge=charge["id"],
            currency=charge["currency"],
            failure_reason=None,
            metadata=form.get("metadata", {}),
            payment_intent=intent["id"],
            reason=form.get("reason"),
            receipt_number=None,
            source_transfer_reversal=None,
            status="pending" if is_slow else "succeeded",
            transfer_reversal=None,
        )
        del refund["livemode"]
        self._count(charge)
        self._store.tell("refund.created", refund)
        self._store.tell("charge.refunded", charge)
        if is_slow:
            self._later(_SETTLED_AFTER_S, self._settling(refund))
        return refund

    def settle(self, refund: Object, status: str) -> None:
        """Let a refund succeed or fail; also one that had succeeded can fail."""
        refund |= {"status": status, "failure_reason": "expired_or_canceled_card" if status == "failed" else None}
        self._count(self._store.get("charge", refund["charge"]))
        self._store.tell("refund.updated", refund)
        if status == "failed":
            self._store.tell("refund.failed", refund)

    def dispute(self, charge: Object) -> Object:
        """Let a card's owner dispute a charge; raises RefusedError for vouchers, which cannot be disputed."""
        if charge["payment_method_details"]["type"] != "card" or charge["disputed"] or not charge["paid"]:
            raise RefusedError("This charge cannot be disputed.")
        charge["disputed"] = True
        dispute = self._store.add(
            "dp",
            "dispute",
            amount=charge["amount"],
            balance_transactions=[],
            charge=charge["id"],
            currency=charge["currency"],
            enhanced_eligibility_types=[],
            evidence=_evidence(),
            evidence_details={
                "due_by": self._store.now_s() + 7 * 24 * 3600,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            is_charge_refundable=False,
            payment_intent=charge["payment_intent"],
            reason="fraudulent",
            status="needs_response",
        )
        self._store.tell("charge.dispute.created", dispute)
        return dispute

    def close(self, dispute: Object, status: str) -> None:
        """End a dispute as won or lost."""
        if dispute["status"] == "needs_response":
            dispute["status"] = status
            self._store.tell("charge.dispute.closed", dispute)

    def _settling(self, refund: Object) -> Callable[[], None]:
        fails = self._faults().fail_refunds

        def settle() -> None:
            if refund["status"] == "pending":
                self.settle(refund, "failed" if fails else "succeeded")

        return settle

    def _count(self, charge: Object) -> None:
        refunds = self._store.all("refund", charge=charge["id"])
        charge["amount_refunded"] = sum(each["amount"] for each in refunds if each["status"] != "failed")
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _evidence() -> dict[str, Any]:
    return {"enhanced_evidence": {}, "product_description": None, "uncategorized_text": None}
