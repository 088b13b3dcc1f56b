"""Messages about webhooks that were kept: each is processed for itself, and comes again where that fails."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import invocation
from bedside.observability import count, logger, metrics
from bedside.visit_wiring import VisitWiring

wiring = VisitWiring()
# A batch of which nothing succeeded is told of as any other, not raised.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def _process(record: SQSRecord) -> None:
    try:
        outcome = wiring.processing.process(record.body, wiring.now_ms)
    except Exception as error:
        # Not the error's message, which may quote what was sent.
        logger.error("webhook not processed", webhook=record.body[:300], error=type(error).__name__)
        count("WebhookNotProcessed")
        raise
    logger.info("webhook processed", webhook=record.body[:300], outcome=outcome)
    count({"applied": "WebhookApplied", "kept": "WebhookKept", "done": "WebhookDone", "gone": "WebhookGone"}[outcome])


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  # Powertools' own shape
    """Process a batch of SQS and name the messages that must come again."""
    invocation.begin(context)
    return process_partial_response(event=event, record_handler=_process, processor=processor, context=context)
