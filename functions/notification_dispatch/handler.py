"""SQS messages, each the key of a notice that is due, or of a subject whose notices have to be planned again."""

from functools import lru_cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.notifications.dispatch import LEASE_MS, Dispatcher
from bedside.notifications.planning import Planning
from bedside.notifications.wiring import NotificationsWiring
from bedside.platform.observability import count, logger, metrics
from bedside.platform.stream_records import NotUnderstoodError
from bedside.platform.wiring import Platform

# How much later a message comes again whose notice could not be told: once nobody has it in hand any more.
_PAUSE_S = LEASE_MS // 1000 + 5

wiring = Platform().domain(NotificationsWiring)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@lru_cache(maxsize=1)
def _parts(wiring: NotificationsWiring) -> tuple[Dispatcher, Planning]:
    """Return what this process does the work with, which knows sources and workflows of all domains."""
    sources = domains.registered(wiring.platform, "notices")
    return wiring.dispatcher(sources, domains.workflows()), wiring.planning(sources)


def _handle(message: object) -> None:
    dispatcher, planning = _parts(wiring)
    now_ms = wiring.platform.now_ms()
    match message:
        case {"record": str(record_id)}:
            outcome = dispatcher.dispatch(record_id, now_ms)
            logger.info("notice dispatched", record=record_id, outcome=outcome)
            count(f"Notice{outcome.capitalize()}")
        case {"kind": str(kind), "subject": str(subject_id)}:
            planning.reconcile(kind, subject_id, now_ms)
        case _:
            # Also what the trigger did not understand: for the dead letters.
            raise NotUnderstoodError("a message")


def _take(record: SQSRecord) -> None:
    try:
        _handle(record.json_body)
    except Exception as error:
        # Without its message, which may quote what people are told.
        cause = error.cause if isinstance(error, UnavailableError) else ""
        logger.error("notice not dispatched", error=type(error).__name__, cause=cause)
        count("NoticeNotDispatched")
        _retry_soon(record)
        raise


def _retry_soon(record: SQSRecord) -> None:
    """Shorten a message's visibility timeout, which otherwise covers the time that a whole batch may take."""
    try:
        wiring.queue.postpone(record.receipt_handle, _PAUSE_S)
    except UnavailableError as error:
        logger.warning("notice comes late", cause=error.cause)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Tell what is due, and return the messages to be retried."""
    invocation.begin(context)
    return process_partial_response(event=event, record_handler=_take, processor=processor, context=context)
