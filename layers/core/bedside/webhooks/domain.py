"""Manifest of the webhooks domain."""

from bedside.platform.contract import Degraded, Domain, Route

DOMAIN = Domain(
    name="webhooks",
    summary="Webhooks that providers send",
    wiring="wiring.WebhooksWiring",
    routes=(
        Route(
            "POST",
            "/webhooks/{source}",
            summary="Receive a provider's webhook: verified, kept and queued before it is answered",
            caller="provider",
            answers={200: "representation.ReceivedDocument"},
            problems=("malformed", "bad-signature", "unknown-source", "body-too-large"),
            degraded=Degraded("not used", ("nothing",), "Stored in DynamoDB and queued before it is acknowledged."),
        ),
    ),
    sweeps={"webhooks": "event_sweep"},
    dead_letters={"WebhookDeadLetters": "WebhookQueue"},
    alarms="alarms.ALARMS",
)
