"""Manifest of the payouts domain: how practitioners are paid."""

from bedside.payouts.limits import IDENTITY_VERIFICATIONS, PAYOUTS
from bedside.platform.contract import Degraded, Domain, Route

_LIMITED = Degraded("rate limit", ("process",), "Payouts are in DynamoDB only. The limit stops runaway pages.")
_COSTS = Degraded(
    "rate limit", ("process",), "The limit stops what costs money: without Redis each environment counts."
)
_OF_PRACTITIONER = ("forbidden", "user-not-found")

DOMAIN = Domain(
    name="payouts",
    summary="How practitioners are paid",
    wiring="wiring.PayoutsWiring",
    routes=(
        Route(
            "GET",
            "/practitioners/{practitionerId}/payout-account",
            summary="Read how a practitioner is paid, and what the payment provider still wants to know",
            caller="signedIn",
            answers={200: "representation.PayoutAccountDocument"},
            problems=_OF_PRACTITIONER,
            limit=PAYOUTS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/practitioners/{practitionerId}/payout-account",
            summary="Get the address of the payment provider's page that asks a practitioner for what is due",
            caller="signedIn",
            answers={200: "representation.PayoutPageDocument"},
            problems=(*_OF_PRACTITIONER, "payments-not-ready"),
            limit=PAYOUTS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/practitioners/{practitionerId}/identity-verification",
            summary="Get the address of the payment provider's page that checks a practitioner's identity",
            caller="signedIn",
            answers={200: "representation.PayoutPageDocument"},
            problems=(*_OF_PRACTITIONER, "payments-not-ready"),
            limit=IDENTITY_VERIFICATIONS,
            degraded=_COSTS,
        ),
    ),
)
