"""Timers: invoked by EventBridge Scheduler when a time limit may have been reached."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.kernel.errors import NotFoundError
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform

platform = Platform()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Process the timer's subject; a failure is retried, and finally left to the sweeper."""
    invocation.begin(context)
    process = domains.registered(platform, "timers").get(str(event.get("kind", "")))
    if process is None:
        logger.error("unknown schedule", kind=str(event.get("kind"))[:50])
        count("ServerError")
        return
    try:
        process()(str(event["id"]), platform.now_ms())
    except NotFoundError:
        logger.warning("schedule for nothing", kind=event["kind"])
