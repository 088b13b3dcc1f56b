"""A schedule fires: somebody has to look whether a time is up."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.kernel.errors import VisitNotFoundError
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform

platform = Platform()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Look at what the schedule was made for; if that fails it fires again, and then is left to the sweeper."""
    invocation.begin(context)
    look = domains.registered(platform, "timers").get(str(event.get("kind", "")))
    if look is None:
        logger.error("unknown schedule", kind=str(event.get("kind"))[:50])
        count("ServerError")
        return
    try:
        look()(str(event["id"]), platform.now_ms())
    except VisitNotFoundError:
        logger.warning("schedule for nothing", kind=event["kind"])
