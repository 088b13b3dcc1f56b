"""Invoked manually (docs/operations.md): resends a provider's undelivered webhooks, or reprocesses a stored event.

{"since": "2026-11-20T10:00", "until": "2026-11-20T12:00", "source": "hms"}, where `until` defaults to now and `source`
to the only one that can resend; or {"event": "hms/its-id"}.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.kernel.errors import BedsideError
from bedside.kernel.instants import iso
from bedside.platform.observability import logger, metrics
from bedside.platform.wiring import Platform
from bedside.webhooks.replay import parse_event, parse_instant
from bedside.webhooks.wiring import WebhooksWiring

wiring = Platform().domain(WebhooksWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the accepted request, or why it was refused."""
    invocation.begin(context)
    now_ms = wiring.platform.now_ms()
    senders = domains.registered(wiring.platform, "webhook_senders")
    replay = wiring.replay(senders)
    try:
        if event.get("event"):
            source, event_id = parse_event(str(event["event"]))
            replay.reprocess(source, event_id, now_ms)
            answer = {"queued": f"{source}/{event_id}"}
        else:
            since = parse_instant(str(event.get("since", "")), "since")
            until = parse_instant(str(event["until"]), "until") if event.get("until") else now_ms
            only = next(iter(senders)) if len(senders) == 1 else ""
            replay.resend(str(event.get("source") or only), since, until, now_ms)
            answer = {"since": iso(since), "until": iso(until)}
    except BedsideError as error:
        logger.warning("replay refused", slug=error.slug, detail=error.detail)
        return {"refused": error.detail or error.title}
    logger.info("replay", asked=answer)
    return answer
