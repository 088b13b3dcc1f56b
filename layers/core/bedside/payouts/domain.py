"""Manifest of the payouts domain: how practitioners are paid."""

from bedside.payouts.limits import IDENTITY_VERIFICATIONS, PAYOUTS, TRANSFER_APPROVALS, TRANSFER_APPROVALS_A_DAY
from bedside.platform.contract import Degraded, Domain, Route

_LIMITED = Degraded("rate limit", ("process",), "Payouts are in DynamoDB only. The limit stops runaway pages.")
_COSTS = Degraded(
    "rate limit", ("process",), "The limit stops what costs money: without Redis each environment counts."
)
_TRANSFER = "representation.TransferDocument"
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
        Route(
            "GET",
            "/admin/transfers",
            summary="List transfers to practitioners in a state, for administrators of the system",
            caller="admin",
            query="transfer_admin.TransfersRequest",
            answers={200: "representation.TransferListDocument"},
            problems=("forbidden",),
            limit=PAYOUTS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/admin/transfers/{transferId}/approve",
            summary="Approve a transfer that is due, and make it once the practitioner can be paid",
            caller="admin",
            answers={200: _TRANSFER},
            problems=("forbidden", "transfer-not-found", "not-due", "disputed", "wrong-state"),
            limit=TRANSFER_APPROVALS,
            further_limits=(TRANSFER_APPROVALS_A_DAY,),
            degraded=_COSTS,
        ),
        Route(
            "POST",
            "/admin/transfers/{transferId}/hold",
            summary="Hold a transfer that was not made, for a reason",
            caller="admin",
            body="transfer_admin.HoldRequest",
            answers={200: _TRANSFER},
            problems=("forbidden", "transfer-not-found", "wrong-state"),
            limit=PAYOUTS,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/admin/ledger",
            summary="Export a month's postings as CSV, for administrators of the system",
            caller="admin",
            query="ledger_export.LedgerRequest",
            answers={200: "text/csv"},
            problems=("forbidden",),
            limit=PAYOUTS,
            degraded=_LIMITED,
        ),
    ),
    sweeps={"bookings": "booking_sweep", "shares": "share_sweep"},
    listeners={"stripe": "money_events"},
    alarms="alarms.ALARMS",
)
