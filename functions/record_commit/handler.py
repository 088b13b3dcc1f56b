"""SQS messages: take a file to a facility's record, test the connection to one, or read who is open there."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.commits.wiring import CommitsWiring
from bedside.kernel import invocation
from bedside.platform.observability import logger, metrics
from bedside.platform.wiring import Platform

wiring = Platform().domain(CommitsWiring)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def _deliver(record: SQSRecord) -> None:
    message = record.json_body
    if "check" in message:
        wiring.record_targets.checks.run(str(message["check"]))
    elif "launch" in message:
        wiring.context_reading.run(str(message["launch"]))
    else:
        wiring.delivery.deliver(str(message["file"]))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Take files to records; a failed message is retried, and goes to the dead-letter queue after the last attempt."""
    invocation.begin(context)
    return process_partial_response(event=event, record_handler=_deliver, processor=processor, context=context)
