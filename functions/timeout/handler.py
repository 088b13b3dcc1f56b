"""A schedule fires: somebody has to look whether a time is up."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.kernel import invocation
from bedside.kernel.errors import VisitNotFoundError
from bedside.platform.observability import count, logger, metrics
from bedside.visits.wiring import VisitWiring

wiring = VisitWiring()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Look at what the schedule was made for; if that fails it fires again, and then is left to the sweeper."""
    invocation.begin(context)
    now = wiring.now_ms()
    looks = {
        "visit": wiring.lifecycle.look,
        "visitWarning": wiring.lifecycle.warn,
        "recording": wiring.recordings.overdue,
    }
    look = looks.get(event.get("kind", ""))
    if look is None:
        logger.error("unknown schedule", kind=str(event.get("kind"))[:50])
        count("ServerError")
        return
    try:
        look(str(event["id"]), now)
    except VisitNotFoundError:
        logger.warning("schedule for nothing", kind=event["kind"])
