"""SQS messages about stored webhooks, each processed independently and retried if it fails."""

from functools import lru_cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform
from bedside.webhooks.processor import WebhookProcessor, pause_s
from bedside.webhooks.wiring import WebhooksWiring

wiring = Platform().domain(WebhooksWiring)
# If all messages of a batch fail, report them as usual instead of raising an error.
batch = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@lru_cache(maxsize=1)
def _processor(wiring: WebhooksWiring) -> WebhookProcessor:
    """Return the processor of this process, which knows the listeners of all domains."""
    return wiring.processor(domains.registered(wiring.platform, "listeners"))


def _process(record: SQSRecord) -> None:
    try:
        outcome = _processor(wiring).process(record.body, wiring.platform.now_ms)
    except Exception as error:
        # Without the error's message, which may quote the webhook.
        logger.error("webhook not processed", webhook=record.body[:300], error=type(error).__name__)
        count("WebhookNotProcessed")
        _retry_soon(record)
        raise
    logger.info("webhook processed", webhook=record.body[:300], outcome=outcome)
    count({"applied": "WebhookApplied", "kept": "WebhookKept", "done": "WebhookDone", "gone": "WebhookGone"}[outcome])


def _retry_soon(record: SQSRecord) -> None:
    """Shorten a message's visibility timeout, which otherwise covers the time that a whole batch may take."""
    try:
        wiring.queue.postpone(record.receipt_handle, pause_s(int(record.attributes.approximate_receive_count)))
    except UnavailableError as error:
        logger.warning("webhook comes late", cause=error.cause)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  # Powertools' own shape
    """Process a batch, and return the messages to be retried."""
    invocation.begin(context)
    return process_partial_response(event=event, record_handler=_process, processor=batch, context=context)
