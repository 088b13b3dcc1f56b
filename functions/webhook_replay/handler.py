"""Invoked by hand, see docs/operations.md: webhooks that 100ms gave up on, or an event that is kept, once more.

{"since": "2026-11-20T10:00", "until": "2026-11-20T12:00"}, without `until` up to now; or {"event": "hms/its-id"}.
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
    """Return what was asked for, or why it was refused."""
    invocation.begin(context)
    now = wiring.platform.now_ms()
    replay = wiring.replay(domains.registered(wiring.platform, "webhook_senders")["hms"])
    try:
        if event.get("event"):
            source, event_id = parse_event(str(event["event"]))
            replay.reprocess(source, event_id, now)
            answer = {"queued": f"{source}/{event_id}"}
        else:
            since = parse_instant(str(event.get("since", "")), "since")
            until = parse_instant(str(event["until"]), "until") if event.get("until") else now
            replay.resend(since, until, now)
            answer = {"since": iso(since), "until": iso(until)}
    except BedsideError as error:
        logger.warning("replay refused", slug=error.slug, detail=error.detail)
        return {"refused": error.detail or error.title}
    logger.info("replay", asked=answer)
    return answer
