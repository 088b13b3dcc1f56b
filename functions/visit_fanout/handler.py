"""SQS messages, each an announcement of a changed visit to one part of a large audience."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import live_publish_failed, logger, metrics
from bedside.platform.wiring import Platform
from bedside.visits.wiring import VisitsWiring

wiring = Platform().domain(VisitsWiring)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def _announce(record: SQSRecord) -> None:
    try:
        wiring.publisher.announce(record.json_body, wiring.platform.now_ms())
    except UnavailableError:
        live_publish_failed(1)
        raise
    except (ValueError, LookupError, TypeError):
        # Not an announcement, so another try would not help.
        logger.error("announcement not understood")  # its text would quote it


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Tell parts of audiences; a failed message is retried while it is still of use."""
    invocation.begin(context)
    return process_partial_response(event=event, record_handler=_announce, processor=processor, context=context)
