"""The types of webhooks that the stand-in sends, and the version of Stripe's API whose shapes it imitates."""

VERSION = "2026-10-28.endive"

KINDS = frozenset(
    {
        "account.updated",
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.failed",
        "charge.refunded",
        "charge.succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "identity.verification_session.created",
        "identity.verification_session.requires_input",
        "identity.verification_session.verified",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "payout.failed",
        "payout.paid",
        "refund.created",
        "refund.failed",
        "refund.updated",
        "transfer.created",
        "transfer.reversed",
    }
)
