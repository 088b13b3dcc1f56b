"""The streams of sessions and visits: appends the events of each changed item to its encounter's timeline."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.encounters.wiring import EncountersWiring
from bedside.kernel import invocation
from bedside.platform.observability import logger, metrics, timeline_event_not_understood
from bedside.platform.stream_records import take_in_order
from bedside.platform.wiring import Platform

wiring = Platform().domain(EncountersWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Append a batch in order."""
    invocation.begin(context)
    return take_in_order(
        event,
        lambda record: wiring.timeline.append(record, wiring.platform.now_ms()),
        timeline_event_not_understood,
        failed="timeline not extended",
    )
