"""The streams of sessions and visits: appends the events of each changed item to its encounter's timeline."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.encounters.stream import NotUnderstoodError
from bedside.encounters.wiring import EncountersWiring
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import logger, metrics, timeline_event_not_understood
from bedside.platform.wiring import Platform

wiring = Platform().domain(EncountersWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Append a batch in order; the stream continues from the first record that failed, for up to a day.

    A record that is not understood would fail each time, and hold up those behind it, so it is reported instead.
    """
    invocation.begin(context)
    for record in event["Records"]:
        try:
            wiring.timeline.append(record, wiring.platform.now_ms())
        except UnavailableError as error:
            logger.error("timeline not extended", cause=error.cause)
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        except NotUnderstoodError as error:
            timeline_event_not_understood(str(error))
    return {"batchItemFailures": []}
