"""S3 "Object Created" events: adds each stored photo to its session, even if its phone never reports it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.capture.errors import SessionNotFoundError
from bedside.capture.object_keys import ObjectKey
from bedside.capture.wiring import CaptureWiring
from bedside.kernel import invocation
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform

wiring = Platform().domain(CaptureWiring)


@logger.inject_lambda_context(correlation_id_path="id", clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Ingest one stored object.

    Failures are raised, so that Lambda retries the event and finally sends it to the dead-letter queue, except if the
    session has ended, when there is nothing left to do.
    """
    invocation.begin(context)
    key = ObjectKey.parse(event["detail"]["object"]["key"])
    if key is None:
        logger.warning("not an image's key")
        return
    try:
        if wiring.ingestion.ingest_object(key, wiring.platform.now_ms()):
            count("ImageArrivedByStorageEvent")
    except SessionNotFoundError as error:
        logger.warning("image not taken", slug=error.slug)
        count("ImageNotTaken")
