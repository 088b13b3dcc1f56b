"""SQS messages, each a request to copy a recording from the video provider into our bucket."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.adapters.downloads import DownloadError
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import logger, metrics, recording_copied, recording_not_copied
from bedside.platform.wiring import Platform
from bedside.visits.wiring import VisitsWiring

# The queue's maxReceiveCount in template.yaml.
TRIES = 5

wiring = Platform().domain(VisitsWiring)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def _copy(record: SQSRecord) -> None:
    message, number = record.json_body, int(record.attributes.approximate_receive_count or 1)
    try:
        if wiring.copies.copy(message["visitId"], message["file"], last_try=number >= TRIES):
            recording_copied()
    except (DownloadError, UnavailableError) as error:
        recording_not_copied(str(error), type(error.__cause__).__name__, number)
        raise
    except Exception as error:
        recording_not_copied(type(error).__name__, "", number)
        raise


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Copy recordings; a failed message is retried, and goes to the dead-letter queue after the last attempt."""
    invocation.begin(context)
    return process_partial_response(event=event, record_handler=_copy, processor=processor, context=context)
